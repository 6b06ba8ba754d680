package mark
import ("testing";"branchlight/cmd/branchlight/internal/diag")
func TestZY(t *testing.T){ p:=New(); for range 2 { d:=p.Parse(diag.NewSource("p.md",[]byte("\n  <!--[^1]: &#x202e;%-[a]: b（一）\n-\x00\\\n－www.b.cn b ”[^1]%\n---\n。[^1]: \n")),0); t.Logf("%#v\n%s",d,show(d,true))}}
