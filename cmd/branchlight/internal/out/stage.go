package out

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/openat"
)

// Stage collects the files of one build. Write and Copy are safe for concurrent
// use; after the first error every further call gives that error.
type Stage struct {
	disk     *disk
	place    place
	lock     *lock
	adopt    bool
	whole    bool // the output does not exist: top is a folder beside it that will take its name
	top      *dir
	folders  *folders
	below    *openat.Top    // of top, to look at what stands; nil where the output is new
	old      manifest       // what earlier builds made
	oldBytes []byte         // of the manifest file; nil: none
	made     manifest       // what Commit left
	kept     []atomic.Int64 // of old: the time of a file that stays as it is; 0: none is said to
	looked   []int64        // of old: the time of a file that has its size; nil where Look was not called

	mu      sync.Mutex
	outputs map[string]*output
	stage   *dir            // the stage inside the output, made with the first change
	staging bool            // there is something to remove in the end
	staged  int             // names given in it
	foreign []string        // paths of others that are in the way
	blocks  map[string]bool // paths to be moved out of the way: a file for a folder, or the reverse
	missing map[string]bool // folders that must be made
	folded  map[string]string
	err     error // the first
	ended   bool
}

// output is one file of the build.
type output struct {
	entry
	mtime  int64  // nanoseconds since 1970; 0 where it is not known
	staged string // its name in the stage; empty where the bytes stand already
}

var errEnded = errors.New("the stage has ended")

// Write gives the bytes of the output file p. Parts of p are ASCII letters,
// digits and - _ . ~ @ +, none begins with a dot, and no path is given twice.
// Where equal bytes stand already, nothing is staged.
func (s *Stage) Write(p string, data []byte) error {
	o, err := s.claim(p)
	if err != nil {
		return err
	}
	o.sum, o.size = codec.SumOf(data), int64(len(data))
	return s.settle(s.write(p, o, data))
}

func (s *Stage) write(p string, o *output, data []byte) error {
	at, err := s.spot(p)
	if err != nil {
		return err
	}
	defer s.folders.put(at.folder)
	if at.size == o.size {
		if equal, err := at.equals(data); err != nil || equal {
			o.mtime = at.mtime
			return err
		}
	}
	return s.create(at, o, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Copy is Write for a file that is read from r in pieces. An error of r is
// returned as it is, wrapped with the path.
func (s *Stage) Copy(p string, r io.Reader) error {
	o, err := s.claim(p)
	if err != nil {
		return err
	}
	return s.settle(s.copy(p, o, r))
}

func (s *Stage) copy(p string, o *output, r io.Reader) error {
	at, err := s.spot(p)
	if err != nil {
		return err
	}
	defer s.folders.put(at.folder)
	src := &source{r: r, path: p, hash: codec.NewHash()}
	var same int64  // so many bytes equal those of the file that stands
	var next []byte // what was read beyond them
	if at.size >= 0 {
		if same, next, err = at.compare(src); err != nil {
			return err
		}
	}
	o.mtime = at.mtime
	if same != at.size || len(next) > 0 {
		err = s.create(at, o, func(w io.Writer) error {
			if err := at.head(w, same); err != nil {
				return err
			}
			if _, err := w.Write(next); err != nil {
				return err
			}
			buf := buffers.Get().(*[]byte)
			defer buffers.Put(buf)
			_, err := io.CopyBuffer(w, src, *buf)
			return err
		})
	}
	src.hash.Sum(o.sum[:0])
	o.size = src.n
	return err
}

// Expect makes room for about so many outputs at once, which is cheaper than bit by
// bit while cores wait for each other. It must not be called while others are under way.
func (s *Stage) Expect(outputs int) {
	if len(s.outputs) == 0 {
		s.outputs = make(map[string]*output, outputs)
	}
}

// claim takes a path for one output.
func (s *Stage) claim(p string) (*output, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return nil, errEnded
	case s.err != nil:
		return nil, s.err
	case !Safe(p):
		s.err = fmt.Errorf("%q is no safe output path", p)
		return nil, s.err
	case s.given(p):
		s.err = fmt.Errorf("the output %s was made twice", p)
		return nil, s.err
	}
	o := &output{}
	s.outputs[p] = o
	return o, nil
}

// given reports whether an output was given, in whatever way.
func (s *Stage) given(p string) bool {
	return s.outputs[p] != nil || s.keeps(p)
}

// keeps reports whether an output was given by Keep.
func (s *Stage) keeps(p string) bool {
	i, ok := s.old.index(p)
	return ok && s.kept[i].Load() != 0
}

// settle remembers the first error.
func (s *Stage) settle(err error) error {
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.err == nil {
			s.err = err
		}
	}
	return err
}

