package config

import "branchlight/cmd/branchlight/internal/diag"

// Rules are what this package reports, beside the rules of TOML.
var Rules = []*diag.Rule{titleRule, valueRule, twiceRule, topicRule, pinyinRule, contrastRule, allowRule, publishRule, secretRule}

var (
	titleRule = &diag.Rule{
		ID: "config-title", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "site.toml 里要有网站名称。",
			En: "site.toml gives the site a title.",
		},
		Example: `title = ""`,
	}
	valueRule = &diag.Rule{
		ID: "config-value", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "这项设置的值不在允许的范围里。照提示改写，或删去这一行用默认值。",
			En: "The value of the setting is not one of those allowed. Write it as the hint shows, or delete the line for the default.",
		},
		Example: "page_size = 1000",
	}
	twiceRule = &diag.Rule{
		ID: "config-twice", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "主题、网址名、阶段和分组不能重复。",
			En: "Themes, slugs, stages and groups stand only once.",
		},
		Example: `stages = ["申报", "申报"]`,
	}
	topicRule = &diag.Rule{
		ID: "config-topic", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "每个主题都要有名称 name；网址名 slug 可以不写，写了就只用小写英文字母、数字和短横线。",
			En: "Every theme has a name; its slug is optional, and of lower-case letters, digits and hyphens.",
		},
		Example: `topic = [{ slug = "lilun" }]`,
	}
	pinyinRule = &diag.Rule{
		ID: "config-pinyin", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "[pinyin] 里每行写一个词和它的读音，一个字一个拼音，不带声调。",
			En: "Every line of [pinyin] is a phrase and its reading, a syllable a character, without tones.",
		},
		Example: `"长丰" = "chángfēng"`,
	}
	publishRule = &diag.Rule{
		ID: "config-publish", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "每个发布目标是一段 [publish.名字]，写明类型和地址；各类型有哪些项，见写稿指南的“发布”一页。",
			En: "A target is a table [publish.NAME] with its type and where it is; the manual lists what each type has.",
		},
		Example: "[publish.intranet]\ntype = \"folder\"",
	}
	secretRule = &diag.Rule{
		ID: "config-secret", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "site.toml 里不写密码和密钥：它会被复制、备份、交给别人。密码放进环境变量，这里写变量的名字。",
			En: "No secret stands in site.toml, which is copied, kept and handed on. It belongs into an environment variable, whose name stands here.",
		},
		Example: "[publish.intranet]\ntype = \"sftp\"\npassword = \"...\"",
	}
	contrastRule = &diag.Rule{
		ID: "config-contrast", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "[colors] 里的颜色要看得清：文字与底色的对比度至少 4.5，框线与底色至少 3（网站无障碍标准）。",
			En: "The colours of [colors] can be read: the contrast of text and what is behind it is at least 4.5, that of lines at least 3 (WCAG).",
		},
		Example: `red = "#ff8080"`,
	}
)

var titleHint = diag.Text{
	Zh: "照这样写：\n        title = \"县直机关支部风采\"",
	En: "Write it like this:\n        title = \"县直机关支部风采\"",
}
