package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/out"
)

// Names on a target. The package comment says what they hold.
const (
	stateDir      = ".branchlight"
	targetFile    = stateDir + "/target.json"
	lockFile      = stateDir + "/lock.json"
	logFile       = stateDir + "/log.jsonl"
	liveFile      = stateDir + "/live.json"
	pendingFile   = stateDir + "/pending.json"
	withdrawnFile = stateDir + "/withdrawn.json"
	recordsDir    = stateDir + "/releases"
	objectsDir    = stateDir + "/objects"
	releasesDir   = "releases"
	currentLink   = "current"
)

// Limits of what is read of a target into memory.
const (
	maxState    = 64 << 20
	maxManifest = 256 << 20
)

// marker is target.json: it says that a target is ours, and how it is laid out.
type marker struct {
	Format int    `json:"format"` // 1
	Layout string `json:"layout"` // "switched" or "inplace"
}

// release names a state of the site on a target, complete or not.
type release struct {
	Stamp string `json:"release"`        // see nextStamp
	Base  string `json:"base,omitempty"` // of a pending one: what was live when it began
	Sum   string `json:"sum,omitempty"`  // SHA-256 of its manifest
}

// loadJSON reads a file of the state; ok is false where there is none.
func loadJSON(ctx context.Context, s store, p string, v any) (ok bool, err error) {
	b, err := get(ctx, s, p, maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return false, fault("发布目标上的 %s 已损坏，读不懂；请联系维护人员，或移走它再试", "%s on the target is damaged; move it away and try again", p)
	}
	return true, nil
}

func saveJSON(ctx context.Context, s store, p string, v any) error {
	b, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return s.write(ctx, p, text(append(b, '\n')))
}

// stampLayout is how the name of a release is made of a time. Names order as
// their times do.
const stampLayout = "20060102-150405"

// nextStamp names a new release. Clocks jump and differ between desks, and the
// order of names must not: a stamp that is not after the last one becomes the
// second after it.
func nextStamp(now time.Time, last string) string {
	stamp := now.Format(stampLayout)
	if stamp > last {
		return stamp
	}
	t, err := time.Parse(stampLayout, last)
	if err != nil {
		return stamp
	}
	return t.Add(time.Second).Format(stampLayout)
}

// isStamp reports that a name is that of a release.
func isStamp(name string) bool {
	_, err := time.Parse(stampLayout, name)
	return err == nil && len(name) == len(stampLayout)
}

// Entry is a line of a target's log.
type Entry struct {
	Time    time.Time `json:"time"` // by the clock of who published
	Who     string    `json:"who"`  // user and machine
	What    string    `json:"what"` // publish, rollback, withdraw, readmit
	Release string    `json:"release,omitempty"`
	Page    string    `json:"page,omitempty"`   // of withdraw and readmit
	Files   int       `json:"files"`            // of the site
	Sent    int       `json:"sent"`             // files
	Bytes   int64     `json:"bytes"`            // sent
	Removed int       `json:"removed"`          // files
	Digest  string    `json:"digest,omitempty"` // SHA-256 of the manifest of what is live since
	Build   string    `json:"build,omitempty"`  // day, program
}

// maxLog bounds the lines of a log; older ones go.
const maxLog = 5000

// readLog reads the log. Lines that cannot be read are passed over.
func readLog(ctx context.Context, s store) ([]Entry, error) {
	b, err := get(ctx, s, logFile, maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Entry
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		var e Entry
		if json.Unmarshal(line, &e) == nil && e.What != "" {
			list = append(list, e)
		}
	}
	return list, nil
}

// appendLog adds a line to the log.
func appendLog(ctx context.Context, s store, e Entry) error {
	list, err := readLog(ctx, s)
	if err != nil {
		return err
	}
	list = append(list, e)
	list = list[max(0, len(list)-maxLog):]
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, e := range list {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return s.write(ctx, logFile, text(b.Bytes()))
}

// trusts reports that a listed file may be taken for the one of an entry: its size
// is right, and it is not younger than a time of the store's clock, which is that
// of the manifest written after it. 0 says that nothing is known.
func trusts(it item, f out.Made, written int64) bool {
	return it.plain && it.size == f.Size && (written == 0 || it.mtime == 0 || it.mtime <= written)
}

// byPath finds listed files by their paths below a folder.
func byPath(list []item, dir string) map[string]item {
	m := make(map[string]item, len(list))
	for _, it := range list {
		if dir != "" {
			it.path = strings.TrimPrefix(it.path, dir+"/")
		}
		m[it.path] = it
	}
	return m
}
