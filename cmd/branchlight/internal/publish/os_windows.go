package publish

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// isCut reports that a connection was cut.
func isCut(err error) bool {
	for _, e := range []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAECONNREFUSED, windows.WSAETIMEDOUT, windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH,
		windows.ERROR_NETNAME_DELETED, windows.ERROR_UNEXP_NET_ERR, windows.ERROR_BAD_NETPATH, syscall.ERROR_BROKEN_PIPE} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// busy reports that another program has a file open for a moment: a virus scanner,
// or a web server that sends it.
func busy(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
