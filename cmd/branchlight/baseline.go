package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// A baseline holds the findings that a site had when checks began, so that only
// new ones are shown. Its file is text, a finding a line, sorted:
//
//	rule<TAB>file<TAB>hash
//
// The hash stands for the source line that the finding is about (personal data
// masked), or, where it is about no line, for its message without figures; not
// for the place, which moves with every change above it. The same line stands as
// often as there are such findings.
type baseline map[string]int

const baselineHead = "# branchlight check baseline 1\n"

// maxBaseline bounds the file, in bytes.
const maxBaseline = 64 << 20

// baselineKey names a finding in a baseline.
func baselineKey(f diag.Finding) string {
	about := strings.TrimSpace(f.Line)
	if about == "" {
		about = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, f.Message.Zh)
	}
	sum := sha256.Sum256([]byte(about))
	clean := strings.NewReplacer("\t", " ", "\n", " ").Replace(f.Pos.File)
	return f.Rule + "\t" + clean + "\t" + hex.EncodeToString(sum[:8])
}

// readBaseline reads a baseline; there is none yet where the file does not exist.
func readBaseline(file string) (baseline, error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem("没有基线文件 %s；先用 --update-baseline 生成", "there is no baseline file %s; make it with --update-baseline", file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	if len(raw) > maxBaseline || !bytes.HasPrefix(raw, []byte(strings.TrimSpace(baselineHead))) {
		return nil, problem("%s 不是基线文件；换一个文件名，用 --update-baseline 生成", "%s is no baseline; give another file and make it with --update-baseline", file)
	}
	b := baseline{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := strings.TrimRight(lines.Text(), "\r"); line != "" && line[0] != '#' {
			b[line]++
		}
	}
	return b, lines.Err()
}

// fresh gives the findings that the baseline does not have, and how many it has.
func (b baseline) fresh(fs []diag.Finding) (list []diag.Finding, known int) {
	left := make(map[string]int, len(b))
	for k, n := range b {
		left[k] = n
	}
	for _, f := range fs {
		if k := baselineKey(f); left[k] > 0 {
			left[k]--
			known++
			continue
		}
		list = append(list, f)
	}
	return list, known
}

// outside gives the lines of a baseline whose findings are not of those that were
// asked for: they stay when the others are noted anew.
func (b baseline) outside(asked func(diag.Finding) bool) (lines []string) {
	for line, n := range b {
		rule, rest, _ := strings.Cut(line, "\t")
		file, _, _ := strings.Cut(rest, "\t")
		if !asked(diag.Finding{Rule: rule, Pos: diag.Pos{File: file}}) {
			lines = append(lines, slices.Repeat([]string{line}, n)...)
		}
	}
	return lines
}

// writeBaseline keeps findings, whole or not at all. Lines of an earlier baseline
// that are about others than those that were asked for stay. A file that is
// something else is not written over.
func writeBaseline(file string, found []diag.Finding, asked func(diag.Finding) bool) (err error) {
	var keys []string
	switch _, err := os.Stat(file); {
	case err == nil:
		old, err := readBaseline(file)
		if err != nil {
			return err
		}
		keys = old.outside(asked)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("writing the baseline: %w", err)
	}
	for _, f := range found {
		keys = append(keys, baselineKey(f))
	}
	slices.Sort(keys)
	var b strings.Builder
	b.WriteString(baselineHead)
	for _, k := range keys {
		b.WriteString(k + "\n")
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".baseline-*.tmp")
	if err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
			err = fmt.Errorf("writing the baseline: %w", err)
		}
	}()
	_, err = temp.WriteString(b.String())
	if err == nil {
		err = temp.Sync()
	}
	if e := temp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(temp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	return err
}
