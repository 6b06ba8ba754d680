package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// physicalMemory gives the machine's memory in bytes; 0 where it is not known.
func physicalMemory() uint64 {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}

// largePage is the size of a large page, in bytes.
const largePage = 2 << 20

// preferLargePages has the first size bytes of the heap made of large pages, as
// far as the kernel has them at hand. The first touch of a page is a trap into
// the kernel, which takes up to ten microseconds on a virtual machine, and a
// build would touch forty thousand small ones: a fifth of its time, and a third
// of that of a build with one page changed. Where memory is in pieces the kernel
// would first have to move it together, which can take longer than the build;
// there it is left alone.
func preferLargePages(size int) {
	if freeLargePages() < 2*size/largePage {
		return
	}
	b := make([]byte, size)
	from := -uintptr(unsafe.Pointer(&b[0])) % largePage
	_ = unix.Madvise(b[from:len(b)-largePage+int(from)], unix.MADV_HUGEPAGE)
	b = nil
	runtime.GC() // gives it, as yet untouched, back to the heap
}

// freeLargePages says how many large pages the kernel has at hand.
func freeLargePages() (n int) {
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
