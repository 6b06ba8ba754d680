package cache

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
)

// Program gives the sum of the running program: what another program left is not
// used, whatever versions both say they are. Go's linker leaves a sum of the whole
// program, the build ID, near the beginning of its file; where it has none, all of
// the file is read. The sum is zero where the program cannot read itself.
var Program = sync.OnceValue(func() (sum codec.Sum) {
	f, err := os.Open("/proc/self/exe") // also where the file was replaced since the start
	if err != nil {
		path, err := os.Executable()
		if err != nil {
			return sum
		}
		if f, err = os.Open(path); err != nil {
			return sum
		}
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(f, head)
	if err == nil && hasBuildID(head) {
		return codec.SumOf(head)
	}
	if sum, err = codec.SumOfReader(io.MultiReader(bytes.NewReader(head[:n]), f)); err != nil {
		return codec.Sum{}
	}
	return sum
})

// hasBuildID reports whether the beginning of a program's file has a build ID: in
// a note of ELF, or as text between the marks that go tool buildid looks for.
func hasBuildID(head []byte) bool {
	const note = "\x04\x00\x00\x00Go\x00\x00" // the type of the note, and whose it is
	if at := bytes.Index(head, []byte(note)); at >= 8 && binary.LittleEndian.Uint32(head[at-4:]) > 0 {
		return true
	}
	_, id, ok := bytes.Cut(head, []byte("\xff Go build ID: \""))
	return ok && len(id) > 0 && id[0] != '"'
}