// spot is where an output file will stand.
type spot struct {
	path   string
	name   string
	folder *folder // of the output, in use until put
	size   int64   // of the regular file that stands there and may be replaced; -1: none
	mtime  int64   // of that file
}

// spot looks at the place of an output. What is in the way is noted for Commit.
func (s *Stage) spot(p string) (at spot, err error) {
	at = spot{path: p, name: path.Base(p), size: -1}
	if at.folder, err = s.folders.get(path.Dir(p)); err != nil {
		return at, err
	}
	if s.whole {
		if at.folder.dir == nil {
			s.folders.put(at.folder)
			return at, fmt.Errorf("the output %s is both a file and a folder", at.folder.blocked)
		}
		return at, nil
	}
	if at.folder.dir == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.missing[at.folder.path] = true
		if q := at.folder.blocked; q != "" {
			s.blocks[q] = true
		}
		return at, nil
	}
	seen, err := at.folder.dir.look(at.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return at, nil
	case err != nil:
		s.folders.put(at.folder)
		return at, fail("stat", p, err)
	}
	regular := seen.Mode.IsRegular()
	if regular && s.old.has(p) {
		at.size, at.mtime = seen.Size, seen.MTime
		return at, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case seen.Mode.IsDir():
		s.blocks[p] = true
	case !s.adopt && !s.owns(at):
		s.foreign = append(s.foreign, p)
	case regular:
		at.size, at.mtime = seen.Size, seen.MTime
	}
	return at, nil
}

// owns tells whether the tool made the file that stands at a spot.
func (s *Stage) owns(at spot) bool {
	if s.old.has(at.path) {
		return true
	}
	// Where case does not matter, an output whose name changed only in case
	// stands under its old name.
	if s.folded == nil {
		s.folded = make(map[string]string, len(s.old))
		for i := range s.old {
			p := s.old[i].path
			s.folded[strings.ToLower(p)] = p
		}
	}
	other, ok := s.folded[strings.ToLower(at.path)]
	if !ok {
		return false
	}
	fi, err := at.folder.dir.lstat(at.name)
	if err != nil {
		return false
	}
	old, err := s.top.lstat(other)
	return err == nil && os.SameFile(old, fi)
}

// create makes the file of an output, in its place where the whole output is
// new, else in the stage.
func (s *Stage) create(at spot, o *output, fill func(io.Writer) error) error {
	d, name := at.folder.dir, at.name
	if !s.whole {
		var err error
		if d, name, err = s.inStage(); err != nil {
			return err
		}
	}
	f, err := d.create(name)
	if err != nil {
		return fail("create", at.path, err)
	}
	o.staged = name
	err = fill(f)
	o.mtime = f.f.MTime()
	if e := f.finish(syncEach); err == nil {
		err = e
	}
	var foreign *sourceError
	if errors.As(err, &foreign) {
		return err
	}
	return fail("write", at.path, err)
}

// inStage gives a new name in the stage.
func (s *Stage) inStage() (d *dir, name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage == nil {
		s.staging = true
		if err := s.top.mkdir(stageName); err != nil {
			return nil, "", fail("mkdir", stageName, err)
		}
		if s.stage, err = s.top.openDir(stageName); err != nil {
			return nil, "", fail("open", stageName, err)
		}
	}
	s.staged++
	return s.stage, strconv.Itoa(s.staged), nil
}
