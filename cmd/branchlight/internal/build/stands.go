package build

import (
	"io"
	"slices"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/tree"
)

// sink passes outputs to the stage, and remembers their keys.
type sink struct {
	stage *out.Stage
	known []cache.Output

	mu   sync.Mutex
	keys map[string]codec.Sum // of what was written
}

// newSink makes a sink for about so many outputs.
func newSink(stage *out.Stage, known []cache.Output, outputs int) *sink {
	if len(known) > 0 {
		stage.Look()
		return &sink{stage: stage, known: known, keys: map[string]codec.Sum{}}
	}
	stage.Expect(outputs)
	return &sink{stage: stage, keys: make(map[string]codec.Sum, outputs)}
}

// Keep reports whether an output stands that was made of what the key stands for.
func (s *sink) Keep(path string, key codec.Sum) bool {
	o, ok := output(s.known, path)
	return ok && o.Key == key && key != (codec.Sum{}) && s.stage.Keep(out.Standing{Path: path, Size: o.Size, MTime: o.MTime})
}

// Write passes an output on.
func (s *sink) Write(path string, key codec.Sum, data []byte) error {
	s.note(path, key)
	return s.stage.Write(path, data)
}

// Copy passes an output on.
func (s *sink) Copy(path string, key codec.Sum, r io.Reader) error {
	s.note(path, key)
	return s.stage.Copy(path, r)
}

func (s *sink) note(path string, key codec.Sum) {
	s.mu.Lock()
	s.keys[path] = key
	s.mu.Unlock()
}

// known gives the outputs of the memory, if the manifest says that those stand:
// it is the manifest that tells what the bytes of an output should be, and after
// a build that this memory knows nothing of, they are those of other keys.
func (r *run) known(stage *out.Stage) []cache.Output {
	if codec.SumOf(stage.Manifest()) != r.mem.build.Manifest {
		return nil
	}
	return r.mem.outputs
}

// stands reports whether everything is as the last build saw it, and its output
// stands as it was left. Then there is nothing to do, and the result is what it
// was.
func (r *run) stands(stage *out.Stage) bool {
	b := &r.mem.build
	if b.Output != r.Output || codec.SumOf(stage.Manifest()) != b.Manifest || !r.unchanged() || r.key(r.mem.files) != b.Key {
		return false
	}
	list := make([]out.Standing, len(r.mem.outputs))
	for i, o := range r.mem.outputs {
		list[i] = out.Standing{Path: o.Path, Size: o.Size, MTime: o.MTime}
	}
	now, ok := stage.Stands(list)
	var last Result
	if !ok || !last.recall(b.Result) {
		return false
	}
	r.standing = now
	last.Same, last.Done, last.Unchanged = true, true, len(now)
	last.Stages, last.Notes, last.Day = r.result.Stages, r.result.Notes, r.result.Day
	r.result, r.findings = last, last.Findings
	for i := range now {
		r.restamped = r.restamped || now[i].MTime != list[i].MTime
	}
	r.lap("compare")
	return true
}

// unchanged reports whether the source files are those of the memory. What time
// does not tell is read again.
func (r *run) unchanged() bool {
	if len(r.snapshot.Files) != len(r.mem.files) {
		return false
	}
	files := r.mem.files
	for i, f := range r.snapshot.Files {
		k := &files[i]
		if k.Path != f.Path {
			return false
		}
		if same(k, f) {
			continue
		}
		if k.Sum == (codec.Sum{}) {
			return false
		}
		raw, err := tree.Read(r.root, f.Path, maxImage)
		if err != nil || codec.SumOf(raw) != k.Sum {
			return false
		}
		if !r.restamped {
			files, r.restamped = slices.Clone(files), true
		}
		files[i].Size, files[i].MTime = int64(len(raw)), stamp(f.ModTime.UnixNano(), r.since.UnixNano())
	}
	r.files = files
	return true
}

