package check

import "branchlight/cmd/branchlight/internal/codec"

// Terms are the words to use, and those not to use.
type Terms struct {
	sum codec.Sum // of all that they were made of
}

// Sum stands for all that the terms were made of.
func (t *Terms) Sum() codec.Sum { return t.sum }
