package bundle

import (
	"errors"

	"recourse/domain/receipt"
)

// errFound ends a reading that has found what it looked for.
var errFound = errors.New("found")

// Covers says whether a receipt that somebody has kept is one of a command in the bundle: the same command, in the same place,
// with the same content, and with the same log after it. The error is a *Fault that says what differs, or that there is no
// such command.
func Covers(r *Reader, kept receipt.Receipt) error {
	for _, place := range r.Manifest.Cases {
		if place.ID != kept.Case {
			continue
		}
		err := rows(r, partOf(place.ID, commandsFile), func(_ int, c Command) error {
			if c.ID != kept.Command {
				return nil
			}
			key := "none"
			if c.Receipt != nil {
				key = differs(unsigned(*c.Receipt), unsigned(kept))
			}
			if key != "" {
				return fault(c.ID, "the bundle has another receipt of this command (%s): what was taken, or what the log said then, was changed", key)
			}
			return errFound
		})
		if errors.Is(err, errFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fault(kept.Command, "there is no such command in this bundle")
}

// unsigned is a receipt without its signature: another key may have signed the same since.
func unsigned(r receipt.Receipt) receipt.Receipt {
	r.Key, r.Signature = "", nil
	return r
}
