package measure

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells how far the measuring is: one line that is written over on a terminal, a line for each part elsewhere.
type progress struct {
	out   io.Writer
	live  bool
	began time.Time
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, began: time.Now()}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.live = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	}
	return p
}

// at says what is being done. That nobody reads it is no reason to stop.
func (p *progress) at(what string) {
	since := time.Since(p.began).Round(time.Second)
	if p.live {
		_, _ = fmt.Fprintf(p.out, "\r%7s  %.70s\x1b[K", since, what)
		return
	}
	_, _ = fmt.Fprintf(p.out, "%s  %s\n", since, what)
}

// close clears the line, so that what follows begins at the left.
func (p *progress) close() {
	if p.live {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
	}
}
