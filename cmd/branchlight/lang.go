package main

import (
	"io"
	"os"
	"runtime"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// early finds the value of a global flag before cobra reads the flags: commands
// carry their texts from the moment they are made, and cobra's own complaints
// must come in the right language and encoding too. Cobra refuses a wrong value
// later.
func early(args []string, flag string) string {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if value, ok := strings.CutPrefix(arg, flag+"="); ok {
			return strings.ToLower(value)
		}
		if arg == flag && i+1 < len(args) {
			return strings.ToLower(args[i+1])
		}
	}
	return ""
}

// language decides the language of messages.
func (a *app) language(args []string) diag.Lang {
	switch early(args, "--lang") {
	case "en":
		return diag.En
	case "zh":
		return diag.Zh
	}
	for _, name := range []string{"BRANCHLIGHT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := a.env(name); value != "" {
			return languageOf(value)
		}
	}
	if runtime.GOOS == "windows" { // which sets none of them
		return diag.Zh
	}
	return diag.En
}

// languageOf reads a locale such as zh_CN.UTF-8.
func languageOf(locale string) diag.Lang {
	if strings.HasPrefix(strings.ToLower(locale), "zh") {
		return diag.Zh
	}
	return diag.En
}

// encode opens a.out and a.err on stdout and stderr, in the encoding that is
// asked for, and gives what must be closed at the end. A Windows console takes
// UTF-8 from us in any code page, so there only files and pipes are converted.
// GB18030 holds all that GBK holds in the same bytes, and the rare characters of
// names besides.
func (a *app) encode(args []string) (closers []io.Closer) {
	open := func(f *os.File) io.Writer {
		if early(args, "--output-encoding") != "gbk" || runtime.GOOS == "windows" && terminal(f) {
			return f
		}
		w := transform.NewWriter(f, simplifiedchinese.GB18030.NewEncoder())
		closers = append(closers, w)
		return w
	}
	a.out, a.err = open(a.stdout), open(a.stderr)
	return closers
}
