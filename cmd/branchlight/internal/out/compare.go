package out

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
)

// buffers holds the slices through which files are compared and copied.
var buffers = sync.Pool{New: func() any {
	b := make([]byte, 64<<10)
	return &b
}}

// source is the reader given to Copy, with a hash of what was read.
type source struct {
	r    io.Reader
	path string
	hash hash.Hash
	n    int64
}

// sourceError is an error of the reader given to Copy.
type sourceError struct {
	path string
	err  error
}

func (e *sourceError) Error() string { return fmt.Sprintf("copying to %s: %v", e.path, e.err) }
func (e *sourceError) Unwrap() error { return e.err }

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	if err != nil && err != io.EOF {
		err = &sourceError{s.path, err}
	}
	return n, err
}

func (at spot) open() (*file, error) {
	f, err := at.folder.dir.open(at.name)
	return f, fail("open", at.path, err)
}

// equals tells whether the file that stands there has exactly these bytes. Its
// size is known to be theirs.
func (at spot) equals(data []byte) (bool, error) {
	f, err := at.open()
	if err != nil {
		return false, err
	}
	defer f.close()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for len(data) > 0 {
		n, err := f.Read(*buf)
		if n > len(data) || !bytes.Equal((*buf)[:n], data[:n]) || err == io.EOF {
			return false, nil // also where it grew or shrank meanwhile
		}
		if err != nil {
			return false, fail("read", at.path, err)
		}
		data = data[n:]
	}
	return true, nil
}

// compare reads from src as long as it gives the bytes of the file that stands
// there. It returns how many were the same, and what was read beyond them.
func (at spot) compare(src io.Reader) (same int64, next []byte, err error) {
	f, err := at.open()
	if err != nil {
		return 0, nil, err
	}
	defer f.close()
	a, b := buffers.Get().(*[]byte), buffers.Get().(*[]byte)
	defer buffers.Put(a)
	defer buffers.Put(b)
	for {
		n, err := io.ReadFull(src, *a)
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return 0, nil, err
		}
		m, err := io.ReadFull(f, (*b)[:n])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return 0, nil, fail("read", at.path, err)
		}
		if m < n || !bytes.Equal((*a)[:n], (*b)[:n]) {
			return same, bytes.Clone((*a)[:n]), nil
		}
		if same += int64(n); ended {
			return same, nil, nil
		}
	}
}

// head copies the first n bytes of the file that stands there.
func (at spot) head(w io.Writer, n int64) error {
	if n == 0 {
		return nil
	}
	f, err := at.open()
	if err != nil {
		return err
	}
	defer f.close()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	_, err = io.CopyBuffer(w, io.LimitReader(f, n), *buf)
	return fail("copy", at.path, err)
}
