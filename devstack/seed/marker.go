package seed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Load reads what an earlier seed has made; nothing, if none was finished.
func Load(path string) (*Seeded, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what was seeded: %w", err)
	}
	var s Seeded
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read what was seeded from %s: %w", path, err)
	}
	return &s, nil
}

// Save keeps what a seed has made. The file is there whole or not at all.
func (s *Seeded) Save(path string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("keep what was seeded: %w", err)
	}
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep what was seeded: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep what was seeded: %w", err)
	}
	return nil
}
