package build

import (
	"context"
	"errors"
	"path/filepath"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// Verification is what came of comparing an output with that of a clean build.
type Verification struct {
	Files       int              // of the clean build
	Differences []out.Difference // sorted by path
	Findings    []diag.Finding   // errors for which the clean build made nothing
}

// Equal reports that the output is what a clean build makes.
func (v *Verification) Equal() bool { return len(v.Differences)+len(v.Findings) == 0 }

// verifyAttempts is how often the sources may change during a comparison before
// it is given up.
const verifyAttempts = 3

// Verify proves an output that Build has brought up to date: it builds the same
// once more, without the cache and without the old output, into a folder beside
// it, compares all files byte for byte, and removes the folder again, also when
// ctx ends before. Where the sources have changed meanwhile, the output is brought
// up to date and compared anew. The day should be that of the Build.
func Verify(ctx context.Context, o Options) (*Verification, error) {
	for range verifyAttempts {
		v, err := verify(ctx, o)
		if err != nil || v.Equal() {
			return v, err
		}
		again, err := Build(o)
		if err != nil {
			return nil, err
		}
		if !again.Done {
			break
		}
		if again.Written+again.Removed == 0 {
			return v, nil
		}
	}
	return nil, &MovingError{o.Root}
}

func verify(ctx context.Context, o Options) (v *Verification, err error) {
	r, err := open(o)
	if err != nil {
		return nil, err
	}
	r.root.Close()
	stage, err := out.Begin(r.Output, out.Options{Adopt: o.Adopt, Waiting: o.Waiting})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stage.Abort()) }()
	folder, remove, err := stage.Beside()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	defer context.AfterFunc(ctx, func() { _ = remove() })() // then the clean build soon meets an error
	clean := o
	clean.Output, clean.Waiting = filepath.Join(folder, "clean"), nil
	made, err := build(clean, nothing)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	v = new(Verification)
	if !made.Done {
		for _, f := range made.Findings {
			if f.Severity == diag.Error {
				v.Findings = append(v.Findings, f)
			}
		}
		return v, nil
	}
	v.Differences, v.Files, err = stage.Compare(clean.Output)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return v, err
}

// MovingError says that the sources changed again and again while an output was
// compared with them.
type MovingError struct{ Dir string }

func (e *MovingError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *MovingError) Text() diag.Text {
	return diag.Textf("核对的时候，%s 里的文件正在改动，没有核对成；请等大家都保存好了再运行一次", "files in %s changed while the output was compared with them; run it again when they are at rest", e.Dir)
}
