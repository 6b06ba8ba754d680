package tmpl

import "branchlight/cmd/branchlight/internal/diag"

var (
	readRule = &diag.Rule{
		ID: "template-read", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "themes/ 或 layouts/ 里的模板文件要能打开。",
			En: "The template files in themes/ and layouts/ can be opened.",
		},
		Example: "layouts/article.html",
	}
	syntaxRule = &diag.Rule{
		ID: "template-syntax", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板要合 Go 模板的语法：{{ 与 }} 成对，if、range、with、define 各有一个 {{end}}，标点用英文半角。文件存成 UTF-8。",
			En: "A template follows the syntax of Go templates: {{ and }} in pairs, an {{end}} for every if, range, with and define. The file is UTF-8.",
		},
		Example: "<h1>{{.Title}</h1>",
	}
	functionRule = &diag.Rule{
		ID: "template-function", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板只能用 branchlight help templates 列出的函数。它们都不读文件、不联网，所以模板弄不坏别的东西。",
			En: "A template can use only the functions that branchlight help templates lists. None reads files or the network.",
		},
		Example: `{{dat .Date}}`,
	}
	nameRule = &diag.Rule{
		ID: "template-name", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板用到的别的模板要存在：在 partials/ 里，或在同一个文件里用 define 定义。每个名字只定义一次。",
			En: "A template that is invoked must be in partials/ or defined in the same file, each name once.",
		},
		Example: `{{template "bsae" .}}`,
	}
	loopRule = &diag.Rule{
		ID: "template-loop", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板不能直接或间接地用到自己，否则永远做不完。",
			En: "A template must not invoke itself, directly or through others: it would never end.",
		},
		Example: `{{define "a"}}{{template "a" .}}{{end}}`,
	}
	stringRule = &diag.Rule{
		ID: "template-string", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板里 t 后面的名字要在主题的文字文件（strings/）里有，{0}、{1} 处要给值。",
			En: "The key after t must be in the theme's string file, and its places {0}, {1} need values.",
		},
		Example: `{{t "nav.hoem"}}`,
	}
	hostRule = &diag.Rule{
		ID: "template-host", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "页面不能向别的网站要脚本、样式、图片或字体：内网里打不开，也泄露谁在看。普通链接 <a href> 可以。",
			En: "No page may ask another host for scripts, styles, pictures or fonts: the intranet has no way there. Plain links are allowed.",
		},
		Example: `<script src="https://cdn.example/a.js"></script>`,
	}
	contextRule = &diag.Rule{
		ID: "template-context", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板的 HTML 要完整，程序才知道一个值放在文字里、属性里还是脚本里，好替它转义：引号成对，标签写全，每个 if 分支结束在同一种位置。",
			En: "The HTML of a template must be whole, so that every value can be escaped for its place: quotes in pairs, tags closed, branches of an if that end alike.",
		},
		Example: `<a href="{{if .URL}}{{.URL}}">`,
	}
	fieldRule = &diag.Rule{
		ID: "template-field", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "模板只能用页面数据里有的字段，大小写要一致。字段见 branchlight help templates。",
			En: "A template can use only the fields of its view, in the same letters. branchlight help templates lists them.",
		},
		Example: `{{.Titel}}`,
	}
	runRule = &diag.Rule{
		ID: "template-run", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "用模板生成某一页时出了错，例如拿文字当数目、取了列表里没有的一项。",
			En: "A page could not be made with the template: a text where a number is needed, an entry that a list does not have.",
		},
		Example: `{{index .Cards 99}}`,
	}
	limitRule = &diag.Rule{
		ID: "template-limit", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "一个模板文件、一页的内容和循环的次数都有上限，防止写错的模板把机器拖死。",
			En: "Template files, pages and loops have limits, so that a wrong template does not bring the machine down.",
		},
		Example: `{{range 1000000000}}x{{end}}`,
	}
	filteredRule = &diag.Rule{
		ID: "template-filtered", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "模板把不安全的值（如 javascript: 地址）放进了链接或样式，已换成 ZgotmplZ。请检查这一页的链接。",
			En: "A template put an unsafe value, such as a javascript: address, into a link or a style; ZgotmplZ stands in its place.",
		},
		Example: `<a href="{{.Summary}}">`,
	}
	unusedRule = &diag.Rule{
		ID: "template-unused", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "layouts/ 里的页面模板要与主题的模板同名才起作用。",
			En: "A page template in layouts/ takes effect only if the theme has one of the same name.",
		},
		Example: "layouts/artcle.html",
	}
)

// Rules are the rules of this package.
var Rules = []*diag.Rule{
	readRule, syntaxRule, functionRule, nameRule, loopRule, stringRule, hostRule, contextRule, fieldRule, runRule, limitRule, filteredRule, unusedRule,
}
