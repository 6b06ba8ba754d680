package scaffold

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"branchlight/cmd/branchlight/internal/check"
)

//go:embed files
var files embed.FS

// file gives the template of a kind.
func (k Kind) file() string {
	return [...]string{Agency: "agency.md", Branch: "branch.md", Practice: "practice.md", Progress: "progress.md", Post: "post.md"}[k]
}

// The lists that a template shows to choose from.
func (a *Answers) Topics() []string { return a.topics }
func (a *Answers) Stages() []string { return a.stages }
func (a *Answers) Groups() []string { return a.group }

var functions = template.FuncMap{
	"q":      quote,
	"fill":   fill,
	"join":   func(list []string) string { return strings.Join(list, "、") },
	"themes": themes,

	// text gives an answer, or asks for it.
	"text": func(answer, ask string) string {
		if answer == "" {
			answer = fill(ask)
		}
		return quote(answer)
	},
	// first gives the first of a list, or an example.
	"first": func(list []string, example string) string {
		if len(list) > 0 {
			return list[0]
		}
		return example
	},
}

// fill gives a sentence that asks to be replaced.
func fill(what string) string { return check.PlaceholderMark + "：" + what + "】" }

// themes gives a list of themes, or asks for one.
func themes(list []string) string {
	if len(list) == 0 {
		list = []string{fill("主题")}
	}
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote writes a TOML basic string (TOML 1.0, "String").
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// render fills a template.
func render(name string, data any) ([]byte, error) {
	text, err := files.ReadFile("files/" + name)
	if err != nil {
		return nil, err
	}
	t, err := template.New(name).Funcs(functions).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
