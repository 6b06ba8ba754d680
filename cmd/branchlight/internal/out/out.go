// Package out brings an output folder up to date.
//
// A build begins a Stage, gives it every output file, and commits. Only then
// does the folder change, and it changes to exactly what the build gave: new
// bytes are written, equal bytes are left alone, and what an earlier build made
// and this one did not is removed. Files of others are never touched.
//
// # The manifest
//
// The output holds a file .branchlight-manifest, which says what the tool made:
//
//	branchlight manifest 2
//	<XXH64, 16 hexadecimal digits>  <bytes, decimal>  <path>
//
// One line per file, sorted by path, slash-separated, without times, so that equal
// outputs have equal manifests. The hash finds what a disk or a hand has changed;
// it is no seal, since who can write the outputs can write the manifest too, and it
// is made of every byte of every build, on machines of many ages. A path in it belongs to the tool, whatever
// its bytes; every other path belongs to someone else. A folder is removed when
// it is empty and the last output in it is gone. A folder that is not empty and
// has no readable manifest is not built into (ForeignError), unless the caller
// adopts it: then files of others stay, save those at the very paths that the
// build makes, which it takes over. A folder of others is never replaced.
//
// # What can go wrong, and when
//
// Changed files are staged inside the output, in .branchlight-stage, so that
// a rename puts each in its place. When the output does not exist yet, the whole
// of it is staged beside it, in .NAME.branchlight-stage, and appears at once.
// Commit first makes sure that nothing stands in the way, and that the staged
// bytes are on the disk. Then, in this order:
//
//  1. where there are new paths, the manifest becomes the union of old and new,
//     so that a kill from here on never makes our own files look foreign
//  2. what stands in the way (a file where a folder is needed, or the reverse)
//     is moved into the stage, and missing folders are made
//  3. files are renamed: assets before pages, pages before index pages
//  4. what no build makes any more is deleted
//  5. the manifest becomes that of the new output
//
// An error before step 3 leaves the output as it was. A kill, a full disk or a
// failing one at any moment leaves every file whole, old or new, and the next
// build makes the output equal to a clean one and leaves no litter.
//
// # The lock
//
// A build holds a lock on .NAME.branchlight-lock beside the output, so that
// nothing of it is published; where that folder cannot be written, on
// .branchlight-lock inside the output. The operating system releases it when a
// process dies, so it cannot go stale. The file names the holder and is removed
// after use: on Unix while the lock is held, and whoever gets a lock looks
// whether the path still leads to the file he locked; on Windows after closing,
// which fails where another process has opened it.
//
// All of it goes through an os.Root: no link inside the output leads a write to
// the outside, and no output is written through a link at all.
package out

import (
	"strings"
	"time"
)

// Names of the tool's own files. The output of a site never has such names,
// because no part of an output path begins with a dot.
const (
	manifestName = ".branchlight-manifest"
	stageName    = ".branchlight-stage"
	lockName     = ".branchlight-lock"
)

// Options say how to begin.
type Options struct {
	Adopt   bool                // build into a folder that holds files of others
	Waiting func(holder string) // called once where another build holds the lock; holder names its process
	Wait    time.Duration       // how long to wait for that build; 0: until it ends; negative: not at all

	// Fault is for tests: it is called before each operation on a file, and its
	// error is taken for that of the operation.
	Fault func(op, path string) error
}

// Result counts what Commit did.
type Result struct {
	Written, Unchanged, Removed int      // files
	Kept                        []string // files and folders ("x/") of others, which stay; sorted
}

// Safe tells whether a path may be written: slash-separated, no part empty
// or beginning with a dot, and only letters, digits and - _ . ~ @ + of ASCII.
// What passes is local on every system and the same file under every spelling.
func Safe(p string) bool {
	if p == "" || len(p) > 1024 {
		return false
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' || len(part) > 255 || reserved(part) {
			return false
		}
		for i := range len(part) {
			c := part[i]
			switch {
			case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.~@+", c) >= 0:
			default:
				return false
			}
		}
	}
	return true
}

// reserved tells whether Windows takes a name for a device: CON, PRN, AUX, NUL,
// COM0 to COM9, LPT0 to LPT9, with any extension.
func reserved(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	switch strings.ToLower(base) {
	case "con", "prn", "aux", "nul":
		return true
	}
	if len(base) != 4 || base[3] < '0' || base[3] > '9' {
		return false
	}
	device := strings.ToLower(base[:3])
	return device == "com" || device == "lpt"
}
