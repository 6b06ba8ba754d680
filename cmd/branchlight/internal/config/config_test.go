package config

import (
	"bytes"
	"os"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

func TestDefaults(t *testing.T) {
	s, found := Parse(diag.NewSource("site.toml", []byte("title = \"一\"\n")))
	if len(found) > 0 {
		t.Fatal(found)
	}
	if s.Language != "zh-CN" || s.Theme != "county" || s.PageSize != 30 || s.Feed != 30 || s.Names != "stroke" || s.BaseURL != "" || s.Zone.String() != "Asia/Shanghai" {
		t.Errorf("defaults: %+v", s)
	}
}

// TestOwnSettings reads the sample county's settings.
func TestOwnSettings(t *testing.T) {
	text, err := os.ReadFile("../../../../site.toml")
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.TrimPrefix(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\ufeff"))
	s, found := Parse(diag.NewSource("site.toml", text))
	if len(found) > 0 || len(s.Topics) == 0 || len(s.Stages) == 0 {
		t.Errorf("%d topics, %d stages, findings %v", len(s.Topics), len(s.Stages), found)
	}
}

func TestKeysAreDocumented(t *testing.T) {
	for _, k := range Keys {
		if k.Doc.Zh == "" || k.Doc.En == "" {
			t.Errorf("%s has no doc", k.Name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("title = \"一\"\ntopic = [{ name = \"a\" }]\n[model_agency]\nstages = [1]\n[pinyin]\n\"长\" = \"chang\"\n"))
	f.Add([]byte("base_url = \"http://[::1]/%zz\"\ntimezone = \"../etc\"\ntopic = {}\nmodel_agency = 1\n[[pinyin]]\n[topic]\nslug = 5"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, _ := Parse(diag.NewSource("site.toml", text))
		if s.Zone == nil || s.PageSize < 5 || s.PageSize > 200 || s.Feed < 1 || s.Theme == "" {
			t.Fatalf("%+v", s)
		}
		if words, _ := Strings(diag.NewSource("zh-CN.toml", text)); words == nil {
			t.Fatal("no map")
		}
	})
}
