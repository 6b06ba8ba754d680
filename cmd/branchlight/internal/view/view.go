// Package view defines the views: all that a template can see.
//
// A view is a plain value that the model fills in; nothing in it leads back to
// the site. It holds all that its page shows, so an output is a function of the
// templates and its view. Every URL is relative to the page that shows it,
// already escaped, and ends in a file name. An empty URL means that there is
// nothing to link to.
//
// `branchlight help templates` prints this package, so its comments are written
// for the writers of templates.
package view

import (
	"html/template"

	"branchlight/cmd/branchlight/internal/day"
)

// Frame is the part of a page that many pages share: header, navigation and
// footer. Every view has one as .Frame. Pages of the same depth and column have
// the same frame, so a template can make its header once with {{shared "header" .Frame}}.
type Frame struct {
	Lang     string    // language of the site, such as zh-CN
	Title    string    // the site's title
	Subtitle string    // a line under it; may be empty
	Owner    string    // 主办单位, the office that publishes; may be empty
	Contact  string    // how to reach it; may be empty
	Root     string    // prefix that leads to the top of the output: "", "../", "../../" ...
	Home     string    // URL of the home page
	Feed     string    // URL of the Atom feed
	Search   string    // URL of the search page, which takes ?q=; empty on that page itself
	Emblem   Image     // the county's emblem, to be shown whole and by itself; its URL is empty where there is none
	Nav      []NavItem // the columns

	seal // none of a template's business
}

// NavItem is one column of the navigation.
type NavItem struct {
	Key     string // practices, progress, posts, agencies, themes, matrix, stars, archive, or help; the string file names it (nav.KEY)
	Title   string // the title of a folder of plain pages; empty for built-in columns
	URL     string
	Current bool // the page that is shown belongs to this column
}

// Link is a title with an address.
type Link struct {
	Title string
	URL   string
}

// Crumb is one step of the way from the home page to this page. A step that is
// a column of the site has a Key for the string file (nav.KEY; home for the home
// page), others have a Title. The last step has no URL.
type Crumb struct {
	Key   string
	Title string
	URL   string
}

// Image is a picture in the output. Width and Height are pixels, 0 if unknown.
// Most pictures stand in the output in two widths, 480 and 1200 pixels. A card's
// Cover, a post's Photo and the emblem are the narrow file alone. A picture that
// is seen large has both in Srcset, and its URL is that of the wide one:
//
//	<img src="{{.URL}}"{{with .Srcset}} srcset="{{.}}" sizes="(max-width: 54rem) 100vw, 54rem"{{end}}>
type Image struct {
	URL    string
	Srcset string // the files with their widths, as in a-480.jpg 480w, a-1200.jpg 1200w; empty where there is one file
	Alt    string
	Width  int
	Height int
}

// Attachment is a file that a page links to.
type Attachment struct {
	Title string // the words of the link
	Name  string // the file's own name
	URL   string
	Type  string // extension in capitals: PDF, DOCX ...
	Size  string // 340 KB, 1.2 MB
}

// Heading is a line of the table of contents of an article.
type Heading struct {
	Level int // 2 or 3
	ID    string
	Title string
}

// Card is a page as lists show it.
type Card struct {
	Kind     string // practice, progress or post
	Title    string
	URL      string
	Date     day.Day
	Summary  string
	Agency   Link
	Branch   Link // empty for a page of the agency itself
	Topics   []Link
	Cover    Image  // its URL is empty where there is none; a post without one has its photograph, with consent
	Brand    string // practice: brand of the branch's work
	Holder   string // post: the holder's name, empty without consent
	Position string // post
	Pledge   string // post
	Stage    string // progress
	Percent  int    // progress: 0 to 100, -1 where it is not given
}

// Pager divides a list into pages. Where Pages is 1 nothing need be shown.
type Pager struct {
	Total int // entries on all pages
	Page  int // this page, from 1
	Pages int
	First string // URLs; empty on the page itself
	Prev  string
	Next  string
	Last  string
	Steps []PagerStep // numbers near this page
}

// PagerStep is one number of a pager.
type PagerStep struct {
	Page    int
	URL     string
	Current bool
}

// Article is the view of article.html: a practice, a progress report, a post, or
// a plain page (Kind is page).
type Article struct {
	Frame       *Frame
	Crumbs      []Crumb
	Kind        string // practice, progress, post or page
	Title       string
	Summary     string // the author's own; may be empty
	Description string // the summary, or the beginning of the text; plain text for meta description
	Date        day.Day
	Updated     day.Day
	Source      string // 来源
	Author      string // 作者
	Editor      string // 责任编辑
	Topics      []Link
	Agency      Link
	Branch      Link
	Cover       Image
	Body        template.HTML // the text, made from Markdown
	TOC         []Heading     // headings of levels 2 and 3, where there are at least three
	Attachments []Attachment
	Practice    *Practice // for Kind practice
	Progress    *Progress // for Kind progress
	Post        *Post     // for Kind post
	Prev        Link      // the page before (newer) in the same branch or agency
	Next        Link      // the page after (older)
	Related     []Link    // earlier pages of the same themes
	Address     string    // absolute URL of the page, for print; empty where base_url is not set
	Held        string    // in preview only: draft, future or expired; empty on every published page
}

