// Package image looks at pictures before they are published.
//
// Inspect reads a picture's header: what it is, how large, whether it is whole,
// and, for SVG, whether it holds anything that could run or fetch. Clean takes
// out what cameras and programs write into pictures: places, times, names,
// serial numbers, previews. Resize makes a picture anew in the sizes that pages
// show. All work on bytes and touch no files. Inspect and Clean never decode
// pixels, so that they use no more memory than a picture's own size; what Resize
// may use is bounded (limit.go), and what would need more is found by Inspect.
//
// # Formats
//
// JPEG, PNG, GIF, WebP, BMP and SVG are accepted, told by their bytes and not by
// their names. HEIC, AVIF and TIFF are named and refused, since browsers of
// offices do not show them.
//
// # What Clean keeps
//
//	JPEG  all that decoding needs, JFIF without its preview, the Adobe marker, the
//	      colour profile, and, where it is not 1, the orientation, in an Exif block
//	      with this one entry
//	PNG   the chunks of the specification that change what is seen, and animation
//	GIF   frames and the loop count
//	WebP  frames, transparency and the colour profile
//
// Everything else goes: Exif, XMP, IPTC, comments, text, time, previews, maker
// notes, and whatever follows the end of the picture. Pixels stay as they are,
// bit by bit, and the same bytes give the same result.
//
// # What Resize makes
//
// JPEG of photographs, that is of JPEG, and of WebP that is coded with losses and
// has no transparency; PNG of all else that stands still. Pixels are turned by the
// orientation, and nothing of the old file is left but pixels and the profile of
// their colours. SVG, and GIF, PNG and WebP that move, are published as Clean
// leaves them.
package image

