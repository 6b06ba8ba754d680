//go:build !linux

package publish

import "os/exec"

func endWithUs(*exec.Cmd) {}
