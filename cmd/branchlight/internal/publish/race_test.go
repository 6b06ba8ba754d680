//go:build race

package publish

// slowdown is how much fewer faults and kills are tried where every step takes longer.
const slowdown = 6
