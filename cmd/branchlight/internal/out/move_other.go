//go:build !linux

package out

// mover renames staged files to their places.
type mover struct {
	top *dir
}

func (s *Stage) mover() (*mover, error) { return &mover{s.top}, nil }

func (m *mover) move(staged, p string) error {
	return fail("rename", p, m.top.rename(stageName+"/"+staged, p))
}

func (m *mover) close() {}
