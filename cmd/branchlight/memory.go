package main

import "runtime/debug"

// tuneMemory lets a build collect its garbage seldom. A build lives about a
// second and keeps most of what it allocates until its end, so that collecting
// at the usual pace costs a fifth of the time and frees little. The limit, half
// of the machine's memory, brings a closer pace on a very large site. Who sets
// GOGC or GOMEMLIMIT is obeyed.
func tuneMemory(env func(string) string) {
	if env("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(max(physicalMemory()/2, 1<<30)))
		preferLargePages(heapInLargePages)
	}
}

// heapInLargePages is how much of the heap is best made of large pages, in bytes:
// what a build of ten thousand pages uses. Memory that is not used costs nothing.
const heapInLargePages = 192 << 20
