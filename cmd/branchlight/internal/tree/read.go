package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"branchlight/cmd/branchlight/internal/diag"
)

var (
	// ErrTooLarge is returned by Read for a file beyond the limit.
	ErrTooLarge = errors.New("file is too large")
	// ErrNotRegular is returned by Read for what is no ordinary file.
	ErrNotRegular = errors.New("not an ordinary file")
)

// Open opens a regular file for reading. The path is slash-separated and relative
// to root. It never waits: pipes and devices give ErrNotRegular, wrapped with the
// path.
func Open(root *os.Root, path string) (*os.File, error) {
	f, _, err := open(root, path)
	return f, err
}

func open(root *os.Root, path string) (*os.File, int64, error) {
	f, err := root.OpenFile(path, os.O_RDONLY|openFlag, 0)
	if err != nil {
		return nil, 0, fmt.Errorf("reading: %w", err)
	}
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("reading %s: %w", path, err)
	}
	return f, fi.Size(), nil
}

// Read gives the bytes of a regular file, at most limit of them; a larger file
// gives ErrTooLarge. Otherwise it is as Open.
func Read(root *os.Root, path string, limit int64) ([]byte, error) {
	f, size, err := open(root, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, fmt.Errorf("reading %s: %w", path, ErrTooLarge)
	}
	return readAll(f, path, int(size), limit)
}

// ReadFS is Read for a file of a file system, such as a theme that the program
// brings along.
func ReadFS(fsys fs.FS, path string, limit int64) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if !fi.Mode().IsRegular() {
		return nil, fmt.Errorf("reading %s: %w", path, ErrNotRegular)
	}
	return readAll(f, path, int(min(fi.Size(), limit)), limit)
}

// readAll reads a file that was size bytes long a moment ago.
func readAll(f io.Reader, path string, size int, limit int64) ([]byte, error) {
	// The one byte more tells the end of the file without growing the slice.
	data := make([]byte, 0, size+1)
	for {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if int64(len(data)) > limit {
			return nil, fmt.Errorf("reading %s: %w", path, ErrTooLarge)
		}
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
}

// Refusal turns an error of Read that the author can mend into a finding. ok is
// false for failures of the machine. limit is the one given to Read.
func Refusal(path string, err error, limit int64) (f diag.Finding, ok bool) {
	at := diag.Pos{File: path}
	switch {
	case errors.Is(err, ErrTooLarge):
		return ruleSize.At(at,
			diag.Textf("文件太大，最多 %s", "the file is too large; at most %s", sizeName(limit)),
			diag.Textf("请拆分或压缩后再放进来", "split it or make it smaller")), true
	case errors.Is(err, ErrNotRegular):
		return ruleKind.At(at,
			diag.Textf("这不是普通文件，不能发布", "this is no ordinary file and cannot be published"),
			diag.Textf("请把它移出源文件夹", "move it out of the source folder")), true
	case errors.Is(err, fs.ErrNotExist):
		return ruleKind.At(at,
			diag.Textf("文件在读取时不见了", "the file vanished while it was being read"),
			diag.Textf("请再运行一次", "run the command again")), true
	}
	return diag.Finding{}, false
}

func sizeName(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}
