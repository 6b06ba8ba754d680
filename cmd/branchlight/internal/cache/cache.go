// Package cache keeps what a run learned for the next one, in the folder
// .branchlight of a site.
//
// Everything in it can be made again, so nothing that goes wrong with it is an
// error: a cache that is missing, damaged, half written, made by another program
// or of another format is an empty one, with a Note that says so in one line.
// Deleting the folder changes nothing but time.
//
// # Files
//
//	state      what is known of sources and outputs: read whole, replaced whole
//	store-ID   what is known of single files, one after the other; only ever
//	           appended to, and replaced by one of another ID
//	memo-NAME  what some runs note and others have no use for, with its own sum
//	lock       held by the process that writes
//
// The state names its store and how long that was; what stands behind it was
// never finished, and is written over. Both begin with their format and the sum
// of the program (see Open). The state ends with its own sum, and holds a
// checksum for each part of the store, which is looked at when the part is read.
// A cache whose store is mostly waste is begun anew.
//
// A State is a value. What is read from a store is immutable, and all of it may
// be read from many goroutines.
package cache

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
)

// Dir is the folder of the cache in a site's folder.
const Dir = ".branchlight"

const (
	stateName   = "state"
	lockName    = "lock"
	storePrefix = "store-"
	memoPrefix  = "memo-"
	nextSuffix  = ".new" // of what is not in its place yet
	format      = "branchlight cache 1\n"
	maxState    = 1 << 30 // bytes
)

// State is what a run leaves to the next, besides the parts of the store.
type State struct {
	Files   []File   // the sources, by path
	Outputs []Output // the outputs, by path
	Build   Build
}

// File is a source file as it was when it was read last.
type File struct {
	Path  string
	Size  int64
	MTime int64     // nanoseconds since 1970; 0 where it says nothing
	Sum   codec.Sum // of its bytes
	Part  Part      // what it gives
	Text  Part      // the bulk of it
}

// Output is a file of the output as it was written last.
type Output struct {
	Path  string
	Key   codec.Sum // of all that it was made of
	Size  int64
	MTime int64 // as in File
}

// Build is the last build that brought an output up to date.
type Build struct {
	Output   string    // the output folder; empty where there was none
	Key      codec.Sum // of all that the build looked at besides the Files
	Manifest codec.Sum // of the manifest's bytes
	Result   []byte    // what it had to say
	Search   Part      // what is known of the search files; none where there is nothing
}

// Part is a place in the store. The zero Part is none.
type Part struct {
	At    int64
	Size  int64
	Check uint32 // CRC-32C
}

// Code writes or reads a State.
func (s *State) Code(c *codec.Coder) {
	codec.List(c, &s.Files, func(f *File) {
		codec.String(c, &f.Path)
		codec.Int(c, &f.Size)
		codec.Int(c, &f.MTime)
		c.Sum(&f.Sum)
		f.Part.code(c)
		f.Text.code(c)
	})
	codec.List(c, &s.Outputs, func(o *Output) {
		codec.String(c, &o.Path)
		c.Sum(&o.Key)
		codec.Int(c, &o.Size)
		codec.Int(c, &o.MTime)
	})
	b := &s.Build
	codec.String(c, &b.Output)
	c.Sum(&b.Key)
	c.Sum(&b.Manifest)
	result := string(b.Result)
	codec.String(c, &result)
	b.Result = []byte(result)
	b.Search.code(c)
}

func (p *Part) code(c *codec.Coder) {
	codec.Int(c, &p.At)
	codec.Int(c, &p.Size)
	codec.Int(c, &p.Check)
}

func (p Part) within(length int64) bool { return p.At >= 0 && p.Size >= 0 && p.At <= length-p.Size }

// Cache is an open cache. Close it after use.
type Cache struct {
	State State // as the last run left it
	Store *Store
	Note  diag.Text // why the cache is not used, or not kept; empty where all is well

	dir     *os.Root     // the folder; nil where it is not written
	lock    *flock.Flock // held while dir is open
	program codec.Sum
	id      string // of the store
	fresh   bool   // no state names the store yet
}

