package report

import "branchlight/cmd/branchlight/internal/diag"

// JSON gives a report as values to be written as JSON, in one language: per table
// its head and its rows, a row as a list of cells.
func (r *Report) JSON(l diag.Lang) any {
	type cell struct {
		Text   string `json:"text"`
		Number *int   `json:"number,omitempty"`
		State  string `json:"state,omitempty"`
		File   string `json:"file,omitempty"`
		Line   int    `json:"line,omitempty"`
	}
	type table struct {
		ID    string   `json:"id"`
		Title string   `json:"title"`
		Head  []string `json:"head"`
		Rows  [][]cell `json:"rows"`
	}
	type figure struct {
		Name  string `json:"name"`
		Value int    `json:"value"`
	}
	out := struct {
		Title   string   `json:"title"`
		Day     string   `json:"day"`
		Month   string   `json:"month"`
		Figures []figure `json:"figures"`
		Tables  []table  `json:"tables"`
	}{Title: r.Title, Day: r.Day.String(), Month: r.Month.String(), Figures: []figure{}, Tables: []table{}}
	for _, f := range r.Figures {
		out.Figures = append(out.Figures, figure{f.Name.In(l), f.Value})
	}
	for _, s := range r.Sections {
		for _, t := range s.Tables {
			j := table{ID: t.ID, Title: t.Title.In(l), Rows: [][]cell{}}
			for _, h := range t.Head {
				j.Head = append(j.Head, h.In(l))
			}
			for _, row := range t.Rows {
				cells := make([]cell, len(row))
				for i := range row {
					c := &row[i]
					cells[i] = cell{Text: c.Text.In(l), State: c.State.String(), File: c.File, Line: c.Line}
					if c.IsNumber {
						cells[i].Number = &c.Number
					}
				}
				j.Rows = append(j.Rows, cells)
			}
			out.Tables = append(out.Tables, j)
		}
	}
	return out
}
