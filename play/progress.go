package play

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// progress tells how far the stories are: one line that is written over on a terminal, a line for each story elsewhere.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	live     bool
	stories  int
	steps    int
	ended    int
	played   int
	failures int
}

func newProgress(out io.Writer, stories []Story) *progress {
	p := &progress{out: out, live: terminal(out), stories: len(stories)}
	for _, s := range stories {
		p.steps += len(s.Steps)
	}
	return p
}

// terminal says whether somebody looks at the output as it is written.
func terminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// Played moves the line on.
func (p *progress) Played(story Story, steps int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.played += steps
	p.line(story.Name)
}

// Ended counts a story.
func (p *progress) Ended(result Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended++
	if result.Verdict == Failed {
		p.failures++
	}
	if p.live {
		p.line(result.Name)
		return
	}
	p.say("%d/%d %s %s\n", p.ended, p.stories, result.Verdict, result.Name)
}

// line writes the line anew. What a longer one has left behind it is cleared.
func (p *progress) line(name string) {
	if !p.live {
		return
	}
	failures := ""
	if p.failures > 0 {
		failures = fmt.Sprintf(", %d failed", p.failures)
	}
	p.say("\r%d/%d files, %d/%d steps%s  %.40s\x1b[K", p.ended, p.stories, p.played, p.steps, failures, name)
}

// close clears the line, so that what follows begins at the left.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		p.say("\r\x1b[K")
	}
}

// say writes. A progress that nobody can see is no reason to stop.
func (p *progress) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format, args...)
}
