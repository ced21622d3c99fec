package store

import "recourse/internal/identifier"

// mint makes a sortable identifier with the prefix. What a party's request makes is minted by whoever received it;
// only the commands that cases send each other are minted here.
func (s *Store) mint(prefix string) (string, error) { return s.source.New(prefix) }

// derived makes the same identifier from the same parts.
func derived(prefix string, parts ...string) string { return identifier.Derive(prefix, parts...) }
