package largepages

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// page is the size of a large page, in bytes.
const page = 2 << 20

func init() {
	if os.Getenv("GOMEMLIMIT") != "" || free() < 2*size/page {
		return
	}
	pace := debug.SetGCPercent(-1) // one collection is enough
	b := make([]byte, size)
	from := -uintptr(unsafe.Pointer(&b[0])) % page
	_ = syscall.Madvise(b[from:len(b)-page+int(from)], syscall.MADV_HUGEPAGE)
	b = nil
	runtime.GC() // gives it, as yet untouched, back to the heap
	debug.SetGCPercent(pace)
}

// free says how many large pages the kernel has at hand.
func free() (n int) {
	raw, err := os.ReadFile("/proc/buddyinfo") // of each zone: free blocks of 4 KB, 8 KB and so on
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		_, counts, ok := strings.Cut(line, "zone")
		if !ok {
			continue
		}
		fields := strings.Fields(counts)
		for order := 9; order+1 < len(fields); order++ { // the first field is the zone's name
			if blocks, err := strconv.Atoi(fields[order+1]); err == nil {
				n += blocks << (order - 9)
			}
		}
	}
	return n
}
