package check

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/signoff"
	"branchlight/cmd/branchlight/internal/site"
)

var (
	ruleReviewVoid = &diag.Rule{
		ID: "review-void", Severity: diag.Warning, Class: diag.Audit,
		Doc: diag.Text{
			Zh: "审签以后，稿件或它的附件又改过，这次审签就不算数了，要重新审签。空白、编码和换行的改动不算，加别的审签也不算。site.toml 的 [review] required 里有这个审次时，是错误。",
			En: "A sign-off is void when the page or a file it links to was changed afterwards, and the page is signed again. Blanks, encodings and other sign-offs do not count. It is an error where [review] required of site.toml has the role.",
		},
		Example: "[[review]]\nrole = \"终审\"\n# digest 与现在的内容不符",
	}
	ruleReviewMissing = &diag.Rule{
		ID: "review-missing", Severity: diag.Error, Class: diag.Audit,
		Doc: diag.Text{
			Zh: "site.toml 的 [review] required 里的审次，每篇稿件都要签过才能发布：branchlight sign 文件 --role 终审 --name 姓名。",
			En: "Every practice, progress report and post has the sign-offs that [review] required of site.toml lists before it is published: branchlight sign FILE --role ROLE --name NAME.",
		},
		Example: "[review]\nrequired = [\"终审\"]",
	}
	ruleReviewRole = &diag.Rule{
		ID: "review-role", Severity: diag.Warning, Class: diag.Audit,
		Doc: diag.Text{
			Zh: "[[review]] 的 role 要是 site.toml 的 [review] roles 里的一种（不写则为初审、复审、终审），而且每种只签一次。",
			En: "The role of a [[review]] is one of [review] roles in site.toml (初审, 复审, 终审 where they are not set), and each stands once.",
		},
		Example: "[[review]]\nrole = \"中审\"",
	}
)

// signoffRules are the rules of this file.
var signoffRules = []*diag.Rule{ruleReviewVoid, ruleReviewMissing, ruleReviewRole}

// signed notes what a page says that has sign-offs.
func signed(t *Text, n *Noted) {
	if len(t.Matter.Reviews) > 0 {
		sum := signoff.Text(t.Source, t.Matter)
		n.Signed = string(sum[:])
	}
}

// signoffs looks at the sign-offs of every page.
func signoffs(a *Audited) []diag.Finding {
	var list []diag.Finding
	s := &signedSite{Audited: a}
	for i, p := range a.Pages {
		list = append(list, s.page(p, a.Noted[i])...)
	}
	return list
}

// signedSite looks at sign-offs.
type signedSite struct {
	*Audited
	files map[string]*site.Attachment // by source path, folded; made when it is first needed
}

func (s *signedSite) page(p *site.Page, n *Noted) []diag.Finding {
	var list []diag.Finding
	settings := &s.Config.Review
	digest := ""
	if n.Signed != "" {
		digest = s.digest(p, n)
	}
	m := p.Matter
	at := func(r front.Review) diag.Pos { return diag.Pos{File: p.Path, Line: r.Line} }
	for i, r := range m.Reviews {
		if r.Role == "" {
			continue // reported where it is read
		}
		if !slices.Contains(settings.Roles, r.Role) {
			list = append(list, ruleReviewRole.At(at(r),
				diag.Textf("没有“%s”这种审次", "there is no role %q", r.Role),
				diag.Textf("可以写的审次有：%s（site.toml 的 [review] roles）", "the roles are: %s ([review] roles of site.toml)", strings.Join(settings.Roles, " "))))
			continue
		}
		if slices.ContainsFunc(m.Reviews[:i], func(q front.Review) bool { return q.Role == r.Role }) {
			list = append(list, ruleReviewRole.At(at(r),
				diag.Textf("“%s”签了不止一次", "the role %q stands more than once", r.Role),
				diag.Textf("删去不算数的一段 [[review]]", "delete the [[review]] that does not count")))
		}
		if signoff.Of(r, digest) == signoff.Valid {
			continue
		}
		f := ruleReviewVoid.At(at(r),
			diag.Textf("%s（%s，%s）以后内容又改过，这次审签已失效", "%s (%s, %s) is void: the page was changed afterwards", r.Role, r.Name, r.Date), resign(p, r.Role))
		if r.Digest == "" {
			f.Message = diag.Textf("%s（%s，%s）没有摘要值，看不出签的是什么内容", "%s (%s, %s) has no digest, and does not say what was signed", r.Role, r.Name, r.Date)
		}
		if state, _ := signoff.In(m, r.Role, digest); state != signoff.Valid && s.required(p, r.Role) {
			f.Severity = diag.Error
		}
		list = append(list, f)
	}
	for _, role := range settings.Required {
		if s.required(p, role) && !slices.ContainsFunc(m.Reviews, func(r front.Review) bool { return r.Role == role }) {
			list = append(list, ruleReviewMissing.At(diag.Pos{File: p.Path, Line: 1},
				diag.Textf("还没有%s，不能发布", "%s is missing, so the page cannot be published", role), resign(p, role)))
		}
	}
	return list
}

// required reports whether a page must be signed in a role.
func (s *signedSite) required(p *site.Page, role string) bool {
	switch p.Role {
	case front.Practice, front.Progress, front.Post:
		return slices.Contains(s.Config.Review.Required, role)
	}
	return false
}

func resign(p *site.Page, role string) diag.Text {
	return diag.Textf("请审签人读过现在的内容，再运行 branchlight sign \"%s\" --role %s --name 姓名", "let the reviewer read it as it is now, then run branchlight sign %q --role %s --name NAME", p.Path, role)
}

// digest gives the digest of a page as it is now.
func (s *signedSite) digest(p *site.Page, n *Noted) string {
	var text signoff.Sum
	copy(text[:], n.Signed)
	paths := signoff.Files(p.Matter, p.Doc)
	files := make([]signoff.File, len(paths))
	for i, path := range paths {
		files[i] = signoff.File{Path: path, Sum: s.sum(path)}
	}
	return signoff.Digest(p.Path, text, files)
}

// sum gives the sum of a file's bytes: what the memory has, where the file stands
// as it did, or else by reading it. A file that cannot be read counts as missing,
// and is reported where it is linked to.
func (s *signedSite) sum(path string) signoff.Sum {
	if s.files == nil {
		s.files = make(map[string]*site.Attachment, len(s.Files))
		for _, f := range s.Files {
			s.files[route.Fold(f.Path)] = f
		}
	}
	var sum signoff.Sum
	memo := "signed:" + path
	var key codec.Sum
	f := s.files[route.Fold(path)]
	if f != nil {
		path = f.Path // as the file is named, whatever the page calls it
	}
	if f != nil && f.Sum != (codec.Sum{}) {
		key = s.Memory.salted(f.Sum)
		if n := s.Memory.get(memo, key); n != nil {
			copy(sum[:], n.Signed)
			return sum
		}
	}
	sum, err := SumFile(func() (io.ReadCloser, error) { return s.Open(path) })
	if err == nil && key != (codec.Sum{}) {
		s.Memory.put(memo, remembered{sum: key, noted: &Noted{Signed: string(sum[:])}})
	}
	return sum
}

// SumFile gives the sum of a file for its digest; the zero Sum where there is no
// such file.
func SumFile(open func() (io.ReadCloser, error)) (sum signoff.Sum, err error) {
	f, err := open()
	if errors.Is(err, fs.ErrNotExist) {
		return sum, nil
	}
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	return signoff.Sum(h.Sum(nil)), nil
}

func number(n int) string { return strconv.Itoa(n) }
