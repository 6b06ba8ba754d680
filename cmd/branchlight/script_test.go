package main

import (
	"bytes"
	"encoding/base64"
	"flag"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var update = flag.Bool("update", false, "rewrite the files that scripts compare stdout and stderr with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"branchlight": main})
}

// Each script in testdata/script is named <command>_<behaviour>, or rule_<ID>
// where it shows a rule: a small site and the commands that are run on it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"expand":  scriptExpand,
			"decode":  scriptDecode,
			"convert": scriptConvert,
			"holds":   scriptHolds,
			"alter":   scriptAlter,
		},
	})
}

var marked = regexp.MustCompile(`<U\+([0-9A-F]{4,6})>|<0x([0-9A-F]{2})>`)

// expand FROM TO writes a file in which <U+200B> stands for that character and
// <0xFF> for that byte.
func scriptExpand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: expand FROM TO")
	}
	text := marked.ReplaceAllStringFunc(ts.ReadFile(args[0]), func(m string) string {
		n, err := strconv.ParseUint(m[3:len(m)-1], 16, 32)
		ts.Check(err)
		if m[1] == '0' {
			return string([]byte{byte(n)})
		}
		return string(rune(n))
	})
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

// decode FROM TO writes the bytes of a file in base64.
func scriptDecode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: decode FROM TO")
	}
	data, err := base64.StdEncoding.DecodeString(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o666))
}

// convert ENCODING FROM TO writes a UTF-8 text in another encoding, or with the
// line ends of Windows.
func scriptConvert(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: convert gb18030|utf-16le|utf-16be|bom|crlf FROM TO")
	}
	text := ts.ReadFile(args[1])
	var e encoding.Encoding
	switch args[0] {
	case "gb18030":
		e = simplifiedchinese.GB18030
	case "utf-16le":
		e = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		e = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "bom":
		e = unicode.UTF8BOM
	case "crlf":
		e, text = encoding.Nop, strings.ReplaceAll(text, "\n", "\r\n")
	default:
		ts.Fatalf("no encoding %s", args[0])
	}
	data, err := e.NewEncoder().Bytes([]byte(text))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), data, 0o666))
}

// alter FILE OLD NEW puts one text in the place of another of the same length, and
// leaves the file's time as it was.
func scriptAlter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || len(args[1]) != len(args[2]) {
		ts.Fatalf("usage: alter FILE OLD NEW")
	}
	name := ts.MkAbs(args[0])
	info, err := os.Stat(name)
	ts.Check(err)
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(text, args[1], args[2])), 0o666))
	ts.Check(os.Chtimes(name, info.ModTime(), info.ModTime()))
}

// [!] holds FOLDER TEXT... looks for texts in the names and the bytes of every
// file below a folder: as they are, and as HTML, URLs and JSON write them.
func scriptHolds(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] holds FOLDER TEXT...")
	}
	files := 0
	where := map[string]string{}
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		data := []byte(path)
		if d.Type().IsRegular() {
			files++
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			data = append(data, text...)
		}
		for _, want := range args[1:] {
			ascii := strconv.QuoteToASCII(want)
			for _, form := range []string{want, html.EscapeString(want), url.PathEscape(want), ascii[1 : len(ascii)-1]} {
				if bytes.Contains(data, []byte(form)) {
					where[want] = path
				}
			}
		}
		return nil
	}))
	if files == 0 {
		ts.Fatalf("%s has no files", args[0])
	}
	for _, want := range args[1:] {
		switch path, found := where[want]; {
		case neg && found:
			ts.Fatalf("%s holds %q", path, want)
		case !neg && !found:
			ts.Fatalf("no file in %s holds %q", args[0], want)
		}
	}
}
