package build

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/toml"
	"branchlight/cmd/branchlight/internal/tree"
)

// This file has what a site makes of rules: their levels, and single findings
// that are right as they are.

// Rules are the rules of this package.
var Rules = []*diag.Rule{ruleTheme, ruleLevel, ruleUnused}

// AllRules gives the rules of all packages, in alphabetical order. It must not be
// changed.
var AllRules = sync.OnceValue(func() []*diag.Rule {
	all := slices.Concat(Rules, check.Rules, config.Rules, front.Rules, image.Rules, mark.Rules, site.Rules, tmpl.Rules, toml.Rules, tree.Rules)
	slices.SortFunc(all, func(a, b *diag.Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
})

var ruleLevel = &diag.Rule{
	ID: "config-rule", Severity: diag.Error,
	Doc: diag.Text{
		Zh: "[check.rules] 和 [[check.allow]] 里的规则名要真有；个人信息的规则和“做不出网页”的错误不能调低。",
		En: "Rules named in [check.rules] and [[check.allow]] exist. Those about personal data, and errors without whose mending no page can be made, are not lowered.",
	},
	Example: "[check.rules]\nalt-mising = \"off\"",
}

var ruleUnused = &diag.Rule{
	ID: "allow-unused", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "[[check.allow]] 里允许的问题已经没有了：删去这一段，免得以后放过别的。",
		En: "A [[check.allow]] for what is not found any more is taken out, so that it lets nothing else pass later.",
	},
	Example: "[[check.allow]]\nrule = \"alt-missing\"\npage = \"content/旧稿.md\"\nreason = \"图片已经删去\"",
}

// Allowed is a finding that the settings let stay.
type Allowed struct {
	diag.Finding
	Reason string
}

// rule finds a rule; nil where there is none.
func ruleOf(id string) *diag.Rule {
	all := AllRules()
	i, ok := slices.BinarySearchFunc(all, id, func(r *diag.Rule, id string) int { return strings.Compare(r.ID, id) })
	if !ok {
		return nil
	}
	return all[i]
}

// fixed reports that a rule's level cannot be lowered: it guards against leaks,
// or without its mending there is no page.
func fixed(r *diag.Rule) bool {
	return r.Leak || r.Severity == diag.Error && !slices.Contains(check.Rules, r)
}

// checkLevels looks whether the rules that the settings name exist and may be set
// so. Those that may not are taken out of the settings.
func (s *said) checkLevels(src *diag.Source) {
	k := &s.config.Check
	report := func(pos diag.Pos, message, hint diag.Text) {
		f := ruleLevel.At(pos, message, hint)
		f.Line = src.Quote(pos.Line)
		s.findings = append(s.findings, f)
	}
	s.checkFields(func(message, hint diag.Text) { report(diag.Pos{File: src.File}, message, hint) })
	unknown := func(pos diag.Pos, id string) {
		hint := diag.Textf("用 branchlight help rules 查看有哪些规则", "see branchlight help rules")
		var ids []string
		for _, rule := range AllRules() {
			ids = append(ids, rule.ID)
		}
		if near, ok := route.Nearest(id, ids); ok {
			hint = diag.Textf("是不是 %s？", "did you mean %s?", near)
		}
		report(pos, diag.Textf("没有规则“%s”", "there is no rule %q", id), hint)
	}
	k.Rules = slices.DeleteFunc(k.Rules, func(l config.RuleLevel) bool {
		rule := ruleOf(l.Rule)
		switch {
		case rule == nil:
			unknown(l.Pos, l.Rule)
		case fixed(rule) && (l.Level == config.Off || l.Level.Severity(rule.Severity) < rule.Severity):
			hint := diag.Textf("删去这一行，按提示改稿件", "delete the line, and mend the pages")
			if rule.Leak {
				hint = diag.Textf("删去这一行；确实可以公开的，用 [[check.allow]] 写明哪一页、什么理由", "delete the line; for what may be public, give the page and the reason in [[check.allow]]")
			}
			report(l.Pos, diag.Textf("规则 %s 不能调低", "the rule %s cannot be lowered", l.Rule), hint)
		default:
			return false
		}
		return true
	})
	k.Allow = slices.DeleteFunc(k.Allow, func(a config.Allow) bool {
		rule := ruleOf(a.Rule)
		switch {
		case rule == nil:
			unknown(a.Pos, a.Rule)
		case fixed(rule) && !rule.Leak:
			report(a.Pos, diag.Textf("规则 %s 的错误不能保留", "errors of the rule %s cannot stay", a.Rule),
				diag.Textf("删去这一段，按提示改稿件", "delete this part, and mend the pages"))
		case rule.Leak && a.Page == "":
			report(a.Pos, diag.Textf("个人信息只能一页一页地允许", "personal data is allowed page by page only"),
				diag.Textf("加一行 page = \"content/…\"，写明是哪一页", "add page = \"content/...\""))
		default:
			return false
		}
		return true
	})
}

// leveled gives findings the levels of the settings. Those that the settings
// turn off are gone; those that they allow are in the result's Allowed.
func (r *run) leveled(found []diag.Finding) []diag.Finding {
	if r.config == nil || len(r.config.Check.Rules)+len(r.config.Check.Allow) == 0 {
		return found
	}
	k := &r.config.Check
	list := make([]diag.Finding, 0, len(found))
	for _, f := range found {
		if r.allowed(&f) {
			continue
		}
		switch l := k.Level(f.Rule); l {
		case config.Off:
			continue
		default:
			f.Severity = l.Severity(f.Severity)
		}
		list = append(list, f)
	}
	return list
}

// allowed reports whether the settings let a finding stay, and notes it.
func (r *run) allowed(f *diag.Finding) bool {
	for i := range r.config.Check.Allow {
		a := &r.config.Check.Allow[i]
		if a.Rule != f.Rule || a.Page != "" && a.Page != f.Pos.File || a.Text != "" && !strings.Contains(f.Message.Zh, a.Text) && !strings.Contains(f.Line, a.Text) {
			continue
		}
		if r.used == nil {
			r.used = map[int]bool{}
		}
		r.used[i] = true
		if x := (Allowed{*f, a.Reason}); !slices.Contains(r.result.Allowed, x) {
			r.result.Allowed = append(r.result.Allowed, x)
		}
		return true
	}
	return false
}

// unused gives what the settings allow and is not found.
func (r *run) unused() (list []diag.Finding) {
	for i, a := range r.config.Check.Allow {
		if !r.used[i] {
			list = append(list, ruleUnused.At(a.Pos,
				diag.Textf("允许的这个问题（%s）已经没有了", "what this allows (%s) is not found any more", a.Rule),
				diag.Textf("删去这一段 [[check.allow]]", "delete this [[check.allow]]")))
		}
	}
	return list
}

// checkFields looks whether the keys that the settings ask for exist.
func (s *said) checkFields(report func(message, hint diag.Text)) {
	for _, kind := range slices.Sorted(maps.Keys(s.config.Check.Fields)) {
		for _, key := range s.config.Check.Fields[kind] {
			if !slices.ContainsFunc(front.Keys, func(k front.Key) bool { return k.Name == key }) {
				report(diag.Textf("[check.fields] 的 %[1]s 里：没有键“%[2]s”", "in %s of [check.fields]: there is no key %q", kind, key),
					diag.Textf("用 branchlight help keys 查看有哪些键", "see branchlight help keys"))
			}
		}
	}
}
