//go:build !unix

package tree

import "path/filepath"

const openFlag = 0

func slashed(target string) string { return filepath.ToSlash(target) }
