package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// untriggered are the rules that no input is known to break, with the reason.
var untriggered = map[string]string{
	"parse-failed": "it reports a panic of the Markdown library; a text that causes one would be mended at once",
}

var ruleID = regexp.MustCompile(`[a-z0-9]+(?:-[a-z0-9]+)*`)

// Every rule is shown by a script or a golden file: its ID stands in one.
func TestRulesAreShown(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/script/*.txtar", "internal/*/testdata/*.txtar"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, found...)
	}
	shown := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ruleID.FindAllString(string(text), -1) {
			shown[id] = true
		}
	}
	for _, r := range rules() {
		switch reason := untriggered[r.ID]; {
		case !shown[r.ID] && reason == "":
			t.Errorf("rule %s is shown by no txtar file", r.ID)
		case shown[r.ID] && reason != "":
			t.Errorf("rule %s is shown, and is said to be one that cannot be: %s", r.ID, reason)
		}
	}
	for id := range untriggered {
		if !slices.Contains(ruleIDs(), id) {
			t.Errorf("there is no rule %s", id)
		}
	}
}

// A script that is named by a rule is about that rule.
func TestRuleScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/rule_*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "rule_"), ".txtar")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(ruleIDs(), id) {
			t.Errorf("%s: there is no rule %s", file, id)
		} else if !strings.Contains(string(text), `\[`+id+`\]`) && !strings.Contains(string(text), "["+id+"]") {
			t.Errorf("%s does not look for [%s]", file, id)
		}
	}
}
