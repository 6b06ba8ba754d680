package redact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/amend"
	"branchlight/cmd/branchlight/internal/personal"
)

func folder(t *testing.T, text string) (*os.Root, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p.md"), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root, dir
}

func none(personal.Place) bool { return false }

// All bytes but those of the numbers stay, and so does the file's mode.
func TestWrite(t *testing.T) {
	root, dir := folder(t, "\uFEFF一\r\n电话13800138000\r\n\n末尾没有换行 \t")
	c, err := Look(root, "p.md", nil, none)
	if err != nil || c == nil || c.Count != 1 || len(c.Lines) != 1 || c.Lines[0] != (Line{2, "电话138●●●●8000", "电话138****8000"}) {
		t.Fatalf("%v, %+v", err, c)
	}
	if err := Write(root, c); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(filepath.Join(dir, "p.md"))
	if string(got) != "\uFEFF一\r\n电话138****8000\r\n\n末尾没有换行 \t" {
		t.Errorf("%q", got)
	}
	if fi, _ := os.Stat(filepath.Join(dir, "p.md")); fi.Mode().Perm() != 0o640 && os.PathSeparator == '/' {
		t.Errorf("mode %v", fi.Mode())
	}
	if names, _ := os.ReadDir(dir); len(names) != 1 {
		t.Errorf("litter: %v", names)
	}
	if c, err := Look(root, "p.md", nil, none); err != nil || c != nil {
		t.Errorf("masked once more: %v, %+v", err, c)
	}
}

// A page that someone saves meanwhile is not overwritten.
func TestChangedMeanwhile(t *testing.T) {
	root, dir := folder(t, "电话13800138000\n")
	c, err := Look(root, "p.md", nil, none)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "p.md"), []byte("电话13800138000，又写了一句\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var changed *amend.ChangedError
	if err := Write(root, c); !errors.As(err, &changed) {
		t.Errorf("error %v", err)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "p.md")); !strings.Contains(string(got), "又写了一句") {
		t.Errorf("overwritten: %s", got)
	}
}

// What may stay stays, and bytes of no known encoding are left alone.
func TestLeftAlone(t *testing.T) {
	root, dir := folder(t, "电话13800138000，证号11010519491231002X\n")
	c, err := Look(root, "p.md", nil, func(p personal.Place) bool { return p.Kind == personal.Mobile })
	if err != nil || c.Count != 1 || c.Lines[0] != (Line{1, "电话138●●●●8000，证号11●●●●●●●●●●●●002X", "电话138●●●●8000，证号11************002X"}) {
		t.Errorf("%v, %+v", err, c)
	}
	if err := os.WriteFile(filepath.Join(dir, "p.md"), []byte("电话13800138000\xff\xff\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, err := Look(root, "p.md", nil, none); !errors.Is(err, ErrEncoding) {
		t.Errorf("%v, %+v", err, c)
	}
}

// A link to a file whose name holds personal data still leads to it: the file is
// renamed first. What stays is not shown in full.
func TestNames(t *testing.T) {
	root, dir := folder(t, "[张三](张三13800138000.pdf)，电话13800138000，[李四](李四13900139000.pdf)\n")
	c, err := Look(root, "p.md", []string{"张三13800138000.pdf"}, none)
	if err != nil || c == nil || c.Count != 2 || c.Named != 1 || strings.Contains(c.Lines[0].New+c.Lines[0].Old, "13800138000") {
		t.Fatalf("%v, %+v", err, c)
	}
	if err := Write(root, c); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "p.md")); string(got) != "[张三](张三13800138000.pdf)，电话138****8000，[李四](李四139****9000.pdf)\n" {
		t.Errorf("%s", got)
	}
}
