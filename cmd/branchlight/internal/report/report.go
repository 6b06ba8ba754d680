// Package report writes what the office reads of a site: papers that are not part
// of it.
//
// Collect takes an assembled site and what its audit found, and gives a Report:
// sections of tables, in words of both languages. HTML, Workbook, CSV and JSON
// write one, and Sheet a paper to sign pages off on. What they write is whole in
// itself, asks no host for anything, and is a function of the report: the same
// site, day and month give the same bytes. A report counts pages of agencies, and
// never says anything of single persons.
//
// Files are written by Write, each whole or not at all, and only beside the
// site's sources and its output (Folder): never into them.
package report

import (
	"cmp"
	"slices"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

// State is what a cell says beside its text: how it is coloured.
type State uint8

// States.
const (
	Plain State = iota
	Have        // as it should be
	Part        // some of it
	Missing
	Stale // too old
	Blank // nothing, and nothing wrong with that
	Late  // past its day
)

var stateNames = [...]string{"", "have", "part", "missing", "stale", "blank", "late"}

// String names a state as classes of the HTML and values of the JSON do.
func (s State) String() string { return stateNames[s] }

// Cell is one cell of a table.
type Cell struct {
	Text   diag.Text
	Number int    // the value, where IsNumber
	File   string // the source path that it is about; empty where there is none
	Line   int    // of its place in the file; 0 for the whole file
	State  State
	Wide   bool // holds sentences

	IsNumber bool
}

func text(s string) Cell          { return Cell{Text: diag.Text{Zh: s, En: s}} }
func words(zh, en string) Cell    { return Cell{Text: diag.Text{Zh: zh, En: en}} }
func number(n int) Cell           { return Cell{Number: n, IsNumber: true, Text: numeral(n)} }
func (c Cell) in(s State) Cell    { c.State = s; return c }
func (c Cell) wide() Cell         { c.Wide = true; return c }
func (c Cell) at(p diag.Pos) Cell { c.File, c.Line = p.File, p.Line; return c }

// count is a number whose 0 is left blank.
func count(n int) Cell {
	if n == 0 {
		return Cell{IsNumber: true, State: Blank, Text: diag.Text{Zh: "0", En: "0"}}
	}
	return number(n)
}

// Table is one table: a head, and rows of as many cells.
type Table struct {
	ID     string // of ASCII letters: the name of its CSV file
	Title  diag.Text
	Note   diag.Text // a sentence under the title; may be empty
	Head   []diag.Text
	Rows   [][]Cell
	Matrix bool // many narrow columns: the head stands upright
	None   diag.Text
}

// Section is a part of the report.
type Section struct {
	ID     string
	Title  diag.Text
	Tables []Table
}

// Report is all that the office reads.
type Report struct {
	Title    string // of the site
	Owner    string
	Day      day.Day
	Month    Month
	Figures  []Figure
	Sections []Section
}

// Figure is a number at the head of the report.
type Figure struct {
	Name  diag.Text
	Value int
	State State
	To    string // the ID of the section that has more of it
}

// Input is what a report is made of.
type Input struct {
	Site   *site.Site
	Copies []check.Copy
	Month  Month // zero: that of the site's day
}

// collector gathers a report.
type collector struct {
	*site.Site
	month  Month
	copies []check.Copy
	rows   []*agency
	report *Report
}

// agency is an agency with what is asked of it again and again.
type agency struct {
	*site.Agency
	pages  map[front.Role][]*site.Page // newest first
	topics []int                       // pages by topic, in the order of the settings
}

// Collect makes the report.
func Collect(in Input) *Report {
	c := &collector{Site: in.Site, month: in.Month, copies: in.Copies}
	if c.month == 0 {
		c.month = MonthOf(c.Day)
	}
	c.report = &Report{Title: c.Config.Title, Owner: c.Config.Owner, Day: c.Day, Month: c.month}
	at := map[*site.Topic]int{}
	for i, t := range c.Topics {
		at[t] = i
	}
	for _, a := range c.Agencies {
		row := &agency{Agency: a, pages: map[front.Role][]*site.Page{}, topics: make([]int, len(c.Topics))}
		for _, p := range a.Pages {
			row.pages[p.Role] = append(row.pages[p.Role], p)
			for _, t := range p.Topics {
				row.topics[at[t]]++
			}
		}
		c.rows = append(c.rows, row)
	}
	c.completeness()
	c.themes()
	c.rare()
	c.freshness()
	c.stages()
	c.nearDuplicates()
	c.submissions()
	c.changes()
	return c.report
}

func (c *collector) section(id, zh, en string, tables ...Table) {
	c.report.Sections = append(c.report.Sections, Section{ID: id, Title: diag.Text{Zh: zh, En: en}, Tables: tables})
}

func (c *collector) figure(zh, en string, value int, s State, to string) {
	if value == 0 && s != Plain {
		s = Have
	}
	c.report.Figures = append(c.report.Figures, Figure{diag.Text{Zh: zh, En: en}, value, s, to})
}

// name is the cell that an agency's row begins with.
func (a *agency) name() Cell {
	cell := text(cmp.Or(a.Short, a.Title))
	cell.File = a.index()
	return cell
}

// index gives the source path of an agency's own page, whether it exists or not.
func (a *agency) index() string { return a.Folder + "/" + site.IndexFile }

// latest gives the newest page of a role, or of all where it is "".
func (a *agency) latest(roles ...front.Role) *site.Page {
	var newest *site.Page
	for role, list := range a.pages {
		if len(roles) > 0 && !slices.Contains(roles, role) {
			continue
		}
		for _, p := range list {
			if newest == nil || lastDay(p) > lastDay(newest) || lastDay(p) == lastDay(newest) && p.Path < newest.Path {
				newest = p
			}
		}
	}
	return newest
}

// lastDay gives the day on which a page was changed last.
func lastDay(p *site.Page) day.Day { return max(p.Matter.Date, p.Matter.Updated) }

// heads makes a head of pairs of words.
func heads(pairs ...string) []diag.Text {
	var list []diag.Text
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, diag.Text{Zh: pairs[i], En: pairs[i+1]})
	}
	return list
}
