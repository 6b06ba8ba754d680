package build

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

// Whatever happens to a site, a build with the memory of earlier ones gives, byte
// for byte, what a clean build gives, and so does a session that is told where to
// look; where there are errors, all find the same and the output stays as it was.
//
// The environment variable BRANCHLIGHT_SEQUENCES sets the number of sequences,
// and BRANCHLIGHT_SEED the first seed.
func TestRandomEdits(t *testing.T) {
	sequences, seed := number("BRANCHLIGHT_SEQUENCES", 120/slowdown), number("BRANCHLIGHT_SEED", 1)
	if testing.Short() {
		sequences /= 8
	}
	debug.SetGCPercent(400) // every build makes all its templates anew
	for worker := range 2 {
		t.Run(strconv.Itoa(worker), func(t *testing.T) {
			t.Parallel()
			for i := seed + worker; i < seed+sequences; i += 2 {
				data := make([]byte, 36)
				r := rand.New(rand.NewPCG(uint64(i), 0))
				for j := range data {
					data[j] = byte(r.Uint32())
				}
				if play(t, data); t.Failed() {
					t.Fatalf("seed %d", i)
				}
			}
		})
	}
}

func number(env string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(env)); err == nil {
		return n
	}
	return usual
}

// FuzzEdits is TestRandomEdits with edits that a fuzzer chooses.
func FuzzEdits(f *testing.F) {
	for i := 0; i < len(edits); i += 3 {
		f.Add([]byte{0, byte(i), 3, 1, byte(i + 1), 5, 2, 0, 0, byte(i + 2), 9})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 300 {
			t.Skip("more edits than are of use")
		}
		play(t, data)
	})
}

// scratch makes a folder in memory, where the system has one.
func scratch(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "branchlight-test-")
	if err != nil {
		return t.TempDir()
	}
	return dir
}

// played is a sequence under way.
type played struct {
	*world
	session *Session
	started [2]any                       // day and HoldBad of the session
	outputs map[string]map[string]string // what each output folder should hold
	result  *Result                      // of the last build
}

// play makes a site, changes it as data says, and builds after every change.
func play(t testing.TB, data []byte) {
	top := scratch(t)
	defer os.RemoveAll(top)
	root := filepath.Join(top, "site")
	p := &played{world: newWorld(t, root, &choices{data}), outputs: map[string]map[string]string{}}
	defer func() {
		if p.session != nil {
			p.session.Close()
		}
		if t.Failed() {
			t.Logf("after:\n%s", strings.Join(p.log, "\n"))
		}
	}()
	for p.step(); len(p.c.rest) > 0 && !t.Failed(); p.step() {
		if p.result == nil || !p.result.Done && p.c.one(2) {
			p.mend()
		}
		for range 1 + p.c.n(3)/2 {
			e := edits[p.c.n(len(edits))]
			p.note("%s", e.name)
			e.edit(p.world)
		}
		if p.c.one(2) {
			p.note("time passes")
			p.age()
		}
	}
	if !t.Failed() {
		p.settle()
	}
}

// step builds with memory and without, asks the session, and compares.
func (p *played) step() {
	folder := p.output()
	result, err := Build(p.options)
	clean := p.options
	clean.Output = filepath.Join(filepath.Dir(p.root), "clean")
	os.RemoveAll(clean.Output)
	want, wantErr := build(clean, nothing)
	if (err == nil) != (wantErr == nil) {
		p.t.Errorf("with memory: %v; without: %v", err, wantErr)
		return
	}
	if p.result = result; err != nil {
		p.note("-> %v", err)
		p.stays(folder)
		return
	}
	p.note("-> done %v, parsed %d, rendered %d, written %d, removed %d, same %v", result.Done, result.Parsed, result.Rendered, result.Written, result.Removed, result.Same)
	for _, f := range result.Findings {
		if f.Severity == diag.Error {
			p.note("   %v: %s", f.Pos, f.Message.En)
		}
	}
	if result.Done != want.Done || !slices.Equal(result.Findings, want.Findings) {
		p.t.Errorf("with memory: done %v\n%s\nwithout: done %v\n%s", result.Done, listed(result.Findings), want.Done, listed(want.Findings))
	}
	if !slices.Equal(result.Held, want.Held) || result.Pages != want.Pages || result.Indexes != want.Indexes {
		p.t.Errorf("with memory: %d and %d pages, held %v; without: %d and %d, %v", result.Pages, result.Indexes, result.Held, want.Pages, want.Indexes, want.Held)
	}
	if want.Done {
		p.outputs[folder] = files(p.t, clean.Output)
	}
	p.stays(folder)
	p.preview(want)
	p.tidy()
}

