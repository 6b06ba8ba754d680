//go:build !linux && !windows

package main

// physicalMemory gives the machine's memory in bytes; 0 where it is not known.
func physicalMemory() uint64 { return 0 }
