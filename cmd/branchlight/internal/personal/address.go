package personal

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	num  = `[0-9０-９一二三四五六七八九十百零〇]{1,6}`
	word = `[\p{Han}0-9０-９a-zA-Z]`
	// homes are names of places where people live and offices are not.
	homes = `(?:小区|花园|公寓|家园|嘉园|家苑|新苑|花苑|佳苑|名苑|雅苑|新村|宿舍|安置房|家属院|家属楼|公馆|名邸|华庭|御景|豪庭)`
)

var (
	// labeled is what stands behind words that announce a home.
	labeled = lazily(`(?:家庭住址|家庭地址|户籍地址|户籍所在地|户口所在地|现住址|现居住地址|居住地址|常住地址|住址|家住|现居住于|现住)[:：为在于是\s*]{0,4}(` + word + `{2,40}?(?:` + num + `(?:号楼|幢|栋|单元|室|号|户|组|弄)[-－—、\s]?)+` + `(?:` + num + `(?:室|号|户)?)?)`)
	// housed is a flat of a house of flats.
	housed = lazily(word + `{0,24}(?:` + homes + word + `{0,8}?)` + num + `(?:号楼|幢|栋|座|号)[-－—、\s]?(?:` + num + `单元[-－—、\s]?)?` + num + `(?:室|号|户)?`)
	// flat is one of a staircase, wherever it stands.
	flat = lazily(word + `{0,24}` + num + `(?:号楼|幢|栋|座|号)[-－—、\s]?` + num + `单元[-－—、\s]?` + num + `(?:室|号|户)?`)
	// village is a house of a villagers' group.
	village = lazily(word + `{0,16}村(?:民委员会|委会)?` + word + `{0,6}?` + num + `(?:组|社|小组|村民小组|队)[-－—、\s]?` + num + `号`)

	township = lazily(`^.*(?:街道|[镇乡])`)
	exact    = lazily(`[0-9０-９].*$|` + num + `(?:号楼|幢|栋|座|单元|室|号|户|组|社|队|弄).*$`)
)

// lazily gives a pattern that is compiled when it is needed first: most runs of the
// program look at no text.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// pattern is a form of address with words that stand in every one of its kind, so
// that only what lies around them is searched.
type pattern struct {
	anchors []string
	needs   func(window string) bool // tells most windows apart
	re      func() *regexp.Regexp
	group   int // of re: the address
}

var patterns = []pattern{
	{strings.Fields("住址 庭地址 户籍 户口所在地 住地址 家住 现住 居住于"), endsInNumber, labeled, 1},
	{[]string{"单元"}, endsInNumber, flat, 0},
	{strings.Split(strings.Trim(homes, "(?:)"), "|"), endsInNumber, housed, 0},
	{[]string{"村"}, numberedGroup, village, 0},
}

// endsInNumber reports a word that stands behind the number of a house or a flat.
func endsInNumber(w string) bool {
	for _, s := range []string{"号", "室", "户", "幢", "栋", "座", "单元", "组"} {
		if strings.Contains(w, s) {
			return true
		}
	}
	return false
}

// numberedGroup reports the number of a villagers' group.
func numberedGroup(w string) bool {
	for _, g := range []string{"组", "社", "队"} {
		for from := 0; ; {
			n := strings.Index(w[from:], g)
			if n < 0 {
				break
			}
			head := strings.TrimSuffix(strings.TrimSuffix(w[:from+n], "小"), "村民")
			if r, _ := utf8.DecodeLastRuneInString(head); strings.ContainsRune("0123456789０１２３４５６７８９一二三四五六七八九十", r) {
				return true
			}
			from += n + len(g)
		}
	}
	return false
}

// anchor is a word that a pattern is looked for around.
type anchor struct {
	word string
	*pattern
}

// anchors has the anchors by the last two bytes of their first character; starts
// tells which of those there are.
var (
	anchors = map[uint16][]anchor{}
	starts  [1 << 16 / 64]uint64
)

func init() {
	for i := range patterns {
		for _, word := range patterns[i].anchors {
			key := uint16(word[1])<<8 | uint16(word[2])
			anchors[key] = append(anchors[key], anchor{word, &patterns[i]})
			starts[key/64] |= 1 << (key % 64)
		}
	}
}

// addresses finds home addresses that are finer than a township. An address that
// people only work at is no personal data: it has neither stairs nor villagers'
// groups, and no word before it says that someone lives there.
func addresses(text string) (list []Place) {
	windows := 0
	for i := 0; i+2 < len(text) && windows < maxWindows; i++ {
		if text[i] < 0xE4 || text[i] > 0xE9 {
			continue
		}
		key := uint16(text[i+1])<<8 | uint16(text[i+2])
		if starts[key/64]&(1<<(key%64)) != 0 {
			for _, a := range anchors[key] {
				if strings.HasPrefix(text[i:], a.word) {
					windows++
					list = a.around(list, text, i)
				}
			}
		}
		i += 2
	}
	return list
}

// maxWindows bounds the words of one text around which addresses are looked for. A
// page has a dozen.
const maxWindows = 5000

// around adds the addresses around an anchor.
func (a *anchor) around(list []Place, text string, at int) []Place {
	const before, after = 90, 180 // bytes of a window
	left, right := max(0, at-before), min(len(text), at+after)
	for left > 0 && !utf8.RuneStart(text[left]) {
		left--
	}
	for right < len(text) && !utf8.RuneStart(text[right]) {
		right++
	}
	if n := strings.LastIndexByte(text[left:at], '\n'); n >= 0 {
		left += n + 1
	}
	if n := strings.IndexByte(text[at:right], '\n'); n >= 0 {
		right = at + n
	}
	if !a.needs(text[at:right]) {
		return list
	}
	for _, m := range a.re().FindAllStringSubmatchIndex(text[left:right], -1) {
		list = addAddress(list, text, left+m[2*a.group], left+m[2*a.group+1])
	}
	return list
}

func addAddress(list []Place, text string, at, end int) []Place {
	for _, p := range list[max(0, len(list)-8):] { // anchors come in order
		if at < p.End && end > p.At {
			return list
		}
	}
	return append(list, Place{Kind: Address, At: at, End: end, Masked: maskAddress(text[at:end])})
}

// hidden stands for the part of an address that is left out: stars would begin
// emphasis in Markdown.
const hidden = "×××"

// maskAddress keeps an address as far as its township; where it names none, all
// but the numbers.
func maskAddress(s string) string {
	if head := township().FindString(s); head != "" && head != s {
		return head + hidden
	}
	return exact().ReplaceAllString(s, "") + hidden
}
