package image

import "branchlight/cmd/branchlight/internal/codec"

// Code writes or reads what is known of a picture.
func (i *Info) Code(c *codec.Coder) {
	codec.Int(c, &i.Width)
	codec.Int(c, &i.Height)
	codec.String(c, &i.Format)
	codec.String(c, &i.As)
}