func listed(found []diag.Finding) string {
	var b bytes.Buffer
	diag.Printer{W: &b, Lang: diag.En}.List(found)
	return b.String()
}

// stays compares an output with what it should hold. After a build with errors
// that is what it held before, whoever changed it meanwhile.
func (p *played) stays(folder string) {
	if p.result == nil || !p.result.Done {
		return
	}
	compare(p.t, "the build", files(p.t, folder), p.outputs[folder])
}

func compare(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		text, ok := got[name]
		switch {
		case !ok:
			t.Errorf("%s lacks %s", what, name)
		case text != want[name]:
			t.Errorf("%s: %s is\n%s\nand should be\n%s", what, name, text, want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s has %s", what, name)
		}
	}
}

// preview compares what a session makes with what a clean build gave.
func (p *played) preview(want *Result) {
	now := p.options
	now.Output = ""
	var r *Result
	var err error
	if p.session == nil || p.started != [2]any{now.Day, now.HoldBad} {
		if p.session != nil {
			p.session.Close()
		}
		if p.session, err = Start(now); err != nil {
			p.t.Fatal(err)
		}
		p.started = [2]any{now.Day, now.HoldBad}
		r, err = p.session.Refresh()
	} else {
		r, err = p.session.Refresh(slices.Sorted(maps.Keys(p.touched))...)
	}
	clear(p.touched)
	if err != nil {
		p.t.Fatal(err)
	}
	if !want.Done {
		return
	}
	if !r.Done {
		p.t.Errorf("the session finds\n%s", listed(r.Findings))
		return
	}
	made, err := p.made()
	if errors.Is(err, errLost) { // the cache was spoilt; looking again helps
		if _, err = p.session.Refresh(); err == nil {
			made, err = p.made()
		}
	}
	if err != nil {
		p.t.Errorf("the session: %v", err)
		return
	}
	all := maps.Clone(p.outputs[p.output()])
	delete(all, ".branchlight-manifest")
	compare(p.t, "the session", made, all)
}

// made makes all files of the session's site.
func (p *played) made() (map[string]string, error) {
	all := map[string]string{}
	for _, path := range p.session.Outputs() {
		m, ok, err := p.session.Make(path)
		if err != nil || !ok {
			return nil, fmt.Errorf("%s: %v, %w", path, ok, err)
		}
		if m.Open != nil {
			f, err := m.Open()
			if err != nil {
				return nil, err
			}
			m.Data, err = io.ReadAll(f)
			f.Close()
			if err != nil {
				return nil, err
			}
		}
		all[path] = string(m.Data)
	}
	return all, nil
}

// tidy looks for what should not be left behind.
func (p *played) tidy() {
	for _, dir := range []string{p.root, p.output()} {
		left, _ := filepath.Glob(filepath.Join(dir, ".*.branchlight-*"))
		more, _ := filepath.Glob(filepath.Join(dir, ".branchlight-st*"))
		if left = append(left, more...); len(left) > 0 {
			p.t.Errorf("litter: %q", left)
		}
	}
	stores, _ := filepath.Glob(filepath.Join(p.root, ".branchlight", "store-*"))
	if temp, _ := filepath.Glob(filepath.Join(p.root, ".branchlight", "*.new")); len(stores) > 1 || len(temp) > 0 {
		p.t.Errorf("litter: %q %q", stores, temp)
	}
}

// settle ends a sequence: once nothing changes any more, a build does nothing.
func (p *played) settle() {
	p.note("at rest")
	p.age()
	if p.step(); p.result == nil || !p.result.Done {
		return
	}
	r, err := Build(p.options)
	if err != nil || !r.Same || r.Parsed+r.Rendered+r.Written+r.Removed > 0 {
		p.t.Errorf("at rest a build does something: %+v, %v", r, err)
	}
	compare(p.t, "the build", files(p.t, p.output()), p.outputs[p.output()])
}
