package mark
import ("testing";"time";"math/rand";"reflect";"strings";"branchlight/cmd/branchlight/internal/diag")
func TestZZ(t *testing.T){ p:=New(); toks:=strings.Split("*|**|_|~~|[|]|(|)|![|`|``|```|\n|\n\n|\n    |\n- |\n1. |\n> |\n# |\n##|＃|　　|字|三会一课|，|。|“|”|（|）|a|b c| |<b>|<!--|-->|<br>|</p>|&amp;|&#x202e;|\\|\\\n|  \n|https://a.cn|www.b.cn|:::|:::提示|：：：|{#x}|\n---\n|\n===\n|||-|-||\n| a | b |\n|-|-|\n|｜|｜-｜-｜|[^1]|[^1]: |[a]: b|\"|'|\n: |\u200b|\x00|\t|1、|（一）|·|－|<script>|javascript:|data:|%|#字|[x](#字)|![y](a.jpg \"t\")|<https://x>|é|𠮷|🈯|- [ ] |~|\n  |\r\n","|")
 toks=append(toks,"|","| a |\n|-|-|\n")
 end:=time.Now().Add(40*time.Second); r:=rand.New(rand.NewSource(time.Now().UnixNano())); n:=0
 for time.Now().Before(end) && !t.Failed() { n++; var b strings.Builder; for range 1+r.Intn(40) { b.WriteString(toks[r.Intn(len(toks))]) }
  body:=b.String(); src:=diag.NewSource("p.md",[]byte(body)); s:=time.Now(); d:=p.Parse(src,0); if e:=time.Since(s); e>50*time.Millisecond {t.Logf("slow %v %q",e,body)}
  if !reflect.DeepEqual(d,p.Parse(src,0)) {t.Errorf("twice %q",body)}
  checkHTML(t,d)
  for _,f:=range d.Findings { if f.Rule==ruleFailed.ID||f.Rule==ruleComplex.ID {t.Errorf("%v",f)}}
  for _, b := range d.Blocks { if b.Pos.Line < 1 || b.Pos.Col > len([]rune(src.Line(b.Pos.Line)))+1 {t.Errorf("block at %v", b.Pos)}}
  if t.Failed() {t.Logf("%q",body)}
 }
 t.Log(n)}
