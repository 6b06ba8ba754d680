package largepages

import "testing"

func TestFreeIn(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"Node 0, zone", 0},
		{"Node 0, zone      DMA      9      9      9      9      9      9      9      9      9      1      3 \n" +
			"Node 0, zone   Normal  12742  23953  20531  18020  21135   8955   2958    882    341    308   1183 \n", 1 + 2*3 + 308 + 2*1183},
		{"Node 0, zone DMA 9 9 9 9 9 9 9 9 9\nNode 0, zone DMA 9 9 9 9 9 9 9 9 9 2", 0}, // cut off before the last number ends
		{"Node 0, zone DMA 9 9 9 9 9 9 9 9 9 2\n", 2},
	} {
		if got := freeIn([]byte(c.text)); got != c.want {
			t.Errorf("%q: %d, want %d", c.text, got, c.want)
		}
	}
}
