// Package largepages has the heap of the program made of large pages, as far as
// the kernel has them at hand.
//
// The first touch of a page of memory is a trap into the kernel, which takes up
// to ten microseconds on a virtual machine, and a build would touch forty thousand
// small ones: a fifth of its time, and a third of that of a build with one page
// changed. Where memory is in pieces the kernel would first have to move it
// together, which can take longer than the build; there nothing is done, nor
// where GOMEMLIMIT is set. On Windows it takes a right that office users do not
// have.
//
// A program that imports the package need not call it: it does its work when it
// is initialized, at the start of every command, in a few milliseconds. The sooner
// that is, the less there is on the heap, and the less it takes. Packages are
// initialized in the order of their import paths, those first that need no others:
// this one is among the first, since it needs nothing but runtime and syscall.
package largepages

// size is how much of the heap is best made of large pages, in bytes: what a build
// of ten thousand pages uses. Memory that is not used costs nothing.
const size = 192 << 20
