package play

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Load reads the case files of the arguments: files, and folders with everything below them that ends in .yaml or .yml.
// It returns what is wrong with all of them together; an error is only about the arguments themselves.
func Load(args []string) ([]Story, Problems, error) {
	files, err := find(args)
	if err != nil {
		return nil, nil, err
	}
	var stories []Story
	var problems Problems
	first := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("read case file: %w", err)
		}
		story, wrong := Parse(file, content)
		if before, again := first[story.Name]; again && story.Name != "" {
			wrong = append(wrong, Problem{File: file, Line: 1, Text: fmt.Sprintf("case: %q is also the name of %s", story.Name, before)})
		}
		first[story.Name] = file
		problems = append(problems, wrong...)
		stories = append(stories, story)
	}
	return stories, problems, nil
}

// find lists the case files of the arguments, each once, those of a folder by name.
func find(args []string) ([]string, error) {
	var files []string
	add := func(path string) {
		path = filepath.Clean(path)
		if !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	for _, arg := range args {
		info, err := os.Stat(arg)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("find case files: there is no %s", arg)
		}
		if err != nil {
			return nil, fmt.Errorf("find case files: %w", err)
		}
		if !info.IsDir() {
			add(arg)
			continue
		}
		found := 0
		err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if ext := filepath.Ext(path); !entry.IsDir() && (ext == ".yaml" || ext == ".yml") {
				add(path)
				found++
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("find case files in %s: %w", arg, err)
		}
		if found == 0 {
			return nil, fmt.Errorf("find case files: there are none in %s", arg)
		}
	}
	return files, nil
}
