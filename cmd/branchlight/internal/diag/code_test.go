package diag

import (
	"reflect"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
)

// What is written is read again: every field of a finding.
func TestFindingKeepsEveryField(t *testing.T) {
	f := Finding{
		Rule: "rule", Severity: Warning, Pos: Pos{File: "content/a.md", Line: 3, Col: 5},
		Message: Text{Zh: "错", En: "wrong"}, Hint: Text{Zh: "改", En: "mend"}, Line: "the line",
	}
	noZero(t, reflect.ValueOf(f), "Finding")
	list := []Finding{f, {Rule: "other"}}
	w := codec.Writer(nil)
	CodeFindings(w, &list)
	var again []Finding
	r := codec.Reader(w.Bytes())
	CodeFindings(r, &again)
	if r.Bad() || len(r.Bytes()) > 0 || !reflect.DeepEqual(again, list) {
		t.Errorf("written %+v\nread %+v", list, again)
	}
}

// noZero fails where a field has no value, such as one that is new.
func noZero(t *testing.T, v reflect.Value, path string) {
	if v.Kind() != reflect.Struct {
		if v.IsZero() {
			t.Errorf("%s has no value in this test", path)
		}
		return
	}
	for i := range v.NumField() {
		noZero(t, v.Field(i), path+"."+v.Type().Field(i).Name)
	}
}