import (
	"fmt"
	"path"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// MaxPixels is how many pixels a picture may have.
const MaxPixels = 100_000_000

// Info is what the header of a picture says.
type Info struct {
	Width, Height int    // pixels as shown, after rotation; 0 if unknown
	Format        string // jpeg, png, gif, webp, bmp or svg; "" if unknown
	As            string // jpeg or png: what Resize makes of it; "" if it is published as it is
}

// Rules of this package's findings.
var Rules = []*diag.Rule{ruleEmpty, ruleUnknown, ruleHEIC, ruleType, ruleCut, ruleBroken, rulePixels, ruleActive, ruleExternal, ruleSVG}

var (
	ruleEmpty = &diag.Rule{
		ID: "image-empty", Severity: diag.Error,
		Doc:     diag.Textf("图片文件是空的。请重新复制。", "A picture has no bytes. Copy it again."),
		Example: "a photo.jpg of 0 bytes",
	}
	ruleUnknown = &diag.Rule{
		ID: "image-unknown", Severity: diag.Error,
		Doc:     diag.Textf("这不是网页能显示的图片。请另存为 JPG 或 PNG。", "A file is no picture that browsers show. Save it as JPG or PNG."),
		Example: "a Word document named photo.jpg",
	}
	ruleHEIC = &diag.Rule{
		ID: "image-heic", Severity: diag.Error,
		Doc:     diag.Textf("手机拍的 HEIC 照片，办公电脑的浏览器打不开。请在手机设置里选“兼容性最佳”，或另存为 JPG。", "A HEIC photograph, which browsers do not show. Choose “Most Compatible” in the phone's settings, or save it as JPG."),
		Example: "IMG_0001.HEIC",
	}
	ruleType = &diag.Rule{
		ID: "image-type", Severity: diag.Warning,
		Doc:     diag.Textf("图片的扩展名和内容不符。请改成正确的扩展名。", "The extension of a picture does not fit its contents. Give it the right one."),
		Example: "a PNG named photo.jpg",
	}
	ruleCut = &diag.Rule{
		ID: "image-cut", Severity: diag.Error,
		Doc:     diag.Textf("图片不完整，后面缺了一截，多半是复制时中断了。请从原处重新复制。", "A picture ends too early, mostly because copying was interrupted. Copy it again."),
		Example: "half of a photo.jpg",
	}
	ruleBroken = &diag.Rule{
		ID: "image-broken", Severity: diag.Error,
		Doc:     diag.Textf("图片已损坏，打不开。请从原处重新复制，或用画图软件另存一次。", "A picture is damaged. Copy it again, or save it anew in a drawing program."),
		Example: "a photo.jpg whose header is garbled",
	}
	rulePixels = &diag.Rule{
		ID: "image-pixels", Severity: diag.Error,
		Doc:     diag.Textf("图片的像素太多，浏览器会卡死。请缩小后再放进来。", "A picture has too many pixels for a browser. Make it smaller."),
		Example: "a PNG of 50,000 x 50,000 pixels",
	}
	ruleActive = &diag.Rule{
		ID: "svg-active", Severity: diag.Error,
		Doc:     diag.Textf("SVG 图片里有脚本或其他能运行的内容，不能发布。请另存为 PNG，或在绘图软件里导出为“纯 SVG”。", "An SVG picture holds a script or something else that can run. Save it as PNG, or export it as plain SVG."),
		Example: "<svg onload=\"alert(1)\">",
	}
	ruleExternal = &diag.Rule{
		ID: "svg-external", Severity: diag.Error,
		Doc:     diag.Textf("SVG 图片引用了外部文件或网址，不能发布。请把引用的图片嵌入，或另存为 PNG。", "An SVG picture refers to other files or addresses. Embed them, or save it as PNG."),
		Example: "<image href=\"http://example.com/a.png\"/>",
	}
	ruleSVG = &diag.Rule{
		ID: "svg-broken", Severity: diag.Error,
		Doc:     diag.Textf("SVG 图片的内容不合规范，浏览器可能打不开。请在绘图软件里重新导出，或另存为 PNG。", "An SVG picture is not well formed. Export it again, or save it as PNG."),
		Example: "<svg><g></svg>",
	}
)

// formatNames names the formats in messages.
var formatNames = map[string]string{"jpeg": "JPG", "png": "PNG", "gif": "GIF", "webp": "WebP", "bmp": "BMP", "svg": "SVG"}

// extensions says which format an extension promises.
var extensions = map[string]string{
	".jpg": "jpeg", ".jpeg": "jpeg", ".jpe": "jpeg", ".jfif": "jpeg", ".png": "png", ".apng": "png",
	".gif": "gif", ".webp": "webp", ".bmp": "bmp", ".svg": "svg",
}

// Inspect reads the header of a picture. file is its path, for findings and for
// its extension; data is the whole file. Where there is an error finding the
// picture must not be published, and the size may be 0.
func Inspect(file string, data []byte) (Info, []diag.Finding) {
	at := diag.Pos{File: file}
	if len(data) == 0 {
		return Info{}, []diag.Finding{ruleEmpty.At(at,
			diag.Textf("图片文件是空的", "the picture has no bytes"), copyAgain)}
	}
	info := Info{Format: sniff(data)}
	switch info.Format {
	case "":
		return info, []diag.Finding{ruleUnknown.At(at,
			diag.Textf("这个文件不是图片，或者是网页不能显示的格式", "this file is no picture, or of a kind that browsers do not show"),
			diag.Textf("请用画图软件打开，另存为 JPG 或 PNG", "open it in a drawing program and save it as JPG or PNG"))}
	case "heic", "avif":
		return Info{}, []diag.Finding{ruleHEIC.At(at,
			diag.Textf("这是 %s 照片，办公电脑的浏览器打不开", "this is a %s photograph, which office browsers do not show", strings.ToUpper(info.Format)),
			diag.Textf("请在手机设置里选“兼容性最佳”（设置→相机→格式），或把照片另存为 JPG", "choose “Most Compatible” in the phone's settings (Camera, Formats), or save the photograph as JPG"))}
	case "tiff":
		return Info{}, []diag.Finding{ruleUnknown.At(at,
			diag.Textf("这是 TIFF 图片，浏览器打不开", "this is a TIFF picture, which browsers do not show"),
			diag.Textf("请用画图软件打开，另存为 JPG", "open it in a drawing program and save it as JPG"))}
	}
	var fs []diag.Finding
	if want, ext := extensions[strings.ToLower(path.Ext(file))], path.Ext(file); want != info.Format {
		name := formatNames[info.Format]
		fs = append(fs, ruleType.At(at,
			diag.Textf("扩展名是“%s”，内容却是 %s 图片", "the extension is %q, but the picture is a %s", ext, name),
			diag.Textf("请把扩展名改成 .%s", "change the extension to .%s", strings.ToLower(name))))
	}
	if info.Format == "svg" {
		var found []diag.Finding
		info.Width, info.Height, found = checkSVG(file, data)
		return info, append(fs, found...)
	}
	w, h, err := size(data, info.Format)
	if err != nil {
		return info, append(fs, Damaged(file, err))
	}
	info.Width, info.Height = w, h
	if int64(w)*int64(h) > MaxPixels {
		return info, append(fs, rulePixels.At(at,
			diag.Textf("图片有 %d×%d 像素，太大了", "the picture has %d x %d pixels, which is too many", w, h),
			diag.Textf("请用画图软件把宽度改到 4000 像素以内", "make it at most 4000 pixels wide in a drawing program")))
	}
	if !whole(data, info.Format) {
		return info, append(fs, ruleCut.At(at, diag.Textf("图片不完整，后面缺了一截", "the end of the picture is missing"), copyAgain))
	}
	info.As = published(data, info.Format)
	if info.As != "" {
		fs = append(fs, tooMuch(at, data, info)...)
	}
	return info, fs
}

// tooMuch finds what would take too long, or too much memory, to decode.
func tooMuch(at diag.Pos, data []byte, info Info) []diag.Finding {
	if n := memory(data, info.Format); n > maxDecoded {
		return []diag.Finding{rulePixels.At(at,
			diag.Textf("图片有 %d×%d 像素，处理它要 %d MB 内存，太大了", "the picture has %d x %d pixels and takes %d MB to decode, which is too much", info.Width, info.Height, n>>20),
			diag.Textf("请用画图软件把宽度改到 4000 像素以内", "make it at most 4000 pixels wide in a drawing program"))}
	}
	if n := scans(data); info.Format == "jpeg" && n > maxScans {
		return []diag.Finding{Damaged(at.File, fmt.Errorf("%d scans, at most %d", n, maxScans))}
	}
	return nil
}

// Damaged is the finding for a picture that Resize cannot make, with its error.
func Damaged(file string, err error) diag.Finding {
	return ruleBroken.At(diag.Pos{File: file},
		diag.Text{Zh: "图片已损坏，打不开", En: "the picture is damaged (" + err.Error() + ")"}, copyAgain)
}

var copyAgain = diag.Textf("请从相机、手机或原来的文件夹重新复制一次", "copy it again from the camera, phone or folder it came from")
