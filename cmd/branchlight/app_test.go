package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

// trial runs the program on files that can be read afterwards.
func trial(t *testing.T, env func(string) string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	in, out, err := open("in"), open("out"), open("err")
	a := &app{in: in, stdin: in, stdout: out, stderr: err, env: env}
	code = a.run(args)
	read := func(f *os.File) string {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		return string(text)
	}
	read(in)
	return code, read(out), read(err)
}

// A panic ends in one line and status 2.
func TestPanicIsShort(t *testing.T) {
	for lang, want := range map[string]string{"zh": "程序内部出错：boom", "en": "the program went wrong: boom"} {
		code, _, stderr := trial(t, func(name string) string {
			if name == "GOGC" {
				panic("boom")
			}
			return ""
		}, "build", "--lang", lang)
		if code != exitFailure || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "goroutine") {
			t.Errorf("code %d, stderr %q", code, stderr)
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		args []string
		want diag.Lang
	}{
		{map[string]string{"LANG": "zh_CN.UTF-8"}, nil, diag.Zh},
		{map[string]string{"LANG": "ZH-cn"}, nil, diag.Zh},
		{map[string]string{"LANG": "en_US.UTF-8"}, nil, diag.En},
		{map[string]string{"LANG": "C"}, nil, diag.En},
		{map[string]string{"LANG": "zh_CN", "LC_ALL": "de_DE"}, nil, diag.En},
		{map[string]string{"LANG": "en_US", "LC_MESSAGES": "zh_TW"}, nil, diag.Zh},
		{map[string]string{"LANG": "en_US", "BRANCHLIGHT_LANG": "zh"}, nil, diag.Zh},
		{map[string]string{"BRANCHLIGHT_LANG": "zh"}, []string{"version", "--lang", "en"}, diag.En},
		{map[string]string{"LANG": "C"}, []string{"--lang=ZH", "version"}, diag.Zh},
		{map[string]string{"LANG": "C"}, []string{"version", "--", "--lang=zh"}, diag.En},
		{map[string]string{"LANG": "C"}, []string{"version", "--lang"}, diag.En},
	} {
		a := &app{env: func(name string) string { return c.env[name] }}
		if got := a.language(c.args); got != c.want {
			t.Errorf("%v %q: %v, want %v", c.env, c.args, got, c.want)
		}
	}
}

// The two languages have the same commands and flags, and no text of help is
// left in the other language.
func TestHelpIsWhole(t *testing.T) {
	none := func(string) string { return "" }
	for _, args := range [][]string{
		nil, {"build"}, {"list"}, {"list", "all"}, {"new"}, {"new", "site"}, {"new", "agency"}, {"new", "branch"}, {"new", "practice"},
		{"new", "progress"}, {"new", "post"}, {"help"}, {"help", "rules"}, {"completion"}, {"completion", "bash"}, {"version"},
	} {
		for _, lang := range []string{"zh", "en"} {
			code, stdout, stderr := trial(t, none, append(args, "--help", "--lang", lang)...)
			if code != exitDone || stderr != "" {
				t.Errorf("%v: code %d, %s", args, code, stderr)
			}
			if strings.Contains(stdout, "[flags]") || strings.Contains(stdout, "%!") || strings.Contains(stdout, "Help about") || strings.Contains(stdout, "(default") {
				t.Errorf("%v --lang %s: %s", args, lang, stdout)
			}
			if zh := strings.Contains(stdout, "用法："); zh != (lang == "zh") {
				t.Errorf("%v --lang %s is in the other language", args, lang)
			}
			for line := range strings.Lines(stdout) {
				if n := columns(strings.TrimRight(line, "\n")); n > 100 && !strings.Contains(line, "branchlight ") {
					t.Errorf("%v --lang %s: a line of %d columns: %s", args, lang, n, line)
				}
			}
		}
	}
}

// Every rule says in both languages what it means, shows a line that breaks it,
// and has a name of its own.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules() {
		if r.Doc.Zh == "" || r.Doc.En == "" || r.Example == "" {
			t.Errorf("%s lacks its doc or example", r.ID)
		}
		if seen[r.ID] {
			t.Errorf("two rules are named %s", r.ID)
		}
		seen[r.ID] = true
	}
}

// The list of all rules has those of every package that has any.
func TestRulesOfAllPackages(t *testing.T) {
	list, err := os.ReadFile("internal/build/levels.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("internal/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pkg := filepath.Base(filepath.Dir(file))
		if strings.Contains(string(text), "\nvar Rules = ") && pkg != "build" && !strings.Contains(string(list), pkg+".Rules") {
			t.Errorf("help rules does not show the rules of %s", pkg)
		}
	}
}

func TestColumns(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "财政局": 6, "5A，ａ": 6, "e\u0301": 1, "★": 1} {
		if got := columns(s); got != want {
			t.Errorf("columns(%q) = %d, want %d", s, got, want)
		}
	}
	var b strings.Builder
	align(&b, " ", [][]string{{"财", "x", "1"}, {"abc", "yy", "2"}})
	if want := " 财   x   1\n abc  yy  2\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"a bc def", 5, "a bc|def"},
		{"党员先锋岗，岗位", 10, "党员先锋|岗，岗位"},
		{"写 slug 的文件", 8, "写 slug|的文件"},
		{"", 8, ""},
		{"abcdefghij", 4, "abcdefghij"},
	} {
		if got := strings.Join(wrap(c.text, c.n), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}
