package front

import (
	"slices"

	"branchlight/cmd/branchlight/internal/diag"
)

// Rules are what this package reports, beside the rules of TOML.
var Rules = []*diag.Rule{
	missingRule, formatRule, openRule, fenceRule, draftRule, titleRule, kindRule, misplacedRule,
	slugRule, aliasRule, pathRule, rangeRule, orderRule, lengthRule, itemRule, reviewRule,
}

// Doubtful reports that a finding of this package, or of the TOML in its files,
// leaves in doubt whether the file is a draft.
func Doubtful(f diag.Finding) bool {
	return slices.Contains([]string{draftRule.ID, formatRule.ID, openRule.ID}, f.Rule)
}

var (
	missingRule = &diag.Rule{
		ID: "front-missing", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "每个文件开头都要有设置：两行 +++ 之间写标题、日期等，一行一项。",
			En: "Every file begins with its front matter: title, date and so on, one a line, between two lines of +++.",
		},
		Example: "# 一月一课\n\n正文……",
	}
	formatRule = &diag.Rule{
		ID: "front-format", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "文件开头的设置只用 TOML 写在两行 +++ 之间；YAML（---）、JSON（{）等别的写法不读取，也不会印到页面上。照提示改写。",
			En: "Front matter is TOML between two lines of +++. Other formats, YAML (---) or JSON ({), are not read, and never printed into the page. Write it as the hint shows.",
		},
		Example: "---\ntitle: 一月一课\n---",
	}
	openRule = &diag.Rule{
		ID: "front-open", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "文件开头的设置没有结束：最后一项的下面要单独写一行 +++。",
			En: "The front matter has no end: below its last line stands a line of +++.",
		},
		Example: "+++\ntitle = \"一月一课\"\n\n正文……",
	}
	fenceRule = &diag.Rule{
		ID: "front-fence", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "设置前后的分隔行是单独的三个英文加号 +++，不能是全角的，不能多也不能少。",
			En: "The lines before and after the front matter are three ASCII plus signs, no more and no less.",
		},
		Example: "＋＋＋\ntitle = \"一月一课\"\n＋＋＋",
	}
	draftRule = &diag.Rule{
		ID: "front-draft", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "看不准这一页是不是草稿，就先不发布。草稿写 draft = true，要发布就写 draft = false 或删去这一行。",
			En: "Where it is in doubt whether a page is a draft, it is not published. Write draft = true for a draft; draft = false, or nothing, to publish.",
		},
		Example: `draft = "true"`,
	}
	titleRule = &diag.Rule{
		ID: "front-title", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "标题不能是空的。",
			En: "A title is not empty.",
		},
		Example: `title = ""`,
	}
	kindRule = &diag.Rule{
		ID: "front-kind", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "单位和党支部的页面要写明类型 kind：practice（特色做法）、progress（创建进展）或 post（先锋岗）。",
			En: "Pages of agencies and branches say of which kind they are: practice, progress or post.",
		},
		Example: `kind = "特色做法"`,
	}
	misplacedRule = &diag.Rule{
		ID: "front-misplaced", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "这一项写在这里不起作用，它属于另一类文件。删去这一行，或写到对的文件里。",
			En: "The key has no effect in this file; it belongs to files of another kind. Delete the line, or move it to the right file.",
		},
		Example: "kind = \"practice\"\nstars = 5",
	}
	slugRule = &diag.Rule{
		ID: "front-slug", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "网址名 slug 只用小写英文字母 a-z、数字和短横线，不能是 Windows 的设备名（con、nul 等）。",
			En: "A slug has lower-case letters a-z, digits and hyphens only, and is no device name of Windows (con, nul).",
		},
		Example: `slug = "Yi Yue"`,
	}
	aliasRule = &diag.Rule{
		ID: "front-alias", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "旧网址 aliases 从网站根目录写起，只用英文字母、数字、- _ . 和 /，如 \"old/page.html\" 或 \"old/\"；不能有 .. 和网站域名。",
			En: "An alias is a path from the top of the site, of ASCII letters, digits, - _ . and /, such as \"old/page.html\" or \"old/\"; no .. and no host.",
		},
		Example: `aliases = ["../old.html"]`,
	}
	pathRule = &diag.Rule{
		ID: "front-path", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "图片和稿件放在同一个文件夹，这里只写文件名或相对路径，分隔用 /；不能写盘符和网址。",
			En: "Pictures stand beside the page; here stands the file's name or relative path, with slashes; no drive letter and no web address.",
		},
		Example: `cover = 'D:\党建\封面.jpg'`,
	}
	rangeRule = &diag.Rule{
		ID: "front-range", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "数字超出了范围：星级 1 到 5，百分比 0 到 100，人数和顺序不能是负数。",
			En: "The number is out of range: stars are 1 to 5, percent 0 to 100, members and order not negative.",
		},
		Example: "stars = 6",
	}
	orderRule = &diag.Rule{
		ID: "front-dates", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "更新日期和截止日期不能早于发布日期。",
			En: "A page is not updated, and does not expire, before its date.",
		},
		Example: "date = 2024-03-01\nupdated = 2024-02-01",
	}
	lengthRule = &diag.Rule{
		ID: "front-length", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "这一项的文字太长。写短一些，详细内容写到正文里。",
			En: "The text is too long. Shorten it; details belong into the body.",
		},
		Example: `title = "（三百个字的标题）"`,
	}
	itemRule = &diag.Rule{
		ID: "front-item", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "任务清单的每一项都要有名称 name。",
			En: "Every task has a name.",
		},
		Example: "items = [{ done = true }]",
	}
	reviewRule = &diag.Rule{
		ID: "front-review", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "每次审签都要有审次 role、姓名 name 和日期 date；摘要值 digest 由程序写入，不要手改。",
			En: "A sign-off has role, name and date; its digest is written by the program and never by hand.",
		},
		Example: "[[review]]\nrole = \"初审\"",
	}
)
