package media

import (
	"encoding/binary"
	"slices"
)

// boxes are those that stand at the top of a file. What else is called a box there is none that a player needs.
var boxes = []string{"ftyp", "moov", "mdat", "free", "skip", "wide", "uuid", "meta", "moof", "mfra", "sidx", "ssix", "styp", "pdin",
	"udta", "emsg", "prft", "meco", "mpvd", "sefd"}

// walkMP4 goes through the boxes, which fill the file. Without a table of contents it is no film.
func walkMP4(w *walk, _ *Class, _ Limits) error { return walkBoxes(w) }

func walkBoxes(w *walk) error {
	film := false
	for {
		if done, err := w.ended(); err != nil {
			return err
		} else if done {
			break
		}
		name, err := w.box()
		if err != nil {
			return err
		}
		film = film || name == "moov" || name == "moof"
	}
	if !film {
		return broken("MP4")
	}
	return nil
}

// box skips one box and says its name.
func (w *walk) box() (string, error) {
	head, err := w.take(8)
	if err != nil {
		return "", err
	}
	length, name := int64(binary.BigEndian.Uint32(head)), string(head[4:])
	if !slices.Contains(boxes, name) {
		return "", twoThings()
	}
	switch length {
	case 0: // to the end
		for {
			if _, err := w.in.Discard(w.in.Buffered()); err != nil {
				return "", err
			}
			if done, err := w.ended(); done || err != nil {
				return name, err
			}
		}
	case 1:
		long, err := w.take(8)
		if err != nil {
			return "", err
		}
		if length = int64(binary.BigEndian.Uint64(long)) - 8; length < 8 {
			return "", broken("MP4")
		}
	}
	if length < 8 {
		return "", broken("MP4")
	}
	return name, w.skip(length - 8)
}
