package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
)

// s3Store is a store in a bucket of an S3-compatible service: Ceph, MinIO, OSS, COS,
// OBS. Live files are objects under the target's prefix; everything in stateDir is
// under its prefix releases, which no policy should make public.
type s3Store struct {
	core  minio.Core
	t     config.Target
	known traits
}

func openS3(ctx context.Context, o Options) (store, error) {
	t := o.Target
	u, err := url.Parse(t.Endpoint)
	if err != nil {
		return nil, err
	}
	creds, err := s3Credentials(o)
	if err != nil {
		return nil, err
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	transport.ResponseHeaderTimeout = silence / 2
	transport.DialContext = dialWatched
	transport.MaxIdleConnsPerHost = s3Workers
	lookup := map[string]minio.BucketLookupType{"path": minio.BucketLookupPath, "virtual": minio.BucketLookupDNS}[t.Style]
	client, err := minio.New(u.Host, &minio.Options{
		Creds: creds, Secure: u.Scheme == "https", Transport: transport, Region: t.Region, BucketLookup: lookup,
		MaxRetries: 1, // retrying does that
	})
	if err != nil {
		return nil, fault("site.toml 里 [publish.%s] 的 endpoint 用不了：%v", "endpoint of [publish.%s] in site.toml cannot be used: %v", t.Name, err)
	}
	s := &s3Store{core: minio.Core{Client: client}, t: t}
	s.known = traits{copies: true, workers: s3Workers, where: t.Endpoint + "/" + t.Bucket + "/" + t.Prefix}
	there, err := client.BucketExists(ctx, t.Bucket)
	if err != nil {
		if err = s.translate(err); errors.As(err, new(*Error)) || errors.As(err, new(*special)) {
			return nil, wrap("read", t.Bucket, err)
		}
		return nil, &reachError{u.Host, err}
	}
	if !there {
		return nil, s.noBucket()
	}
	return s, nil
}

// dialWatched makes connections that end when the service says nothing for too long,
// in the middle of a body too.
func dialWatched(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout}
	raw, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	w := &watched{Conn: raw, asks: true}
	w.armed.Store(true)
	return w, nil
}

// s3Workers is how many requests run at once.
const s3Workers = 16

func (s *s3Store) noBucket() error {
	return fault("存储服务上没有桶 %s；请先建好，或检查 bucket", "there is no bucket %s; make it first, or check bucket", s.t.Bucket)
}

// s3Credentials gives the keys: from a file, or from two variables.
func s3Credentials(o Options) (*credentials.Credentials, error) {
	t := o.Target
	if t.Credentials != "" {
		p := siteFile(o.Build.Root, t.Credentials)
		c := credentials.NewFileAWSCredentials(p, "")
		if v, err := c.GetWithContext(nil); err != nil || v.AccessKeyID == "" {
			return nil, fault("读不了密钥文件 %s；它要有 aws_access_key_id 和 aws_secret_access_key 两行", "the file %s cannot be read; it wants the lines aws_access_key_id and aws_secret_access_key", p)
		}
		return c, nil
	}
	id, secret := o.Env(t.AccessEnv), o.Env(t.SecretEnv)
	if id == "" || secret == "" {
		return nil, fault("环境变量 %s 和 %s 里没有密钥；请先放进去再发布", "the environment variables %s and %s have no keys; put them there first", t.AccessEnv, t.SecretEnv)
	}
	return credentials.NewStaticV4(id, secret, ""), nil
}

// translate gives the errors of the service their meaning. What it says in words
// may name keys and addresses, so that only its code is shown.
func (s *s3Store) translate(err error) error {
	var e minio.ErrorResponse
	if err == nil || !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case minio.NoSuchKey:
		return fs.ErrNotExist
	case minio.NoSuchBucket:
		return s.noBucket()
	case minio.PreconditionFailed:
		return fs.ErrExist
	case "RequestTimeTooSkewed":
		return fault("这台电脑的时间和存储服务相差太多，被拒绝了；请校准电脑的时间", "the clock of this machine differs too much from the service's; set it right")
	case minio.AccessDenied, "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidAccessKey", "AllAccessDisabled":
		return fault("存储服务拒绝了（%s）：密钥不对，或没有读写这个桶的权限", "the service refused (%s): the keys are wrong, or may not read and write this bucket", e.Code)
	case "QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "EntityTooLarge":
		return &special{diag.Textf("存储空间满了或超出配额（%s）", "the storage is full or a quota is used up (%s)", e.Code), false}
	}
	if e.StatusCode == http.StatusNotFound {
		return fs.ErrNotExist
	}
	again := e.StatusCode >= 500 && e.StatusCode != http.StatusNotImplemented && e.StatusCode != http.StatusInsufficientStorage ||
		e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusRequestTimeout || e.StatusCode == http.StatusConflict || e.StatusCode == http.StatusOK
	return &special{diag.Textf("存储服务报告 %s（%d）", "the service reports %s (%d)", e.Code, e.StatusCode), again}
}

// key gives the name of the object at a path.
func (s *s3Store) key(p string) string {
	if p == stateDir {
		return strings.TrimSuffix(s.t.Releases, "/")
	}
	if rest, ok := strings.CutPrefix(p, stateDir+"/"); ok {
		return s.t.Releases + rest
	}
	return s.t.Prefix + p
}

// below gives what the names of the objects in a folder begin with.
func (s *s3Store) below(dir string) string {
	if dir == "" {
		return s.t.Prefix
	}
	return s.key(dir) + "/"
}

func (s *s3Store) traits() traits { return s.known }
func (s *s3Store) close() error   { return nil }

