package main

import (
	"runtime"
	"runtime/debug"
)

// tuneMemory lets a build collect its garbage seldom. A build lives about a
// second and keeps most of what it allocates until its end, so that collecting
// at the usual pace costs a fifth of the time and frees little. The limit, half
// of the machine's memory, brings a closer pace on a very large site. Who sets
// GOGC or GOMEMLIMIT is obeyed. A preview, which goes on for hours, is left as it
// is: at Go's usual pace what one assembled site has used is soon used again for
// the next, which is cheaper than memory that is new.
func tuneMemory(env func(string) string) {
	if env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(max(physicalMemory()/2, 1<<30)))
	}
	if env("GOGC") == "" {
		collectLate()
	}
}

// Paces of the collector, in percent of what is in use. Go begins to collect at
// 4 MB times the pace: firstPace makes that 120 MB.
const (
	firstPace = 3000
	pace      = 400
)

// collectLate lets the first collection come at 120 MB, which most builds never
// reach, and the others at the usual pace of builds.
func collectLate() {
	debug.SetGCPercent(firstPace)
	first := new([16]byte) // too large to share a place with something that lasts
	runtime.SetFinalizer(first, func(*[16]byte) { debug.SetGCPercent(pace) })
}
