package console

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Language is one in which the pages can be read.
type Language struct {
	Tag  string
	Name string // in itself
	Dir  string // in which direction it is written: ltr or rtl
}

// Languages are all. The first has every phrase, and stands in where another lacks one.
var Languages = []Language{{"en", "English", "ltr"}, {"es", "Español", "ltr"}, {"ar", "العربية", "rtl"}}

//go:embed phrases/*.json
var phraseFiles embed.FS

// phrases are all words of the pages, by language.
type phrases struct{ byTag map[string]*words }

// words are the phrases of one language.
type words struct {
	language  Language
	localizer *i18n.Localizer
	tag       language.Tag // with the digits of amounts, dates and lengths: the same 0 to 9 in every language, as phrases have them
	keys      map[string]bool
}

// loadPhrases reads the catalogue: every file phrases/SUBJECT.LANGUAGE.json, whose keys are flat.
func loadPhrases() (*phrases, error) {
	bundle := i18n.NewBundle(language.English)
	files, err := fs.Glob(phraseFiles, "phrases/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the phrases: %w", err)
	}
	keys := map[string]bool{}
	for _, name := range files {
		content, err := phraseFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the phrases: %w", err)
		}
		file, err := bundle.ParseMessageFileBytes(content, name)
		if err != nil {
			return nil, fmt.Errorf("read the phrases of %s: %w", name, err)
		}
		for _, m := range file.Messages {
			if file.Tag == language.English {
				keys[m.ID] = true
			}
		}
	}
	p := &phrases{byTag: map[string]*words{}}
	for _, l := range Languages {
		p.byTag[l.Tag] = &words{language: l, localizer: i18n.NewLocalizer(bundle, l.Tag, "en"), tag: language.MustParse(l.Tag + "-u-nu-latn"), keys: keys}
	}
	return p, nil
}

// in is the language of the tag, or the first.
func (p *phrases) in(tag string) *words {
	if w, known := p.byTag[tag]; known {
		return w
	}
	return p.byTag[Languages[0].Tag]
}

// preferred is the language that a browser asks for, among ours.
func preferred(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Languages[0].Tag
	}
	ours := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		ours[i] = language.MustParse(l.Tag)
	}
	_, index, _ := language.NewMatcher(ours).Match(tags...)
	return Languages[index].Tag
}

func (w *words) has(key string) bool { return w.keys[key] }

// phrase is the phrase under the key, with what the pairs put into it: phrase("orders.many", "Count", 3). Count also chooses
// between one and many. A key that is not there is shown as it is, which a test finds first.
func (w *words) phrase(key string, pairs ...any) string {
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 1 {
		data := map[string]any{}
		for i := 0; i+1 < len(pairs); i += 2 {
			name := fmt.Sprint(pairs[i])
			data[name] = pairs[i+1]
			if name == "Count" {
				config.PluralCount = pairs[i+1]
			}
		}
		config.TemplateData = data
	}
	text, err := w.localizer.Localize(config)
	if err != nil && text == "" {
		return key
	}
	return text
}

// word is a value of the contract in words: word("status", "waiting_seller"). A value that is newer than these pages is
// shown as the contract spells it.
func (w *words) word(group string, value any) string {
	text, _, _ := strings.Cut(fmt.Sprint(value), "/") // a deadline's name goes on with what it is about
	if key := group + "." + text; w.has(key) {
		return w.phrase(key)
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "_", " "), ".", ": ")
}

// becomes is what happens to a case or an order by itself, as a sentence. Where there is none, it is the outcome, the status or the state
// that follows.
func (w *words) becomes(value string) string {
	for _, group := range []string{"becomes", "outcome", "status", "state"} {
		if w.has(group + "." + value) {
			return w.word(group, value)
		}
	}
	return w.word("outcome", value)
}
