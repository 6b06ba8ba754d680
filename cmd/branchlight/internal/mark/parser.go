package mark

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Parts of goldmark's extensions that are used as they are.
var (
	definitionList = extension.NewDefinitionListParser()
	definitionText = extension.NewDefinitionDescriptionParser()
	taskBox        = extension.NewTaskCheckBoxParser()
	footnoteBlock  = extension.NewFootnoteBlockParser()
	footnoteRef    = extension.NewFootnoteParser()
	footnoteOrder  = extension.NewFootnoteASTTransformer()
)

// newParser assembles goldmark's parser from its parts and ours.
func newParser() parser.Parser {
	at := util.Prioritized
	return parser.NewParser(
		parser.WithBlockParsers(
			at(headings{parser.NewSetextHeadingParser()}, 100),
			at(definitionList, 101),
			at(definitionText, 102),
			at(parser.NewThematicBreakParser(), 200),
			at(lists{parser.NewListParser()}, 300),
			at(parser.NewListItemParser(), 400),
			at(indented{parser.NewParagraphParser()}, 490),
			at(parser.NewCodeBlockParser(), 500),
			at(hashHeadings{headings{parser.NewATXHeadingParser()}}, 600),
			at(notes{}, 650),
			at(parser.NewFencedCodeBlockParser(), 700),
			at(parser.NewBlockquoteParser(), 800),
			at(htmlBlocks{parser.NewHTMLBlockParser()}, 900),
			at(footnotes{footnoteBlock}, 999),
			at(paragraphs{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			at(taskBox, 0),
			at(charged{parser.NewCodeSpanParser()}, 100),
			at(charged{footnoteRef}, 101),
			at(links{charged{parser.NewLinkParser()}}, 200),
			at(parser.NewAutoLinkParser(), 300),
			at(charged{parser.NewRawHTMLParser()}, 400),
			at(emphasis{}, 500),
			at(addresses{}, 999),
			at(runs{}, 1000),
		),
		parser.WithParagraphTransformers(
			at(references{parser.LinkReferenceParagraphTransformer}, 100),
			at(tables{}, 200),
		),
		parser.WithASTTransformers(
			at(footnoteOrder, 999),
		),
	)
}

// footnotes collects the definitions of footnotes; goldmark drops those that
// nothing refers to.
type footnotes struct{ parser.BlockParser }

func (p footnotes) Close(node ast.Node, r text.Reader, pc parser.Context) {
	p.BlockParser.Close(node, r, pc)
	ctx := pc.(*context)
	ctx.notes = append(ctx.notes, node)
	if len(ctx.notes) > maxNotes {
		exceed(node.Pos(), "脚注超过 %d 条", "it has more than %d footnotes", maxNotes)
	}
}