// key stands for all that a build looks at: options, day, settings, and sources.
func (r *run) key(files []cache.File) codec.Sum {
	w := codec.Writer(make([]byte, 0, 64<<10))
	codec.String(w, &r.Output)
	c := []bool{r.HoldBad, r.Adopt, r.Audit}
	for i := range c {
		w.Bool(&c[i])
	}
	w.Strings(&r.Withhold)
	codec.Int(w, &r.result.Day)
	settings := string(r.settings)
	codec.String(w, &settings)
	w.Strings(&r.snapshot.Dirs)
	diag.CodeFindings(w, &r.snapshot.Findings)
	for i := range files {
		k := &files[i]
		codec.String(w, &k.Path)
		w.Sum(&k.Sum)
		if k.Sum == (codec.Sum{}) {
			codec.Int(w, &k.Size)
			codec.Int(w, &k.MTime)
		}
		if len(w.Bytes()) > 60<<10 { // all that came before stands in its sum
			sum := codec.SumOf(w.Bytes())
			w.Reset()
			w.Sum(&sum)
		}
	}
	return codec.SumOf(w.Bytes())
}

// save leaves what the run knows to the next.
func (r *run) save(c *cache.Cache, stage *out.Stage) {
	if r.auditing != nil {
		if kept := r.auditing.memory.Bytes(); kept != nil {
			c.SaveMemo(auditMemo, kept)
		}
	}
	if r.result.Same && !r.restamped || r.files == nil {
		return
	}
	next := &cache.State{Files: r.files, Outputs: r.mem.outputs, Build: r.mem.build}
	if r.sink != nil {
		r.standing = stage.Standing()
	}
	if r.standing != nil {
		next.Outputs = r.outputs()
		next.Build = cache.Build{
			Output: r.Output, Key: r.key(r.files), Manifest: codec.SumOf(stage.Manifest()), Result: r.result.bytes(), Search: r.mem.build.Search,
		}
		if r.sink != nil {
			next.Build.Search = cache.Part{}
			if r.searched != nil {
				next.Build.Search = r.mem.store.Put(r.searched)
			}
		}
	}
	c.Save(next)
	if c.Note != (diag.Text{}) && !slices.Contains(r.result.Notes, c.Note) {
		r.result.Notes = append(r.result.Notes, c.Note)
	}
}

// outputs lists the outputs as they stand now, by path, with their keys.
func (r *run) outputs() []cache.Output {
	now := time.Now().UnixNano()
	list := make([]cache.Output, len(r.standing))
	for i, f := range r.standing {
		o := cache.Output{Path: f.Path, Size: f.Size, MTime: stamp(f.MTime, now)}
		var written bool
		if r.sink != nil {
			o.Key, written = r.sink.keys[f.Path]
		}
		if !written {
			known, _ := output(r.mem.outputs, f.Path)
			o.Key = known.Key
		}
		list[i] = o
	}
	return list
}

// code writes or reads what a build that has nothing to do says again.
func (res *Result) code(c *codec.Coder) {
	diag.CodeFindings(c, &res.Findings)
	codec.Int(c, &res.Pages)
	codec.Int(c, &res.Indexes)
	codec.List(c, &res.Held, func(h *Held) {
		codec.String(c, &h.File)
		codec.String(c, &h.Title)
		codec.String(c, &h.Reason)
		codec.Int(c, &h.Until)
		codec.String(c, &h.By)
	})
	c.Strings(&res.Kept)
	codec.String(c, &res.Output)
	codec.List(c, &res.Allowed, func(a *Allowed) {
		a.Finding.Code(c)
		codec.String(c, &a.Reason)
	})
}

func (res *Result) bytes() []byte {
	w := codec.Writer(nil)
	res.code(w)
	return w.Bytes()
}

// recall reads what bytes has written into a new result.
func (res *Result) recall(b []byte) bool {
	c := codec.Reader(b)
	*res = Result{}
	res.code(c)
	return !c.Bad()
}
