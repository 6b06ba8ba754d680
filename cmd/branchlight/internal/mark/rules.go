package mark

import "branchlight/cmd/branchlight/internal/diag"

// Rules are what is looked for in the body of a page.
var Rules = []*diag.Rule{
	ruleComplex, ruleFailed, ruleHidden, ruleHTML, ruleComment,
	ruleEmphasis, ruleRefused, ruleAnchor, ruleLinkEmpty, ruleLinkSyntax, ruleLinkQuotes, ruleLinkBlanks, ruleImage,
	ruleNoteOpen, ruleNoteKind, ruleNoteFence,
	ruleHeadingHabit, ruleHeadingTop, ruleHeadingID, ruleHeadingEmpty,
	ruleTableWide, ruleTableShape, ruleTableCells,
	ruleIndent, ruleLines, ruleList, ruleFootnoteMissing, ruleFootnoteUnused,
}

var (
	ruleComplex = &diag.Rule{ID: "too-complex", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "正文过长、表格过大，或列表、引用、强调符号层层相套，无法可靠地排版，这一页因此是空的。请删去多余的符号，或分成几页。",
			En: "The text is too long, a table too large, or lists, quotes and emphasis are nested too deep; the page stays empty. Remove stray marks, or divide the page."},
		Example: "> > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > 层层引用"}
	ruleFailed = &diag.Rule{ID: "parse-failed", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "排版程序在这一页上出错。请把这个文件发给维护人员；删去最近改动的段落，其余内容可以照常发布。",
			En: "The Markdown library failed on this page. Send the file to the maintainers; without the paragraphs changed last, the rest can be published."},
		Example: "(no text is known to do this)"}
	ruleHidden = &diag.Rule{ID: "hidden-character", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "正文里有看不见的字符（零宽字符、改变文字方向的控制符等），多半是从网页或聊天软件粘贴时带进来的；会使检索和核对出错，网页上一律去掉。请删去后重新输入前后的字。",
			En: "The text holds invisible characters (zero-width, direction controls), mostly pasted from web pages or chats. They spoil search and proofreading and never reach a page. Delete them and type the neighbouring characters again."},
		Example: "理论\u200b武装"}
	ruleHTML = &diag.Rule{ID: "raw-html", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "正文里有网页代码（HTML），为安全起见会原样显示成文字。请删去，改用 Markdown 写法；只有换行 <br> 可以用。",
			En: "The text holds HTML, which is shown as text for safety. Remove it and use Markdown; only <br> is allowed."},
		Example: "<font color=\"red\">重要</font>"}
	ruleComment = &diag.Rule{ID: "html-comment", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "<!-- 与 --> 之间的备注不会出现在网页上，但仍留在源文件里。定稿前请删去。",
			En: "A remark between <!-- and --> is not shown, but stays in the source file. Remove it before the page is final."},
		Example: "<!-- 数字待核 -->"}
	ruleEmphasis = &diag.Rule{ID: "emphasis-left", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "** 或 ~~ 没有配成对，会原样显示在网页上。请检查前后是否各有一处、紧贴文字而没有空格；真要显示星号请写 \\*\\*。",
			En: "** or ~~ has no partner and would be shown as it is. Put one directly before and one directly after the words, without blanks; write \\*\\* to show asterisks."},
		Example: "**三会一课 **制度"}
	ruleRefused = &diag.Rule{ID: "link-refused", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "链接只能指向站内的文件，或以 http://、https://、mailto:、tel: 开头。指向本机磁盘、共享路径、脚本的链接别人打不开或不安全，网页上只留文字。",
			En: "A link leads to a file of this site, or begins with http://, https://, mailto: or tel:. Links to local disks, shares or scripts do not work for others or are unsafe; only their words are kept."},
		Example: "[方案](D:\\材料\\方案.docx)"}
	ruleAnchor = &diag.Rule{ID: "anchor-missing", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "“#”后面要写本页一个标题的文字；没有这样的标题，链接点了没有反应。",
			En: "After # stands the text of a heading of this page; there is no such heading."},
		Example: "## 做法\n\n见[成效](#成效)"}
	ruleLinkEmpty = &diag.Rule{ID: "link-empty", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "链接缺少地址或文字。写法是 [文字](地址)。",
			En: "The link lacks its address or its words. Write [words](address)."},
		Example: "[做法]()"}
	ruleLinkSyntax = &diag.Rule{ID: "link-syntax", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "像是链接或图片，但没有写对，会原样显示。要用半角的 [ ] ( )，中间没有空格，标题用半角引号：[文字](地址 \"标题\")。",
			En: "This looks like a link or an image but is not one, and is shown as it is. Use ASCII [ ] ( ) without a blank between them, and ASCII quotes: [words](address \"title\")."},
		Example: "[做法]（a.md）"}
	ruleLinkQuotes = &diag.Rule{ID: "link-quotes", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "链接地址外面多了中文引号，已经去掉后使用。请从源文件里删去引号。",
			En: "The address stands in Chinese quotes, which were ignored. Remove them."},
		Example: "[做法](“a.md”)"}
	ruleLinkBlanks = &diag.Rule{ID: "link-blanks", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "链接或图片的地址里有空格，已经按一个完整的文件名处理。别的软件会在空格处断开，最好改文件名，或用尖括号括起来：![说明](<图 片.png>)。",
			En: "The address of a link or picture has blanks in it and was taken as a whole. Other programs stop at the blank: rename the file, or write ![words](<a b.png>)."},
		Example: "![合影](图 片.png)"}
	ruleImage = &diag.Rule{ID: "image-refused", Severity: diag.Error,
		Doc: diag.Text{
			Zh: "图片必须是站内的文件。内网里打不开外网图片，网页上只留图片的说明文字。请把图片存到这一页旁边，再写文件名。",
			En: "An image must be a file of this site. Pages load nothing from other hosts; only the image's words are kept. Save the picture beside the page and write its file name."},
		Example: "![合影](https://img.example.com/a.jpg)"}
	ruleNoteOpen = &diag.Rule{ID: "note-unclosed", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "提示框没有结束，后面的内容全都进了框里。请在提示的内容后面另起一行写 :::。",
			En: "The note has no end, so that all that follows is part of it. Write ::: on a line of its own after its text."},
		Example: ":::提示\n逾期不再受理。"}
	ruleNoteKind = &diag.Rule{ID: "note-kind", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "::: 后面的词不认识，按“说明”处理。可以用：" + noteWords + "。",
			En: "The word after ::: is unknown, and the note is shown as a plain one. Known are: note, tip, important, warning, example."},
		Example: ":::题示\n逾期不再受理。\n:::"}
	ruleNoteFence = &diag.Rule{ID: "note-fence", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "提示框的冒号没有写对：要用三个半角冒号 :::，开头的一行后面写种类，结束的一行只写 :::，前后成对。",
			En: "The colons of a note are not right: three ASCII colons, followed by the kind where it begins and by nothing where it ends, in pairs."},
		Example: "正文\n\n:::\n"}
	ruleHeadingHabit = &diag.Rule{ID: "heading-hash", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "标题的井号应为半角，后面空一格：## 标题。这样写已经按标题处理。",
			En: "The # of a heading is the ASCII one, and a blank follows it: ## Heading. It was taken for a heading."},
		Example: "##做法"}
	ruleHeadingTop = &diag.Rule{ID: "heading-level", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "一级标题（#）留给页面的标题，正文从二级（##）写起；本页的标题已经各降一级。",
			En: "Level 1 (#) belongs to the page's title, and the body begins with level 2 (##); the headings of this page were lowered by one level."},
		Example: "# 做法"}
	ruleHeadingID = &diag.Rule{ID: "heading-id", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "标题后面 {#名称} 里的名称只能用汉字、字母、数字和 - _，在一页里不能重复。这里已改用标题的文字。",
			En: "The name in {#name} after a heading consists of letters, digits, - and _, and is used once in a page. The heading's text is used instead."},
		Example: "## 做法 {#a b}"}
	ruleHeadingEmpty = &diag.Rule{ID: "heading-empty", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "只有井号、没有文字的标题不会显示。请补上文字或删去这一行。",
			En: "A heading without words is not shown. Add words or remove the line."},
		Example: "##"}
	ruleTableWide = &diag.Rule{ID: "table-bars", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "表格用的是全角竖线｜，已经按表格处理。请改用半角 |。",
			En: "The table is drawn with full-width bars and was understood. Use the ASCII bar |."},
		Example: "｜单位｜数量｜\n｜---｜---｜\n｜财政局｜3｜"}
	ruleTableShape = &diag.Rule{ID: "table-shape", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "像是表格，但不成表格，会原样显示成文字。表头下面要有一行 | --- | --- |，列数与表头相同。",
			En: "This looks like a table but is none, and is shown as text. Under the head stands a line | --- | --- | with as many columns."},
		Example: "| 单位 | 数量 |\n| 财政局 | 3 |"}
	ruleTableCells = &diag.Rule{ID: "table-cells", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "这一行的格数比表头多，多出的内容不会显示。请补齐表头，或把文字里的竖线写成 \\|。",
			En: "This row has more cells than the head; the rest is not shown. Add columns, or write \\| for a bar in a text."},
		Example: "| 单位 | 数量 |\n| --- | --- |\n| 财政局 | 3 | 备注 |"}
	ruleIndent = &diag.Rule{ID: "indent-text", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "段首空了四格或用了 Tab，在 Markdown 里本是代码的意思；因为是中文，已经按段落处理。段首缩进由网页样式负责，请删去空格。",
			En: "The paragraph is indented by four blanks or a tab, which means code in Markdown; being Chinese, it was taken for a paragraph. The style of the page indents paragraphs: remove the blanks."},
		Example: "    党员干部下沉网格。"}
	ruleLines = &diag.Rule{ID: "paragraph-lines", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "几行之间没有空行，网页上会连成一段。从 Word 粘贴来的文章，段与段之间要空一行。",
			En: "Lines without a blank line between them become one paragraph. In a text pasted from Word, put a blank line between the paragraphs."},
		Example: "全局共有党员七十六名。\n去年以来，支部坚持每月一课。"}
	ruleList = &diag.Rule{ID: "list-mark", Severity: diag.Hint,
		Doc: diag.Text{
			Zh: "行首的全角符号（· － ＊ １．等）不是列表，只是各占一行。要写成列表，请用“- ”或“1. ”开头。",
			En: "A line that begins with · or a full-width － ＊ １． is kept as a line and is no list item. For a list, begin with \"- \" or \"1. \"."},
		Example: "· 走访困难家庭"}
	ruleFootnoteMissing = &diag.Rule{ID: "footnote-missing", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "脚注没有内容，会原样显示。请在文末另起一行写 [^1]: 内容。",
			En: "The footnote has no text and is shown as it is. Write [^1]: text on a line of its own."},
		Example: "达到八成[^1]。"}
	ruleFootnoteUnused = &diag.Rule{ID: "footnote-unused", Severity: diag.Warning,
		Doc: diag.Text{
			Zh: "正文没有引用这条脚注，所以不会显示。请在正文相应位置写 [^1]，或删去这一条。",
			En: "Nothing refers to this footnote, so it is not shown. Write [^1] in the text, or remove it."},
		Example: "正文。\n\n[^1]: 数据截至年底。"}
)