// Practice has the facts of a distinctive practice (特色做法).
type Practice struct {
	Brand      string
	Effort     string // what it takes to do the same
	Contact    string
	CopiesFrom string // the template that it was adapted from
}

// Progress has the facts of a progress report (模范机关创建进展).
type Progress struct {
	Stage   string
	Percent int // 0 to 100, -1 where it is not given
	Due     day.Day
	Stages  []StageStep
	Items   []Item
	Next    Item // what is due next: the first open item whose day had not passed when the report was made; its Due is no day where there is none
}

// StageStep is one stage of the site's list of stages.
type StageStep struct {
	Name    string
	Reached bool    // this stage or a later one is the current one
	Current bool    // it is worked at; false for the last stage once that is done
	Date    day.Day // when it was entered, or for the last stage when the agency was named; no day where that is not known
}

// Item is one line of a progress report's list of tasks.
type Item struct {
	Name string
	Done bool
	Late bool // it was open, and past its day, when the report was made
	Due  day.Day
}

// Post has the facts of a pioneer post (党员先锋岗). Holder and Photo are empty
// where the holder's consent is not given.
type Post struct {
	Holder   string
	Position string
	Pledge   string
	Duties   []string
	Photo    Image
}

// Home is the view of home.html.
type Home struct {
	Frame     *Frame
	Title     string
	Body      template.HTML // the words of content/_index.md
	Counts    Counts
	Stages    []StageCount
	Staged    int     // agencies that have a stage: the sum of Stages
	Practices []*Card // the newest
	Progress  []*Card
	Posts     []*Card // those of the newest month that has any
	Month     day.Day // the first day of that month
	Earlier   []*Card // posts of the months before
	Topics    []TopicLine
	Agencies  []AgencyLine
}

// Counts are the county's totals.
type Counts struct {
	Agencies, Branches, FiveStars, Practices, Progress, Posts int
}

// StageCount says how many agencies stand at a stage.
type StageCount struct {
	Name   string
	Count  int
	Before int // how many stand at the stages before it: where its part of a stacked bar begins
}

// AgencyLine is an agency as lists show it.
type AgencyLine struct {
	Title    string
	Short    string // short form, or the title where there is none
	URL      string
	Letter   string // first letter of its pinyin, A to Z, or #
	Stage    string // current stage of model-agency work; may be empty
	Branches int
	Pages    int
}

// Agencies is the view of agencies.html.
type Agencies struct {
	Frame   *Frame
	Crumbs  []Crumb
	Groups  []AgencyGroup // in protocol order
	Letters []AgencyGroup // the same agencies by the letter of their pinyin
	Total   int
}

// AgencyGroup is a named group of agencies: a group of the protocol order, whose
// name may be empty, or a letter.
type AgencyGroup struct {
	Name     string
	Agencies []AgencyLine
}

// Agency is the view of agency.html.
type Agency struct {
	Frame    *Frame
	Crumbs   []Crumb
	Title    string
	Short    string
	Group    string
	Summary  string
	Body     template.HTML
	Stage    string
	Stages   []StageStep // empty where the agency gives no stage
	Since    day.Day     // when it entered the stage
	Named    day.Day     // when it was named a model agency
	Percent  int         // of its latest progress report, -1 where there is none
	Next     Item        // what is due next by that report; its Due is no day where there is nothing
	Latest   Link        // that report
	Date     day.Day     // the day of that report
	Branches []BranchLine
	Cards    []*Card
	Pager    Pager
}

// BranchLine is a branch as lists show it.
type BranchLine struct {
	Agency  Link
	Title   string
	URL     string
	Stars   int     // 0 to 5; 0 where it is not rated
	RatedOn day.Day // the day of the rating
	Brand   string
	Pages   int
}

// Branch is the view of branch.html.
type Branch struct {
	Frame     *Frame
	Crumbs    []Crumb
	Agency    Link
	Title     string
	Summary   string
	Body      template.HTML
	Stars     int
	RatedOn   day.Day
	Brand     string
	Motto     string
	Secretary string
	Members   int
	Founded   day.Day
	Cards     []*Card
	Pager     Pager
}

// List is the view of practices.html, posts.html, topic.html and year.html.
type List struct {
	Frame   *Frame
	Crumbs  []Crumb
	Title   string // of a theme or a year; empty on practices and posts, which the string file names
	Summary string
	Cards   []*Card
	Pager   Pager
	Filters []Filter // posts only: the whole wall, then the agencies that have posts, in protocol order
	Desk    string   // posts of one agency only: URL of its desk cards, to be printed
	Plates  string   // and of its door plates
}

