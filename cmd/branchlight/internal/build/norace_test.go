//go:build !race

package build

// slowdown is how much fewer sequences are tried where every step takes longer.
const slowdown = 1