// Open opens the cache of a site's folder. The program's sum keeps what another
// version left from being used. Open never fails: where the cache cannot be
// written, another process writes it, or it is opened for reading only, what is
// new stays in memory.
func Open(site *os.Root, program codec.Sum, write bool) *Cache {
	c := &Cache{program: program, Store: &Store{}}
	var failed error
	if write {
		failed = c.claim(site) // before anything is read, so that no one writes there meanwhile
	}
	switch err := c.read(site); {
	case errors.Is(err, errForeign):
		c.Note = diag.Textf("缓存（%s）来自另一个版本的程序，这次重新读取全部稿件", "the cache (%s) is of another version of the program; all pages are read again", Dir)
	case err != nil:
		c.Note = diag.Textf("缓存（%s）已损坏，这次重新读取全部稿件：%v", "the cache (%s) is damaged; all pages are read again: %v", Dir, err)
	}
	if c.dir != nil {
		failed = c.ready()
	}
	if failed != nil && c.Note == (diag.Text{}) {
		c.Note = unkept(failed)
	}
	return c
}

// ready opens the store for writing, or begins one.
func (c *Cache) ready() error {
	if c.id == "" {
		return c.begin()
	}
	c.clear()
	return c.Store.reopen(c.dir, storePrefix+c.id)
}

var (
	errForeign = errors.New("of another version")
	errDamaged = errors.New("its contents are not what was written")
)

func unkept(err error) diag.Text {
	return diag.Textf("缓存（%s）写不进去，下次要重新读取全部稿件：%v", "the cache (%s) cannot be written; the next run reads all pages again: %v", Dir, err)
}

