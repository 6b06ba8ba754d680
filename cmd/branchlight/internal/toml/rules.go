package toml

import "branchlight/cmd/branchlight/internal/diag"

// Rules are what this package reports.
var Rules = []*diag.Rule{
	punctuationRule, quoteRule, bracketRule, escapeRule, keyRule, syntaxRule, valueRule, typeRule,
	dateRule, lineRule, duplicateRule, unknownRule, tableRule, orderRule, invisibleRule, limitRule,
}

var (
	punctuationRule = &diag.Rule{
		ID: "toml-punctuation", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "设置里的引号、等号、逗号、方括号、数字和空格要用英文（半角）的。引号里面的文字不受限制。切换到英文输入法，照提示改写这一行。",
			En: "Quotes, equal signs, commas, brackets, digits and spaces of settings are ASCII. The text inside the quotes may hold anything. Switch the input method to English and write the line as the hint shows.",
		},
		Example: "title ＝ “一月一课”",
	}
	quoteRule = &diag.Rule{
		ID: "toml-quote", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "文字要放在一对英文双引号里，前后各一个。文字里面还要用引号的，里面的用中文引号“ ”。",
			En: "A text stands between two ASCII double quotes. Quotes inside the text are written as “ ”.",
		},
		Example: `title = "一月一课`,
	}
	bracketRule = &diag.Rule{
		ID: "toml-bracket", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "列表放在一对英文方括号里，有 [ 就要有 ]；{ 和 } 也要成对。",
			En: "A list stands between ASCII brackets: every [ has its ], every { its }.",
		},
		Example: `themes = ["理论武装"`,
	}
	escapeRule = &diag.Rule{
		ID: "toml-escape", Severity: diag.Error,
		Doc: diag.Text{
			Zh: `双引号里的反斜杠 \ 有特殊含义，Windows 路径要放在英文单引号里：'D:\党建'。`,
			En: `A backslash means something special between double quotes. Write Windows paths between single quotes: 'D:\党建'.`,
		},
		Example: `cover = "D:\党建\封面.jpg"`,
	}
	keyRule = &diag.Rule{
		ID: "toml-key", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "等号左边的键名要用规定的英文名，如 title（标题）、date（日期）。",
			En: "The key before the equal sign is one of the fixed English names, such as title or date.",
		},
		Example: `标题 = "一月一课"`,
	}
	syntaxRule = &diag.Rule{
		ID: "toml-syntax", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "每行写成“键 = 值”，一行一项；说明文字前面加 #。",
			En: "Every line is key = value, one item a line; put # before remarks.",
		},
		Example: "title 一月一课",
	}
	valueRule = &diag.Rule{
		ID: "toml-value", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "等号右边只写一个值，后面不能再有别的内容；是非写 true 或 false，数字只写数字。",
			En: "After the equal sign stands one value and nothing else; yes and no are true and false; numbers are digits only.",
		},
		Example: "draft = 是",
	}
	typeRule = &diag.Rule{
		ID: "toml-type", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "值的种类不对：文字加引号，数字和 true、false 不加引号，列表放在方括号里。",
			En: "The value is of the wrong kind: texts have quotes, numbers and true and false have none, lists stand in brackets.",
		},
		Example: `stars = "5"`,
	}
	dateRule = &diag.Rule{
		ID: "toml-date", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "日期写成 2024-03-01：四位年、两位月、两位日，中间用减号，不加引号，不带时间，而且日历上真有这一天。",
			En: "A day is written 2024-03-01: four digits of the year, two of the month, two of the day, with hyphens, without quotes, without a time, and the calendar has it.",
		},
		Example: "date = 2024年3月1日",
	}
	lineRule = &diag.Rule{
		ID: "toml-line", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "一段文字要写在一行里，中间不能换行。",
			En: "A text stands on one line.",
		},
		Example: "summary = \"第一行\n第二行\"",
	}
	duplicateRule = &diag.Rule{
		ID: "toml-duplicate", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "同一个键只能写一次。留下对的，删去另一处。",
			En: "A key stands only once. Keep the right one and delete the other.",
		},
		Example: "order = 1\norder = 2",
	}
	unknownRule = &diag.Rule{
		ID: "toml-unknown", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "没有这个键，多半是拼写错了。照提示改成正确的键名，或者删去这一行。",
			En: "There is no such key; most likely it is misspelt. Write it as the hint shows, or delete the line.",
		},
		Example: `tilte = "一月一课"`,
	}
	tableRule = &diag.Rule{
		ID: "toml-table", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "用方括号写的表头只能是规定的几个，单层 [ ] 和双层 [[ ]] 不能混用。",
			En: "Headers in brackets are a fixed few, and [ ] is not [[ ]].",
		},
		Example: `[params]`,
	}
	orderRule = &diag.Rule{
		ID: "toml-order", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "写在表头（如 [[review]]）下面的每一行都属于这个表头。不属于它的，要移到所有表头的上面。",
			En: "Every line below a header (such as [[review]]) belongs to that header. Other lines stand above all headers.",
		},
		Example: "[[review]]\nrole = \"初审\"\ndraft = true",
	}
	invisibleRule = &diag.Rule{
		ID: "toml-invisible", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "这里有看不见的字符（零宽字符、不间断空格、方向控制符等），多半是从网页或微信粘贴来的。发布时已经去掉；请删去前后几个字，重新打一遍。",
			En: "There are invisible characters here (zero-width, no-break space, direction marks), most likely pasted from a web page. They are left out; delete the characters around them and type those again.",
		},
		Example: "title = \"一月\u200b一课\"",
	}
	limitRule = &diag.Rule{
		ID: "toml-limit", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "错误太多，后面的没有再读。先改好前面的，再检查一次。",
			En: "There are too many mistakes; the rest was not read. Mend the first ones and check again.",
		},
		Example: "a\nb\nc … (100 lines)",
	}
)