func (s *s3Store) each(ctx context.Context, dir string, deep bool, f func(rest string, o minio.ObjectInfo)) error {
	prefix := s.below(dir)
	for o := range s.core.ListObjectsIter(ctx, s.t.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: deep}) {
		if o.Err != nil {
			return s.translate(o.Err)
		}
		if dir == "" && strings.HasPrefix(o.Key, s.t.Releases) || dir == "" && strings.HasSuffix(o.Key, "/") && strings.HasPrefix(s.t.Releases, o.Key) {
			continue
		}
		if rest := strings.TrimPrefix(o.Key, prefix); rest != "" {
			f(rest, o)
		}
	}
	return ctx.Err()
}

func (s *s3Store) list(ctx context.Context, dir string) ([]item, error) {
	var list []item
	err := s.each(ctx, dir, true, func(rest string, o minio.ObjectInfo) {
		if strings.HasSuffix(rest, "/") {
			return // a folder, as some programs make them
		}
		list = append(list, item{path.Join(dir, rest), o.Size, o.LastModified.UnixNano(), true})
	})
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.path, b.path) })
	return list, err
}

func (s *s3Store) names(ctx context.Context, dir string) ([]string, error) {
	var names []string
	err := s.each(ctx, dir, false, func(rest string, _ minio.ObjectInfo) { names = append(names, strings.TrimSuffix(rest, "/")) })
	slices.Sort(names)
	return names, err
}

func (s *s3Store) read(ctx context.Context, p string) (io.ReadCloser, error) {
	r, _, _, err := s.core.GetObject(ctx, s.t.Bucket, s.key(p), minio.GetObjectOptions{})
	if err != nil {
		return nil, s.translate(err)
	}
	return r, nil
}

// options are the headers of an object.
func (s *s3Store) options(p string) minio.PutObjectOptions {
	o := minio.PutObjectOptions{ContentType: contentType(p), SendContentMd5: true}
	switch {
	case within(p, stateDir):
		o.CacheControl = "no-store"
	case strings.HasPrefix(o.ContentType, "text/html"), path.Ext(p) == ".xml", rank(p) == 2:
		o.CacheControl = "no-cache"
	default:
		o.CacheControl = s.t.CacheControl
	}
	return o
}

func (s *s3Store) write(ctx context.Context, p string, c content) error {
	return s.put(ctx, p, c, s.options(p))
}

func (s *s3Store) put(ctx context.Context, p string, c content, o minio.PutObjectOptions) error {
	src, err := c.open()
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := s.core.Client.PutObject(ctx, s.t.Bucket, s.key(p), src, c.size, o)
	if err != nil {
		return s.translate(err)
	}
	if info.Size != c.size {
		return errShort
	}
	return nil
}

// create puts an object only where none is. Services that know no conditions are
// asked first, and the lock looks again afterwards.
func (s *s3Store) create(ctx context.Context, p string, data []byte) error {
	o := s.options(p)
	o.SetMatchETagExcept("*")
	err := s.put(ctx, p, text(data), o)
	var e *special
	if err == nil || errors.Is(err, fs.ErrExist) || !errors.As(err, &e) || e.again {
		return err
	}
	if _, err := s.core.Client.StatObject(ctx, s.t.Bucket, s.key(p), minio.StatObjectOptions{}); err == nil {
		return fs.ErrExist
	}
	return s.write(ctx, p, text(data))
}

func (s *s3Store) link(context.Context, string, string) error { return errNoLinks }

var errNoLinks = fault("对象存储没有链接", "object stores have no links")

// copy copies on the server, with the headers, and looks whether it is there: some
// services answer 200 and fail afterwards.
func (s *s3Store) copy(ctx context.Context, from, to string) error {
	was, err := s.core.Client.StatObject(ctx, s.t.Bucket, s.key(from), minio.StatObjectOptions{})
	if err != nil {
		return s.translate(err)
	}
	_, err = s.core.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: s.t.Bucket, Object: s.key(to)}, minio.CopySrcOptions{Bucket: s.t.Bucket, Object: s.key(from)})
	if err != nil {
		return s.translate(err)
	}
	is, err := s.core.Client.StatObject(ctx, s.t.Bucket, s.key(to), minio.StatObjectOptions{})
	if err == nil && is.Size != was.Size {
		err = errShort
	}
	return s.translate(err)
}

func (s *s3Store) remove(ctx context.Context, p string) error {
	err := s.translate(s.core.Client.RemoveObject(ctx, s.t.Bucket, s.key(p), minio.RemoveObjectOptions{}))
	if absent(err) {
		return nil
	}
	return err
}

func (s *s3Store) removeAll(ctx context.Context, dir string) error {
	list, err := s.list(ctx, dir)
	if err != nil {
		return err
	}
	return each(ctx, s3Workers, len(list), func(ctx context.Context, i int) error { return s.remove(ctx, list[i].path) })
}

func (s *s3Store) settle(context.Context) error                { return nil }
func (s *s3Store) point(context.Context, string, string) error { return errNoLinks }
func (s *s3Store) pointed(_ context.Context, link string) (string, error) {
	return "", fmt.Errorf("%s: %w", link, errNoLinks)
}

// types are the media types of what a site may hold. The system's own table
// differs from machine to machine.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8",
	".xml": "application/xml; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".bmp": "image/bmp", ".ico": "image/x-icon", ".woff2": "font/woff2", ".woff": "font/woff", ".pdf": "application/pdf", ".zip": "application/zip",
	".mp4": "video/mp4", ".mp3": "audio/mpeg",
	".doc": "application/msword", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xls": "application/vnd.ms-excel", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".ppt": "application/vnd.ms-powerpoint", ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

func contentType(p string) string {
	if t, ok := types[strings.ToLower(path.Ext(p))]; ok {
		return t
	}
	return "application/octet-stream"
}
