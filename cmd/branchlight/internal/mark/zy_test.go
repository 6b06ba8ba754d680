package mark
import ("testing";"branchlight/cmd/branchlight/internal/diag";"github.com/yuin/goldmark/text";"github.com/yuin/goldmark/parser")
func TestZY(t *testing.T){ p:=newParser(); w:=newWorker()
 w.begin(diag.NewSource("p.md",[]byte("- \u3000\u3000\n  a\n===\n")),0)
 root:=p.Parse(&reader{text.NewReader(w.body),&w.ctx},parser.WithContext(&w.ctx)); root.Dump(w.body,0); w.outline(); w.children(root)}
