package front

import "branchlight/cmd/branchlight/internal/codec"

// Code writes or reads a Matter.
func (m *Matter) Code(c *codec.Coder) {
	codec.String(c, &m.File)
	codec.Int(c, &m.Body)
	for _, s := range []*string{
		&m.Title, &m.Summary, &m.Author, &m.Source, &m.Editor, &m.Slug, &m.Kind, &m.Cover, &m.CoverAlt, &m.Brand,
		&m.CopiesFrom, &m.Effort, &m.Contact, &m.Stage, &m.Holder, &m.Position, &m.Pledge, &m.Photo, &m.PhotoAlt,
		&m.Short, &m.Group, &m.Motto, &m.Secretary,
	} {
		codec.String(c, s)
	}
	codec.Int(c, &m.Date)
	codec.Int(c, &m.Updated)
	codec.Int(c, &m.Expires)
	codec.Int(c, &m.Due)
	codec.Int(c, &m.Since)
	codec.Int(c, &m.Named)
	codec.Int(c, &m.RatedOn)
	codec.Int(c, &m.Founded)
	c.Strings(&m.Themes)
	c.Strings(&m.Aliases)
	c.Strings(&m.Duties)
	c.Bool(&m.Draft)
	c.Bool(&m.Consent)
	c.Bool(&m.HasOrder)
	c.Bool(&m.Opaque)
	codec.Int(c, &m.Order)
	codec.Int(c, &m.Percent)
	codec.Int(c, &m.Stars)
	codec.Int(c, &m.Members)
	codec.List(c, &m.Items, func(it *Item) { it.code(c) })
	codec.List(c, &m.Reviews, func(r *Review) { r.code(c) })
	codec.List(c, &m.Places, func(p *Place) { p.code(c) })
}

func (it *Item) code(c *codec.Coder) {
	codec.String(c, &it.Name)
	c.Bool(&it.Done)
	codec.Int(c, &it.Due)
}

func (r *Review) code(c *codec.Coder) {
	codec.String(c, &r.Role)
	codec.String(c, &r.Name)
	codec.Int(c, &r.Date)
	codec.String(c, &r.Digest)
	codec.Int(c, &r.Line)
}

func (p *Place) code(c *codec.Coder) {
	codec.Int(c, &p.Key)
	if int(p.Key) >= len(Keys) {
		c.Spoil()
		p.Key = 0
	}
	codec.Int(c, &p.Line)
	codec.Int(c, &p.Col)
}
