package largepages

import (
	"runtime"
	"syscall"
	"unsafe"
)

// page is the size of a large page, in bytes.
const page = 2 << 20

// collapse asks the kernel to put a large page in the place of small ones (Linux
// 6.1), whatever is on them.
const collapse = 25

func init() {
	if limit, _ := syscall.Getenv("GOMEMLIMIT"); limit != "" || free() < 2*size/page {
		return
	}
	begun := uintptr(unsafe.Pointer(new([64]byte))) &^ (2*page - 1) // what the heap has: it grows by two large pages
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begun, 2*page, collapse)
	b := make([]byte, size)
	from := -uintptr(unsafe.Pointer(&b[0])) % page
	_ = syscall.Madvise(b[from:len(b)-page+int(from)], syscall.MADV_HUGEPAGE)
	b = nil
	runtime.GC() // gives it, as yet untouched, back to the heap
}

// free says how many large pages the kernel has at hand.
func free() int {
	var text [4 << 10]byte
	fd, err := syscall.Open("/proc/buddyinfo", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer syscall.Close(fd)
	n, _ := syscall.Read(fd, text[:])
	return freeIn(text[:max(n, 0)])
}

// freeIn reads it from the text of /proc/buddyinfo: of each zone, after four words,
// how many blocks of 4 KB, 8 KB and so on are free.
func freeIn(text []byte) (n int) {
	const words, large = 4, 9 // the blocks of 2 MB are the tenth number
	field, number := 0, 0
	for i, c := range text {
		begins := i == 0 || text[i-1] <= ' '
		switch {
		case c > ' ' && begins:
			field, number = field+1, int(c-'0')
		case c > ' ':
			number = 10*number + int(c-'0')
		case !begins && field > words+large:
			n += number << (field - words - large - 1)
		}
		if c == '\n' {
			field = 0
		}
	}
	return n
}
