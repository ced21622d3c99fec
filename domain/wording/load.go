package wording

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// sharedFile holds what all languages share: hosts, names of services, signs.
const sharedFile = "shared.yaml"

//go:embed data/*.yaml
var data embed.FS

// Default returns the scanner of the data that the program is delivered with. The data is part of the program and its test
// reads it, so data that is not sound is a broken build and panics.
func Default() *Scanner { return builtIn() }

var builtIn = sync.OnceValue(func() *Scanner {
	files, err := fs.Sub(data, "data")
	if err != nil {
		panic(fmt.Sprintf("wording: %v", err))
	}
	s, err := Load(files)
	if err != nil {
		panic(err.Error())
	}
	return s
})

var languageFile = regexp.MustCompile(`^([a-z]{2,3})\.yaml$`)

// Load reads shared.yaml and one file for each language from a folder and compiles them. What is wrong with any of them is
// reported in one *Invalid, with file and line; a file that cannot be read is its own error.
func Load(folder fs.FS) (*Scanner, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the files of the data: %w", err)
	}
	slices.SortFunc(names, func(a, b string) int { // the shared file first
		return strings.Compare(strings.TrimPrefix(a, sharedFile), strings.TrimPrefix(b, sharedFile))
	})
	c := &compiler{ids: map[symbol]int32{}, scanner: &Scanner{regions: map[string][]string{}}}
	c.scanner.words = newTrie(map[rune]rune{})
	for i := range classes {
		c.scanner.symbols = append(c.scanner.symbols, symbol{name: fmt.Sprintf("#%d", i)})
	}
	var readers []*reader
	var documents []document
	for _, name := range names {
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		r := &reader{file: path.Base(name)}
		d := r.read(content)
		r.checkName(d)
		readers, documents = append(readers, r), append(documents, d)
		if d.language != "" {
			c.scanner.languages = append(c.scanner.languages, d.language)
		}
	}
	if len(names) == 0 || names[0] != sharedFile {
		return nil, &Invalid{Problems: []Problem{{File: sharedFile, Line: 1, Message: "the file is missing"}}}
	}
	c.compile(readers, documents)
	var problems []Problem
	for _, r := range readers {
		problems = append(problems, r.problems...)
	}
	if len(problems) > 0 {
		sortProblems(problems)
		return nil, &Invalid{Problems: problems}
	}
	return c.scanner, nil
}

// checkName says whether the language is the one that the file is named for.
func (r *reader) checkName(d document) {
	switch found := languageFile.FindStringSubmatch(r.file); {
	case r.file == sharedFile && d.language != "":
		r.say(1, "the shared file has no language")
	case r.file != sharedFile && (found == nil || found[1] != d.language) && len(r.problems) == 0:
		r.say(1, "the file is not named for its language: %s.yaml", d.language)
	}
}

// compile compiles the documents: the words of all of them, then what they say.
func (c *compiler) compile(readers []*reader, documents []document) {
	l := &c.scanner.links
	for i, d := range documents {
		c.reader = readers[i]
		c.define(d, languageOf(i))
		c.countries(d)
		addHosts(&l.allowed, d.allowed)
		addHosts(&l.payment, d.payment)
		addHosts(&l.messenger, d.messenger)
		addHosts(&l.ordinary, d.ordinary)
	}
	for i, d := range documents {
		c.reader = readers[i]
		c.rules(d, languageOf(i))
	}
	for _, starts := range []*[][]*pattern{&c.scanner.starts, &c.scanner.promises} {
		for len(*starts) < len(c.scanner.symbols) {
			*starts = append(*starts, nil)
		}
	}
	c.scanner.words.sort()
}

// languageOf is the index of the language of a document: the first is the shared one.
func languageOf(document int) int16 {
	if document == 0 {
		return shared
	}
	return int16(document - 1)
}

func addHosts(into *map[string]bool, hosts []text) {
	if *into == nil {
		*into = map[string]bool{}
	}
	for _, h := range hosts {
		(*into)[h.value] = true
	}
}
