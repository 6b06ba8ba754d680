package publish

import (
	"os/exec"
	"syscall"
)

// endWithUs has a server end with the tests, however these end: by a time limit or a
// kill nothing is cleaned up.
func endWithUs(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
