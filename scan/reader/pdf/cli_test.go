package pdf
import ("testing";"os";"fmt";"io";"context";"time";"bytes")
type cliH struct{ quiet bool }
func (c cliH) Text(p int, t []byte) error { if !c.quiet {fmt.Printf("--- page %d\n%s", p, t)}; return nil }
func (c cliH) Attachment(n string, r io.Reader) error { b,err := io.ReadAll(r); fmt.Printf("--- file %q %d %v\n", n, len(b), err); return nil }
func TestCLI(t *testing.T) {
	p := os.Getenv("PDF"); if p == "" { t.Skip() }
	b, err := os.ReadFile(p); if err != nil { t.Fatal(err) }
	s := time.Now()
	info, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, cliH{os.Getenv("Q")!=""})
	fmt.Println(info, err, time.Since(s))
}
