package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestRequests sends the requests of testdata/requests.txt, byte by byte as they
// stand there. <HOST> and <TOKEN> stand for the server's own.
func TestRequests(t *testing.T) {
	f := newFixture(t)
	text, err := os.ReadFile("testdata/requests.txt")
	if err != nil {
		t.Fatal(err)
	}
	replace := strings.NewReplacer("<HOST>", f.host, "<TOKEN>", f.server.token)
	line := 1
	for paragraph := range strings.SplitSeq(string(text), "\n\n") {
		at := line
		line += strings.Count(paragraph, "\n") + 2
		var request, wants []string
		for l := range strings.Lines(paragraph) {
			l = strings.TrimRight(l, "\n")
			switch word, _, _ := strings.Cut(l, " "); {
			case l == "" || l[0] == '#':
			case word == "code" || word == "header" || word == "body":
				wants = append(wants, l)
			default:
				request = append(request, l)
			}
		}
		if len(request) == 0 {
			continue
		}
		for i := range request {
			request[i] = replace.Replace(request[i])
		}
		got, body, err := f.raw(request)
		if err != nil {
			t.Errorf("line %d: %s: %v", at, request[0], err)
			continue
		}
		for _, want := range wants {
			if !satisfied(want, got, body) {
				t.Errorf("line %d: %s: not so: %s\n%d %v\n%.300s", at, request[0], want, got.StatusCode, got.Header, body)
			}
		}
	}
}

// raw sends a request line and headers over a connection of its own.
func (f *fixture) raw(request []string) (*http.Response, string, error) {
	conn, err := net.Dial("tcp", f.host)
	if err != nil {
		return nil, "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, "", err
	}
	head := request[0] + " HTTP/1.1\r\nConnection: close\r\n"
	if !strings.Contains(strings.Join(request, "\n"), "\nHost:") {
		head += "Host: " + f.host + "\r\n"
	}
	for _, h := range request[1:] {
		head += h + "\r\n"
	}
	if _, err := fmt.Fprintf(conn, "%s\r\n", head); err != nil {
		return nil, "", err
	}
	method, _, _ := strings.Cut(request[0], " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// satisfied checks one line of what must come back.
func satisfied(want string, got *http.Response, body string) bool {
	what, rest, _ := strings.Cut(want, " ")
	value := body
	switch what {
	case "code":
		value = fmt.Sprint(got.StatusCode)
	case "header":
		var name string
		name, rest, _ = strings.Cut(rest, " ")
		value = got.Header.Get(name)
	}
	op, arg, _ := strings.Cut(rest, " ")
	switch op {
	case "==":
		return value == arg
	case "contains":
		return strings.Contains(value, arg)
	case "!contains":
		return !strings.Contains(value, arg)
	}
	return false
}

// FuzzAddress checks that an address is refused, or is the path of something that
// an output could be, but for characters outside ASCII.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"/", "/a/b.html", "/a/?x=../", "/../a", "/%2e%2e/a", "/a%00", "/a\\b", "/a::$DATA", "/A~1/b", "//a", "/a//b",
		"/%E8%B4%A2/", "/．．/a", "/.branchlight/events?x", "/.branchlight/../a", "http://x/a", "*", "", "/%", "/%c0%ae/a", "/con",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		path, ok := address(target)
		if !ok || path == "" {
			return
		}
		for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(path, ".branchlight/"), "/"), "/") {
			if part == "" || part[0] == '.' || strings.ContainsAny(part, "\\:%#?*<>|\"; \x00") {
				t.Errorf("%q is taken for %q", target, path)
			}
		}
		if !utf8.ValidString(path) {
			t.Errorf("%q gives %q", target, path)
		}
	})
}