// Filter is a part of the wall of posts: all of it, or an agency's.
type Filter struct {
	Title   string // the agency's short form; empty for the whole wall
	URL     string
	Current bool
}

// Sheet is the view of cards.html and plates.html: the posts of an agency, to be
// printed as desk cards and as door plates.
type Sheet struct {
	Frame  *Frame
	Crumbs []Crumb
	Agency Link
	Wall   string // URL of the agency's part of the wall
	Other  string // URL of the plates on cards.html, of the cards on plates.html
	Posts  []*Card
}

// Board is the view of progress.html: every agency that has a stage, against the
// stages. The rows stand on the first page; the cards are paged.
type Board struct {
	Frame  *Frame
	Crumbs []Crumb
	Stages []StageCount
	Staged int // agencies that have a stage: the sum of Stages
	Rows   []BoardRow
	Cards  []*Card
	Pager  Pager
}

// BoardRow is an agency's line on the board.
type BoardRow struct {
	Agency  Link
	Stage   string
	Stages  []StageStep
	Since   day.Day
	Named   day.Day
	Percent int     // of its latest report, -1 where there is none
	Due     day.Day // of its latest report
	Next    Item    // what is due next by it
	Latest  Link    // its latest report
	Date    day.Day // the day of that report
}

// Topics is the view of themes.html.
type Topics struct {
	Frame  *Frame
	Crumbs []Crumb
	Topics []TopicLine
}

// TopicLine is a theme with the number of its pages.
type TopicLine struct {
	Title   string
	URL     string // empty where it has no page yet
	Summary string
	Count   int
}

// Matrix is the view of matrix.html: agencies x themes.
type Matrix struct {
	Frame  *Frame
	Crumbs []Crumb
	Topics []TopicLine
	Rows   []MatrixRow
	Spread []int // per theme, how many agencies have a page of it
}

// MatrixRow has one agency's number of pages per theme, in the order of
// Matrix.Topics.
type MatrixRow struct {
	Agency Link
	Counts []int
	Total  int
	Most   []string // the themes it has most pages of, where it has more than one of them
	Blank  []string // the themes it has no page of
}

// Search is the view of search.html. What is found comes of the files in search/,
// which the theme's assets/search.js reads.
type Search struct {
	Frame  *Frame
	Crumbs []Crumb
}

// Stars is the view of stars.html.
type Stars struct {
	Frame  *Frame
	Crumbs []Crumb
	Groups []StarGroup // five stars first
	Total  int         // rated branches
}

// StarGroup has the branches of one number of stars.
type StarGroup struct {
	Stars    int
	Branches []BranchLine
}

// Archive is the view of archive.html.
type Archive struct {
	Frame  *Frame
	Crumbs []Crumb
	Years  []Year
}

// Year is a year with the number of its pages.
type Year struct {
	Year  int // 0 for pages without a date
	URL   string
	Count int
}

// Section is the view of section.html: the index of a folder of plain pages.
type Section struct {
	Frame   *Frame
	Crumbs  []Crumb
	Title   string
	Summary string
	Body    template.HTML
	Pages   []SectionLine
}

// SectionLine is a plain page as its index shows it.
type SectionLine struct {
	Title   string
	URL     string
	Summary string
}

// Alias is the view of alias.html: a page at an old address that leads to the
// new one.
type Alias struct {
	Frame *Frame
	Title string
	URL   string
}

// NotFound is the view of 404.html. The server shows it at any depth, so it can
// use no relative link. Home is absolute, and empty where base_url is not set.
type NotFound struct {
	Lang   string
	Title  string
	Home   string
	Colors []Color // those that the site sets, for a style of its own: no style sheet can be linked to
}

// Color is a colour that site.toml sets in place of the theme's.
type Color struct {
	Name  string // red, deep, paper, text, muted, border or gold
	Value string // # and six digits
}

// Feed is the Atom feed, feed.xml. It is no template's: its form is fixed.
type Feed struct {
	ID      string // a tag URI
	Title   string
	Owner   string
	URL     string // of the home page, absolute where base_url is set
	Updated string // RFC 3339
	Entries []FeedEntry
}

// FeedEntry is a page in the feed.
type FeedEntry struct {
	ID      string
	Title   string
	URL     string
	Updated string
	Author  string
	Summary string
}

// Sitemap is sitemap.xml, or one of its parts where the site is large. It is no
// template's: its form is fixed.
type Sitemap struct {
	Parts []string // absolute URLs of the parts; then Pages is empty
	Pages []SitemapPage
}

// SitemapPage is one page in the sitemap.
type SitemapPage struct {
	URL     string // absolute
	Updated string // yyyy-mm-dd, or empty
}
