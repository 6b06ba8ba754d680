package site

import "branchlight/cmd/branchlight/internal/diag"

// Rules are the rules of this package.
var Rules = []*diag.Rule{
	rulePageName, ruleIndexPlace, ruleIndexMissing, ruleTopic, ruleStage, ruleHome,
	ruleCollision, ruleReserved, ruleLong, ruleAlias,
	ruleLinkTarget, ruleLinkAnchor, ruleLinkHeld, ruleImageTarget, ruleFileType, ruleConsent, ruleEmblem,
}

var (
	rulePageName = &diag.Rule{
		ID: "page-name", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "网页文件的名字以 .md 结尾。记事本常常悄悄加上 .txt，变成 .md.txt，这样的文件不会成为网页。",
			En: "A page's file name ends in .md. Editors like to add .txt to it, and such a file makes no page.",
		},
		Example: "content/财政局/预算股党支部/一月一课.md.txt",
	}
	ruleIndexPlace = &diag.Rule{
		ID: "index-place", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "_index.md 只用来介绍一个单位或一个党支部（或一个普通页面栏目）。更深的文件夹只是给页面分组，放在那里的 _index.md 不会成为网页。",
			En: "An _index.md describes an agency, a branch, or a folder of plain pages. Deeper folders only group pages; an _index.md there makes no page.",
		},
		Example: "content/财政局/预算股党支部/2026/_index.md",
	}
	ruleIndexMissing = &diag.Rule{
		ID: "index-missing", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "单位或党支部的文件夹没有 _index.md 时，用文件夹名作名称，介绍和顺序都是空的。",
			En: "A folder of an agency or branch without _index.md takes its name as title and has no introduction and no place in the order.",
		},
		Example: "content/财政局/（没有 _index.md）",
	}
	ruleTopic = &diag.Rule{
		ID: "theme-unknown", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "themes 里的主题必须是 site.toml 列出的，这样打错的字不会变成一个新主题。",
			En: "Themes are those that site.toml lists, so that a typing error does not become a new theme.",
		},
		Example: "themes = [\"理论武装 \", \"志愿服务务\"]",
	}
	ruleStage = &diag.Rule{
		ID: "stage-unknown", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "stage 必须是 site.toml 里 [model_agency] stages 列出的阶段之一。",
			En: "A stage is one of those that site.toml lists under [model_agency] stages.",
		},
		Example: "stage = \"已申报\"",
	}
	ruleHome = &diag.Rule{
		ID: "home-held", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "首页文字不能是草稿、定时或过期的：草稿的 _index.md 会使它下面的一切都不发布。",
			En: "The home page can be no draft: an _index.md that is held back holds all below it.",
		},
		Example: "draft = true",
	}
	ruleCollision = &diag.Rule{
		ID: "route-collision", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "两个文件会生成同一个网页地址（不分大小写）。给其中一个写 slug，或改文件名。",
			En: "Two sources give the same address (case ignored). Give one a slug, or rename it.",
		},
		Example: "content/财政局/支部/课堂.md 与 content/财政局/支部/客堂.md",
	}
	ruleReserved = &diag.Rule{
		ID: "route-reserved", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "单位或栏目的文件夹不能和网站自己的栏目（agencies、themes、archive 等）同名。用 slug 另取一个。",
			En: "A folder's address is one of the site's own columns (agencies, themes, archive ...). Choose another with slug.",
		},
		Example: "content/themes/_index.md",
	}
	ruleLong = &diag.Rule{
		ID: "route-long", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "网页地址太长，Windows 打不开。中文名字变成拼音会长好几倍，把文件夹名和文件名改短，或写 slug。",
			En: "The address is too long for Windows to open. Chinese names grow in pinyin: shorten them, or write a slug.",
		},
		Example: "content/局/支部/（一层又一层的长文件夹名）/一月一课.md",
	}
	ruleAlias = &diag.Rule{
		ID: "alias-collision", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "aliases 里的旧地址已经是另一个网页的地址。",
			En: "An old address in aliases is the address of another page.",
		},
		Example: "aliases = [\"caizhengju/index.html\"]",
	}
	ruleLinkTarget = &diag.Rule{
		ID: "link-target", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "链接指向的文件不存在。链接写的是从本文件出发的相对路径，指向 .md 文件或附件。",
			En: "The link leads to no file. Links are relative paths from this file to a .md file or an attachment.",
		},
		Example: "做法见[初心课堂](../b02/p.md)。",
	}
	ruleLinkAnchor = &diag.Rule{
		ID: "link-anchor", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "链接里 # 后面的小标题在目标页面里没有。",
			En: "The target page has no heading of the name after #.",
		},
		Example: "见[成效](p1.md#成校)。",
	}
	ruleLinkHeld = &diag.Rule{
		ID: "link-held", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "链接指向的页面现在不发布（草稿、未到日期、已过期或有错误），所以链接只显示文字。",
			En: "The link leads to a page that is not published now, so only its words are shown.",
		},
		Example: "见[筹备中的做法](draft.md)。",
	}
	ruleImageTarget = &diag.Rule{
		ID: "image-target", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "图片文件不存在，或不是图片。图片放在页面旁边，用相对路径引用。",
			En: "The picture's file does not exist or is no picture. Pictures stand beside the page and are named by relative paths.",
		},
		Example: "![活动现场](照片.jpg)",
	}
	ruleFileType = &diag.Rule{
		ID: "file-type", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "这种文件不能作附件发布（网页、脚本、程序等）。请转成 PDF、Word、Excel 等办公文件。",
			En: "Files of this type (pages, scripts, programs) are not published. Convert it to PDF or an office document.",
		},
		Example: "附件：[说明](说明.html)",
	}
	ruleConsent = &diag.Rule{
		ID: "post-consent", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "姓名和照片要本人同意才能公开。没有 consent = true 时，网页上不显示姓名和照片。",
			En: "A holder's name and photograph need consent. Without consent = true the page shows neither.",
		},
		Example: "holder = \"王芳\"",
	}
	ruleEmblem = &diag.Rule{
		ID: "emblem-file", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "site.toml 里 emblem 指定的徽标图片要在 content 文件夹里。",
			En: "The emblem that site.toml names is a picture under content.",
		},
		Example: "emblem = \"content/emblem.png\"",
	}
)
