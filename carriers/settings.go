package carriers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"recourse/domain/protection"
)

// Settings are the carriers that this installation listens to, by name.
type Settings map[string]Carrier

// Carrier is how one carrier is listened to: by what it sends, by asking it, or both.
type Carrier struct {
	Secrets  []string          `yaml:"secrets"`  // of its webhooks, whsec_…; two while one takes the place of the other
	Statuses map[string]string `yaml:"statuses"` // its own words for statuses
	Poll     *Poll             `yaml:"poll"`
}

// Poll is how a carrier is asked about its numbers.
type Poll struct {
	URL     string            `yaml:"url"`     // https, with {tracking}
	Headers map[string]string `yaml:"headers"` // such as Authorization
	Every   time.Duration     `yaml:"every"`   // between two questions about one number; default 6h
	Pause   time.Duration     `yaml:"pause"`   // between two questions to the carrier; default 1s
	Timeout time.Duration     `yaml:"timeout"` // of one question; default 10s
}

// The usual pace of a poll.
const (
	usualEvery   = 6 * time.Hour
	usualPause   = time.Second
	usualTimeout = 10 * time.Second
	leastEvery   = time.Minute
)

// Load reads settings from a YAML file and reports everything that is wrong with them. It never shows a secret.
func Load(path string) (Settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the carriers: %w", err)
	}
	s, err := parseSettings(text)
	if err != nil {
		return nil, fmt.Errorf("read the carriers of %s: %w", path, err)
	}
	return s, nil
}

func parseSettings(text []byte) (Settings, error) {
	given := Settings{}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&given); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	out := Settings{}
	var wrong []error
	for name, c := range given {
		key := plainWord(name)
		if _, twice := out[key]; twice || key == "" {
			wrong = append(wrong, fmt.Errorf("%q: a carrier has a name, and is there once", name))
			continue
		}
		c, err := c.checked()
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
		out[key] = c
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return out, errors.Join(wrong...)
}

// checked fills in what was left out, and refuses what cannot be.
func (c Carrier) checked() (Carrier, error) {
	var wrong []error
	if len(c.Secrets) == 0 && c.Poll == nil {
		wrong = append(wrong, errors.New("it neither sends (secrets) nor is asked (poll)"))
	}
	for _, secret := range c.Secrets {
		if _, err := opened(secret); err != nil {
			wrong = append(wrong, err)
		}
	}
	own := make(map[string]string, len(c.Statuses))
	for word, meaning := range c.Statuses {
		if !slices.Contains(protection.TrackStatuses, meaning) {
			wrong = append(wrong, fmt.Errorf("statuses: %q is none of %s", meaning, strings.Join(protection.TrackStatuses, ", ")))
		}
		own[plainWord(word)] = meaning
	}
	c.Statuses = own
	if c.Poll != nil {
		p, err := c.Poll.checked()
		if err != nil {
			wrong = append(wrong, fmt.Errorf("poll: %w", err))
		}
		c.Poll = &p
	}
	return c, errors.Join(wrong...)
}

func (p Poll) checked() (Poll, error) {
	for _, f := range []struct {
		own   *time.Duration
		usual time.Duration
	}{{&p.Every, usualEvery}, {&p.Pause, usualPause}, {&p.Timeout, usualTimeout}} {
		if *f.own == 0 {
			*f.own = f.usual
		}
	}
	if p.Every < leastEvery || p.Pause < 0 || p.Timeout < 0 {
		return p, fmt.Errorf("every is %s at least, and no length is below zero", leastEvery)
	}
	for name, value := range p.Headers {
		if http.CanonicalHeaderKey(name) == "Host" || strings.ContainsAny(name+value, "\r\n\x00") {
			return p, errors.New("a header is one line, and none says another host")
		}
	}
	_, err := p.address("RB123456785US", false)
	return p, err
}

// Webhooks are the carriers of the settings that send.
func (s Settings) Webhooks() (*Webhooks, error) {
	w := &Webhooks{senders: map[string]sender{}}
	for name, c := range s {
		if len(c.Secrets) == 0 {
			continue
		}
		from := sender{statuses: c.Statuses}
		for _, secret := range c.Secrets {
			hook, err := opened(secret)
			if err != nil {
				return nil, fmt.Errorf("open a secret of %s: %w", name, err)
			}
			from.secrets = append(from.secrets, hook)
		}
		w.senders[name] = from
	}
	return w, nil
}
