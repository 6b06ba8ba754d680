package check

import (
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

var ruleAlt = &diag.Rule{
	ID: "alt-missing", Severity: diag.Warning,
	Doc: diag.Text{
		Zh: "每张图片都要有替代文字，看不见图片的人靠它知道图上是什么。正文图片写在方括号里，封面写 cover_alt，照片写 photo_alt。",
		En: "Every picture has a text for those who cannot see it: in the brackets of ![...](...), in cover_alt, in photo_alt.",
	},
	Example: "![](活动现场.jpg)",
}

func alt(_ *config.Check, p *site.Page) []diag.Finding {
	var list []diag.Finding
	report := func(pos diag.Pos, zh, en string) {
		list = append(list, ruleAlt.At(pos, diag.Textf("图片没有替代文字", "the picture has no text alternative"), diag.Text{Zh: zh, En: en}))
	}
	for i := range p.Doc.Images {
		if img := &p.Doc.Images[i]; img.Alt == "" {
			report(img.Pos, "在方括号里写图上是什么：![会议室里的学习现场](…)", "say in the brackets what it shows: ![...](...)")
		}
	}
	m := p.Matter
	if m.Cover != "" && m.CoverAlt == "" {
		report(m.Pos("cover"), "在文首加一行 cover_alt = \"图上是什么\"", "add cover_alt = \"...\" to the front matter")
	}
	if p.Role == front.Post && m.Photo != "" && m.PhotoAlt == "" {
		report(m.Pos("photo"), "在文首加一行 photo_alt = \"图上是什么\"", "add photo_alt = \"...\" to the front matter")
	}
	return list
}
