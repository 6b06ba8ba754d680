package out

import (
	"errors"
	"path"

	"branchlight/cmd/branchlight/internal/openat"
)

// mover renames staged files to their places. It holds both folders of a rename
// open: os.Root would resolve both paths anew for every file, which takes three
// times as long.
type mover struct {
	stage   *openat.Folder
	folders *folders
	folder  *folder // of the last file; files come folder by folder
	target  *openat.Folder
}

func (s *Stage) mover() (*mover, error) {
	stage, err := s.stage.folder()
	if err != nil {
		return nil, fail("open", stageName, err)
	}
	return &mover{stage: stage, folders: newFolders(s.top, false)}, nil
}

func (m *mover) move(staged, p string) error {
	if err := m.enter(path.Dir(p)); err != nil {
		return err
	}
	if err := m.folder.dir.disk.check("rename", p); err != nil {
		return fail("rename", p, err)
	}
	return fail("rename", p, m.stage.Move(staged, m.target, path.Base(p)))
}

// enter opens the folder of the next file.
func (m *mover) enter(dir string) error {
	if m.folder != nil && m.folder.path == dir {
		return nil
	}
	m.leave()
	f, err := m.folders.get(dir)
	if err != nil {
		return err
	}
	if f.dir == nil {
		return fail("open", dir, errNoFolder)
	}
	if m.target, err = f.dir.folder(); err != nil {
		return fail("open", dir, err)
	}
	m.folder = f
	return nil
}

var errNoFolder = errors.New("the folder has vanished")

func (m *mover) leave() {
	if m.folder != nil {
		m.folders.put(m.folder)
		m.folder = nil
	}
}

func (m *mover) close() {
	m.leave()
	m.folders.close()
}
