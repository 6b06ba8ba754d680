package out

import (
	"errors"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// mover renames staged files to their places. It holds both folders of a rename
// open: os.Root would resolve both paths anew for every file, which takes three
// times as long.
type mover struct {
	stage   *os.File
	folders *folders
	folder  *folder // of the last file; files come folder by folder
	target  *os.File
}

func (s *Stage) mover() (*mover, error) {
	f, err := s.stage.root.Open(".")
	if err != nil {
		return nil, fail("open", stageName, err)
	}
	return &mover{stage: f, folders: newFolders(s.top, false)}, nil
}

func (m *mover) move(staged, p string) error {
	if err := m.enter(path.Dir(p)); err != nil {
		return err
	}
	d := m.folder.dir
	if err := d.disk.check("rename", p); err != nil {
		return fail("rename", p, err)
	}
	err := unix.Renameat(int(m.stage.Fd()), staged, int(m.target.Fd()), path.Base(p))
	return fail("rename", p, os.NewSyscallError("renameat", err))
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
	if m.target, err = f.dir.root.Open("."); err != nil {
		return fail("open", dir, err)
	}
	m.folder = f
	return nil
}

var errNoFolder = errors.New("the folder has vanished")

func (m *mover) leave() {
	if m.folder != nil {
		m.target.Close()
		m.folders.put(m.folder)
		m.folder = nil
	}
}

func (m *mover) close() {
	m.leave()
	m.stage.Close()
	m.folders.close()
}
