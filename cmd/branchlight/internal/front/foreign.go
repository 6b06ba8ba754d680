package front

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// This file refuses front matter in other formats. It reads just enough of them
// to find their end and to show how the first lines are written in TOML.

// maxLook is how many lines are looked at to tell what a block is.
const maxLook = 200

// isYAML tells a block of YAML from a line of hyphens that parts two sections.
func (s *splitter) isYAML(word string, next int) bool {
	if strings.Trim(word, "-") != "" {
		return true // ---js, ---yaml: what follows is no text of the page
	}
	for range maxLook {
		if next >= len(s.src.Text) {
			return false
		}
		var line string
		line, next = s.line(next)
		w := trim(line)
		if w == "" || w[0] == '#' {
			continue
		}
		name, rest, ok := cutKey(line, ":")
		ascii := !strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 })
		return ok && ascii && (trim(rest) == "" || rest[0] == ' ') || knownLine(line)
	}
	return false
}

// foreign refuses a block between two lines that begin with the same mark.
func (s *splitter) foreign(open, from int, format, first string) {
	mark := first[:3]
	s.opaque, s.doubt, s.body = true, true, len(s.src.Text)
	to, closed := len(s.src.Text), false
	for at := from; at < len(s.src.Text); {
		line, next := s.line(at)
		if w := trim(line); w == mark || mark == "---" && w == "..." {
			to, s.body, closed = at, next, true
			break
		}
		at = next
	}
	inner := string(s.src.Text[from:to])
	var lines []string
	switch {
	case strings.Trim(first, "-;") != "" && !strings.EqualFold(strings.Trim(first, "- "), "yaml") && !strings.EqualFold(strings.Trim(first, "- "), "toml"):
		format = strings.TrimSpace(first)
	case format == "YAML":
		lines = fromYAML(inner)
	default:
		lines = fromJSON([]byte("{" + inner + "}"))
	}
	message := diag.Textf("文件开头的设置用了 %s 写法，没有读取", "the front matter is written in %s and was not read", format)
	if !closed {
		message = diag.Textf("文件开头的设置用了 %s 写法，而且没有结束，没有读取", "the front matter is written in %s, has no end, and was not read", format)
	}
	s.report(formatRule, open, message, rewritten(lines))
}

// json refuses a block in braces.
func (s *splitter) json(open int) {
	s.opaque, s.doubt, s.body = true, true, len(s.src.Text)
	rest := s.src.Text[open:]
	dec := json.NewDecoder(bytes.NewReader(rest))
	var raw json.RawMessage
	if dec.Decode(&raw) == nil {
		_, s.body = s.line(open + int(dec.InputOffset()))
	} else if i := bytes.Index(rest, []byte("\n}")); i >= 0 {
		_, s.body = s.line(open + i + 1)
	}
	s.report(formatRule, open, diag.Textf("文件开头的设置用了 %s 写法，没有读取", "the front matter is written in %s and was not read", "JSON"),
		rewritten(fromJSON(raw)))
}

// maxShown is how many converted lines a hint shows.
const maxShown = 8

// rewritten makes the hint that shows front matter in TOML.
func rewritten(lines []string) diag.Text {
	if len(lines) == 0 {
		return diag.Textf("删去这一段，照这样写：%s", "Delete the block and write it like this:%s", template)
	}
	more := ""
	if len(lines) > maxShown {
		lines, more = lines[:maxShown], "\n        # ……"
	}
	return diag.Textf("把这一段改成（以下是前几行）：\n        +++\n        %s\n        +++", "Write the block as (the first lines):\n        +++\n        %s\n        +++", strings.Join(lines, "\n        ")+more)
}

// fromYAML converts the plain keys of YAML that have a meaning here.
func fromYAML(text string) []string {
	var out []string
	var k toml.Key
	var items []string
	flush := func() {
		if items != nil {
			out = appendLine(out, k, "["+strings.Join(items, ", ")+"]")
		}
		items = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if item, ok := strings.CutPrefix(trim(line), "- "); ok && k.Name != "" {
			items = append(items, `"`+strings.Trim(trim(item), `"'`)+`"`)
			continue
		}
		flush()
		k = toml.Key{}
		name, value, ok := cutKey(line, ":：=")
		if !ok || line[0] == ' ' || line[0] == '\t' {
			continue
		}
		if k, ok = schema.Resolve(name); ok && trim(value) != "" {
			out = appendLine(out, k, trim(value))
		}
	}
	flush()
	return out
}

// fromJSON converts the keys of a JSON object that have a meaning here.
func fromJSON(raw []byte) []string {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var out []string
	for dec.More() {
		name, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return out
		}
		s, isText := name.(string)
		if !isText {
			return out
		}
		if k, ok := schema.Resolve(s); ok {
			out = appendLine(out, k, string(value))
		}
	}
	return out
}

func appendLine(lines []string, k toml.Key, value string) []string {
	line, ok := toml.Write(k, value)
	twice := slices.ContainsFunc(lines, func(old string) bool { return strings.HasPrefix(old, k.Name+" =") })
	if !ok || twice || strings.Contains(line, "\n") {
		return lines
	}
	return append(lines, line)
}
