//go:build !linux && !windows

package watch

// remote names the file system of a folder, where it is one that gives no events.
func remote(string) (name string, ok bool) { return "", false }
