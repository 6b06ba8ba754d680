package publish

import (
	"context"
	"time"
)

// Withdrawn is a page that was taken back from a target.
type Withdrawn struct {
	Source string    `json:"source,omitempty"` // its source path, where it is known
	Page   string    `json:"page"`             // its output path
	Files  []string  `json:"files,omitempty"`  // its attachments
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	Purged bool      `json:"purged"` // no release holds it any more
}

// withdrawn gives the pages that were taken back.
func (s *session) withdrawn(ctx context.Context) (list []Withdrawn, err error) {
	_, err = loadJSON(ctx, s.store, withdrawnFile, &list)
	return list, err
}
