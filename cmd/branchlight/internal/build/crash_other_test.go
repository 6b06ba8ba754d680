//go:build !linux

package build

func limitFiles() {}
