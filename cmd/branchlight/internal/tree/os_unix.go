//go:build unix

package tree

import "syscall"

// openFlag keeps an open from waiting for the other end of a pipe.
const openFlag = syscall.O_NONBLOCK

func slashed(target string) string { return target }
