package check

import (
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/site"
)

var ruleTitle = &diag.Rule{
	ID: "title-missing", Severity: diag.Error,
	Doc: diag.Text{
		Zh: "每一页都要有标题：在文首写 title = \"…\"。",
		En: "Every page has a title: title = \"...\" in the front matter.",
	},
	Example: "+++\nkind = \"practice\"\n+++",
}

func title(_ *config.Check, p *site.Page) []diag.Finding {
	if p.Title != "" || p.Matter.Has("title") || p.Matter.Opaque {
		return nil
	}
	switch p.Role {
	case front.Home, front.Agency, front.Branch, front.PlainIndex:
		return nil // the settings or the folder's name serve
	}
	return []diag.Finding{ruleTitle.At(p.Matter.Pos("title"),
		diag.Textf("这一页没有标题", "the page has no title"),
		diag.Textf("在文首（两行 +++ 之间）写 title = \"标题\"", "write title = \"...\" between the +++ lines"))}
}

var ruleDate = &diag.Rule{
	ID: "date-missing", Severity: diag.Warning,
	Doc: diag.Text{
		Zh: "特色做法、创建进展和先锋岗都要写日期：没有日期的信息在检查时算作没有更新。",
		En: "Practices, progress reports and posts have a date: inspectors count an undated item as not updated.",
	},
	Example: "+++\ntitle = \"一月一课\"\nkind = \"practice\"\n+++",
}

func date(_ *config.Check, p *site.Page) []diag.Finding {
	if !isArticle(p) || p.Matter.Has("date") {
		return nil
	}
	return []diag.Finding{ruleDate.At(p.Matter.Pos("date"),
		diag.Textf("没有写日期", "there is no date"),
		diag.Textf("在文首写 date = 2026-03-01（年-月-日，不加引号）", "write date = 2026-03-01 in the front matter, without quotes"))}
}

func isArticle(p *site.Page) bool {
	return p.Role == front.Practice || p.Role == front.Progress || p.Role == front.Post
}

var ruleFields = &diag.Rule{
	ID: "field-missing", Severity: diag.Warning,
	Doc: diag.Text{
		Zh: "每类页面有自己必填的项：创建进展要写 stage（阶段），先锋岗要写 position（岗位）和 pledge（承诺）；site.toml 的 [check.fields] 可以再加。",
		En: "Each kind of page has what it must say: a progress report its stage, a post its position and pledge, and what [check.fields] of site.toml adds.",
	},
	Example: "kind = \"post\"（没有 pledge）",
}

// required lists the keys of each kind, with what they are called.
var required = map[front.Role][]struct{ key, zh, en string }{
	front.Progress: {{"stage", "创建阶段", "its stage"}},
	front.Post:     {{"position", "岗位名称", "its position"}, {"pledge", "岗位承诺", "its pledge"}},
}

func fields(k *config.Check, p *site.Page) []diag.Finding {
	var list []diag.Finding
	for _, f := range required[p.Role] {
		if !p.Matter.Has(f.key) {
			list = append(list, ruleFields.At(p.Matter.Pos("kind"),
				diag.Textf("没有写%[1]s（%[3]s）", "the page does not say %[2]s (%[3]s)", f.zh, f.en, f.key),
				diag.Textf("在文首加一行 %s = \"…\"", "add %s = \"...\" to the front matter", f.key)))
		}
	}
	kind := p.Matter.Kind
	if p.Role == front.Plain {
		kind = "page"
	}
	for _, key := range k.Fields[kind] {
		if !p.Matter.Has(key) {
			list = append(list, ruleFields.At(p.Matter.Pos("kind"),
				diag.Textf("没有写 %s（本站规定必填）", "the page does not say %s, which this site asks for", key),
				diag.Textf("在文首加一行 %s = …；含义见 branchlight help keys", "add %s = ... to the front matter; branchlight help keys explains it", key)))
		}
	}
	return list
}

// PlaceholderMark begins every sentence that the templates of new pages leave to
// be replaced.
const PlaceholderMark = "【请填写"

var rulePlaceholder = &diag.Rule{
	ID: "placeholder", Severity: diag.Error,
	Doc: diag.Text{
		Zh: "新建页面时留下的“请填写”句子要换成自己的内容，或整句删去。",
		En: "The sentences that a new page asks to be filled in are replaced, or removed.",
	},
	Example: PlaceholderMark + "：写明背景】",
}

func placeholder(m *front.Matter, d *mark.Doc) []diag.Finding {
	var list []diag.Finding
	report := func(pos diag.Pos) {
		if slices.ContainsFunc(list, func(f diag.Finding) bool { return f.Pos == pos }) {
			return // a caption is a block, and the title of its picture too
		}
		list = append(list, rulePlaceholder.At(pos,
			diag.Textf("这里还留着“请填写”的提示句", "a sentence that asks to be filled in is still here"),
			diag.Textf("换成自己的内容；用不上就整行删去", "replace it, or remove the line")))
	}
	m.Texts(func(key, text string) {
		if strings.Contains(text, PlaceholderMark) {
			report(m.Pos(key))
		}
	})
	for i := range d.Blocks {
		if b := &d.Blocks[i]; strings.Contains(b.Text, PlaceholderMark) {
			report(b.Pos)
		}
	}
	for i := range d.Images {
		if img := &d.Images[i]; strings.Contains(img.Alt+img.Title, PlaceholderMark) {
			report(img.Pos)
		}
	}
	for i := range d.Links {
		if l := &d.Links[i]; strings.Contains(l.Title, PlaceholderMark) {
			report(l.Pos)
		}
	}
	return list
}
