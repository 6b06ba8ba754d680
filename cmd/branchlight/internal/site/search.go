package site

// Holder gives the name of the holder of a post, if there is consent to show it.
func (p *Page) Holder() string { return p.holder() }

// Pinyin gives the syllables of a name, read as the site reads names.
func (s *Site) Pinyin(name string) []string { return s.namer.Pinyin(name) }