// read reads the state and opens the store that it names. With an error the
// cache is empty.
func (c *Cache) read(site *os.Root) error {
	raw, err := readFile(site, stateName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var s State
	id, length, err := decode(raw, c.program, &s)
	if err != nil {
		return err
	}
	var used int64
	for i := range s.Files {
		used += s.Files[i].Part.Size + s.Files[i].Text.Size
	}
	if length > 2*used+waste {
		return nil
	}
	f, err := site.Open(Dir + "/" + storePrefix + id)
	if err != nil {
		return err
	}
	if fi, err := f.Stat(); err != nil || !fi.Mode().IsRegular() || fi.Size() < length {
		f.Close()
		return errDamaged
	}
	c.State, c.id, c.Store = s, id, &Store{file: f, end: length}
	return nil
}

// waste is how many bytes of a store may be of no use whatever its size.
const waste = 16 << 20

func readFile(site *os.Root, name string) ([]byte, error) {
	f, err := site.Open(Dir + "/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() || fi.Size() > maxState {
		return nil, errDamaged
	}
	raw := make([]byte, fi.Size())
	_, err = io.ReadFull(f, raw)
	return raw, err
}

// encode gives the bytes of the state file.
func encode(program codec.Sum, id string, length int64, s *State) []byte {
	w := codec.Writer(append(make([]byte, 0, 72*(len(s.Files)+len(s.Outputs))+len(s.Build.Result)+256), format...)) // mostly enough
	w.Sum(&program)
	at := len(w.Bytes())
	var sum codec.Sum
	w.Sum(&sum)
	codec.String(w, &id)
	codec.Int(w, &length)
	s.Code(w)
	raw := w.Bytes()
	sum = codec.SumOf(raw[at+len(sum):])
	copy(raw[at:], sum[:])
	return raw
}

// decode reads the bytes of a state file: the state, and the store's ID and
// length.
func decode(raw []byte, program codec.Sum, s *State) (id string, length int64, err error) {
	rest, ok := bytes.CutPrefix(raw, []byte(format))
	if !ok {
		return "", 0, errForeign
	}
	r := codec.Reader(rest)
	var by, sum codec.Sum
	r.Sum(&by)
	r.Sum(&sum)
	switch {
	case r.Bad() || codec.SumOf(r.Bytes()) != sum:
		return "", 0, errDamaged
	case by != program:
		return "", 0, errForeign
	}
	codec.String(r, &id)
	codec.Int(r, &length)
	s.Code(r)
	if _, err := hex.DecodeString(id); r.Bad() || len(r.Bytes()) > 0 || err != nil || len(id) != idLength {
		return "", 0, errDamaged
	}
	if !s.Build.Search.within(length) {
		return "", 0, errDamaged
	}
	for i := range s.Files {
		if f := &s.Files[i]; !f.Part.within(length) || !f.Text.within(length) {
			return "", 0, errDamaged
		}
	}
	return id, length, nil
}

// claim makes the folder and locks it, if no other process has.
func (c *Cache) claim(site *os.Root) error {
	if err := site.Mkdir(Dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if fi, err := site.Lstat(Dir); err != nil || !fi.IsDir() {
		return errors.Join(err, errDamaged)
	}
	dir, err := site.OpenRoot(Dir)
	if err != nil {
		return err
	}
	lock := flock.New(filepath.Join(site.Name(), Dir, lockName))
	if got, err := lock.TryLock(); err != nil || !got {
		dir.Close()
		return err
	}
	c.dir, c.lock = dir, lock
	return nil
}

const idLength = 16 // of a store's ID

// Forget makes the cache an empty one, with a store of its own.
func (c *Cache) Forget() {
	c.Store.close()
	if c.fresh && c.dir != nil {
		c.dir.Remove(storePrefix + c.id)
	}
	c.State, c.id, c.Store, c.fresh = State{}, "", &Store{}, false
	c.Note = diag.Textf("缓存（%s）已损坏，这次重新读取全部稿件", "the cache (%s) is damaged; all pages are read again", Dir)
	if c.dir != nil {
		if err := c.begin(); err != nil {
			c.Note = unkept(err)
		}
	}
}

// begin begins a new store.
func (c *Cache) begin() error {
	var b [idLength / 2]byte
	rand.Read(b[:])
	c.id, c.fresh = hex.EncodeToString(b[:]), true
	return c.Store.create(c.dir, storePrefix+c.id)
}

// Save keeps a state for the next run, with all parts that it names. Where that
// fails, the old state stays and the Note says why.
func (c *Cache) Save(s *State) {
	if c.dir == nil {
		return
	}
	if err := c.save(s); err != nil {
		c.Note = unkept(err)
	}
}

func (c *Cache) save(s *State) error {
	length, err := c.Store.flush()
	if err != nil {
		return err
	}
	if err := c.replace(stateName, encode(c.program, c.id, length, s)); err != nil {
		return err
	}
	c.fresh = false
	c.clear()
	return nil
}

// replace writes a file whole and puts it in the place of the old one.
func (c *Cache) replace(name string, data []byte) error {
	next := name + nextSuffix
	f, err := c.dir.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return c.dir.Rename(next, name)
}

// Memo gives a file of the cache that was kept with SaveMemo by this very program;
// nil where there is none. What it says must be such that it can be missing.
func (c *Cache) Memo(site *os.Root, name string) []byte {
	raw, err := readFile(site, memoPrefix+name)
	if err != nil {
		return nil
	}
	rest, ok := bytes.CutPrefix(raw, []byte(format))
	if !ok {
		return nil
	}
	r := codec.Reader(rest)
	var by, sum codec.Sum
	r.Sum(&by)
	r.Sum(&sum)
	if r.Bad() || by != c.program || codec.SumOf(r.Bytes()) != sum {
		return nil
	}
	return r.Bytes()
}

// SaveMemo keeps bytes for the next run, under a name.
func (c *Cache) SaveMemo(name string, data []byte) {
	if c.dir == nil {
		return
	}
	sum := codec.SumOf(data)
	head := codec.Writer([]byte(format))
	head.Sum(&c.program)
	head.Sum(&sum)
	if err := c.replace(memoPrefix+name, append(head.Bytes(), data...)); err != nil {
		c.Note = unkept(err)
	}
}

// clear removes what killed processes left, and the stores that no state names
// any more. One that another process has open may stay, for the next to remove.
func (c *Cache) clear() {
	d, err := c.dir.Open(".")
	if err != nil {
		return
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	for _, name := range names {
		if strings.HasPrefix(name, storePrefix) && name != storePrefix+c.id || strings.HasSuffix(name, nextSuffix) {
			c.dir.Remove(name)
		}
	}
}

// Release lets other processes write the cache. What is new from now on stays in
// memory. A store that was never saved goes.
func (c *Cache) Release() {
	if c.dir != nil {
		c.Store.readOnly()
		if c.fresh {
			c.dir.Remove(storePrefix + c.id)
		}
		c.lock.Unlock()
		c.dir.Close()
		c.dir = nil
	}
}

// Close lets go of the files. What was not saved is gone.
func (c *Cache) Close() {
	c.Store.close() // Windows removes no file that is open
	c.Release()
}
