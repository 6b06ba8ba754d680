package publish

import (
	"context"
	"path/filepath"
)

// connect opens the store of a target.
func connect(ctx context.Context, o Options) (store, error) {
	t := o.Target
	switch t.Type {
	case "folder":
		p := t.Path
		if !filepath.IsAbs(p) {
			p = filepath.Join(o.Build.Root, filepath.FromSlash(p))
		}
		return openFolder(p)
	case "sftp":
		return openSFTP(ctx, o)
	case "s3":
		return openS3(ctx, o)
	}
	return nil, fault("不认识的发布类型 %q", "there is no type of targets %q", t.Type)
}
