package cache

import (
	"os"
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
)

// Program gives the sum of the running program: what another program left is not
// used, whatever versions both say they are. It is zero where the program cannot
// read itself.
var Program = sync.OnceValue(func() (sum codec.Sum) {
	path := "/proc/self/exe" // also where the file was replaced since the start
	f, err := os.Open(path)
	if err != nil {
		if path, err = os.Executable(); err != nil {
			return sum
		}
		if f, err = os.Open(path); err != nil {
			return sum
		}
	}
	defer f.Close()
	if sum, err = codec.SumOfReader(f); err != nil {
		return codec.Sum{}
	}
	return sum
})
