// Package parallel runs independent pieces of work on all cores.
//
// Each piece writes its result to its own place, so that the results stand in
// the order of the input whatever the order of the work.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls f(i) for every i from 0 to n-1 and returns when all are done. Calls
// run at the same time on as many goroutines as there are cores. A panic in one
// ends the work, and goes on in the caller.
func Each(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	// Small pieces are taken several at a time, as the counter is what cores wait for.
	batch := max(1, n/(workers*batches))
	var next atomic.Int64
	var panicked atomic.Value
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					next.Store(int64(n))
					panicked.CompareAndSwap(nil, caught{p})
				}
			}()
			for {
				to := int(next.Add(int64(batch)))
				if to-batch >= n {
					return
				}
				for i := to - batch; i < min(to, n); i++ {
					f(i)
				}
			}
		})
	}
	wg.Wait()
	if c, ok := panicked.Load().(caught); ok {
		panic(c.value)
	}
}

// batches is into how many parts the work of one core is divided, at least: so
// small that no core waits long for another at the end.
const batches = 256

// caught is what a panic was called with.
type caught struct{ value any }

// Workers gives how many pieces Each has under way at the same time: for work
// whose pieces are best as large as can be.
func Workers() int { return runtime.GOMAXPROCS(0) }
