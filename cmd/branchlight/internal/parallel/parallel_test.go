package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// Every number comes exactly once, whatever the number of cores and of pieces.
func TestEach(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(cores)
		for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 1000} {
			counts := make([]atomic.Int32, n)
			Each(n, func(i int) { counts[i].Add(1) })
			for i := range counts {
				if got := counts[i].Load(); got != 1 {
					t.Errorf("%d cores, %d pieces: piece %d was done %d times", cores, n, i, got)
				}
			}
		}
	}
}

// Pieces run at the same time: two that wait for each other come to an end.
func TestEachAtTheSameTime(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var meet sync.WaitGroup
	meet.Add(2)
	Each(2, func(int) {
		meet.Done()
		meet.Wait()
	})
}

// A piece may have pieces of its own.
func TestEachInEach(t *testing.T) {
	var n atomic.Int32
	Each(10, func(int) { Each(10, func(int) { n.Add(1) }) })
	if n.Load() != 100 {
		t.Errorf("%d pieces of 100", n.Load())
	}
}

// What is written by the pieces can be read when Each returns.
func TestEachIsDone(t *testing.T) {
	list := make([]int, 500)
	Each(len(list), func(i int) { list[i] = i * i })
	for i, x := range list {
		if x != i*i {
			t.Fatalf("place %d holds %d", i, x)
		}
	}
}
