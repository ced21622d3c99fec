package metrics

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"recourse/domain/policy"
	"recourse/domain/standing"
)

// Format names the form of an export: JSON, one value a line, so that no program that opens it takes a cell for a formula. The
// header comes first, then the rows, then the end, without which an export was cut off.
const Format = "recourse-metrics/1"

// Header is what the figures of an export depend on besides its rows.
type Header struct {
	Format    string           `json:"format"`
	Account   string           `json:"account"`
	AsOf      time.Time        `json:"as_of"`
	Since     time.Time        `json:"since,omitzero"` // the store's first paid order
	State     standing.State   `json:"state"`          // of the account, at as_of
	Policy    string           `json:"policy"`         // its version
	Metrics   policy.Metrics   `json:"metrics"`
	Promotion policy.Promotion `json:"promotion"`
}

// line is one line of an export: one of its members.
type line struct {
	Header  *Header  `json:"header,omitempty"`
	Order   *Order   `json:"order,omitempty"`
	Dispute *Conduct `json:"dispute,omitempty"`
	Review  *Review  `json:"review,omitempty"`
	End     *end     `json:"end,omitempty"`
}

type end struct {
	Rows int64 `json:"rows"`
}

// Writer writes an export row by row.
type Writer struct {
	to   *bufio.Writer
	rows int64
}

// NewWriter begins an export.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	h.Format = Format
	w := &Writer{to: bufio.NewWriter(to)}
	return w, w.write(line{Header: &h})
}

func (w *Writer) write(l line) error {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = w.to.Write(append(text, '\n'))
	}
	return err
}

func (w *Writer) row(l line) error {
	w.rows++
	return w.write(l)
}

// Order adds an order.
func (w *Writer) Order(o Order) error { return w.row(line{Order: &o}) }

// Dispute adds a dispute.
func (w *Writer) Dispute(c Conduct) error { return w.row(line{Dispute: &c}) }

// Review adds a review.
func (w *Writer) Review(v Review) error { return w.row(line{Review: &v}) }

// End ends the export.
func (w *Writer) End() error {
	return errors.Join(w.write(line{End: &end{w.rows}}), w.to.Flush())
}

// Export is an export as it was read.
type Export struct {
	Header Header
	Rows   Rows
}

// Page is what a seller's page shows, worked out from counts.
type Page struct {
	AsOf       time.Time   `json:"as_of"`
	Figures    []Metric    `json:"figures"`
	Exclusions []Exclusion `json:"exclusions"`
	Eligibility
}

// PageOf works out a seller's page from counts, for a seller in that state.
func PageOf(c Counts, state standing.State, m policy.Metrics, p policy.Promotion, at time.Time) Page {
	figures := Figures(c, m, at)
	return Page{AsOf: at, Figures: figures, Exclusions: c.Exclusions, Eligibility: Promotion(state, figures, p, m)}
}

// Page works out everything from the rows.
func (e Export) Page() Page {
	h := e.Header
	return PageOf(Tally(e.Rows, h.Metrics, h.AsOf), h.State, h.Metrics, h.Promotion, h.AsOf)
}

// The errors of an export that cannot be read. What is wrong on a line is told with its number.
var (
	ErrFormat = errors.New("it is no export of metrics, or of another format")
	ErrCutOff = errors.New("the export was cut off: its end is missing, or rows before it are")
)

// lineMax bounds a line, which is a few hundred bytes long.
const lineMax = 1 << 16

// Read reads an export. A line that is not one of an export is an error, as is an export without its end.
func Read(from io.Reader) (Export, error) {
	var e Export
	var rows int64
	ended := false
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, lineMax)
	for n := 1; lines.Scan(); n++ {
		l, err := parse(lines.Bytes())
		if err != nil {
			return e, fmt.Errorf("line %d: %w", n, err)
		}
		switch {
		case ended, (n == 1) != (l.Header != nil):
			return e, fmt.Errorf("line %d: %w", n, ErrFormat)
		case l.Header != nil:
			e.Header = *l.Header
			e.Rows.Since = e.Header.Since
		case l.End != nil:
			if ended = true; l.End.Rows != rows {
				return e, ErrCutOff
			}
		default:
			rows++
			e.add(l)
		}
	}
	if err := lines.Err(); err != nil {
		return e, err
	}
	if !ended {
		return e, ErrCutOff
	}
	return e, nil
}

func (e *Export) add(l line) {
	switch {
	case l.Order != nil:
		e.Rows.Orders = append(e.Rows.Orders, *l.Order)
	case l.Dispute != nil:
		l.Dispute.Rows(&e.Rows)
	case l.Review != nil:
		e.Rows.Reviews = append(e.Rows.Reviews, *l.Review)
	}
}

func parse(text []byte) (line, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return l, fmt.Errorf("%w (%w)", ErrFormat, err)
	}
	members := 0
	for _, is := range []bool{l.Header != nil, l.Order != nil, l.Dispute != nil, l.Review != nil, l.End != nil} {
		members += int(one(is))
	}
	if members != 1 || l.Header != nil && l.Header.Format != Format || d.More() {
		return l, ErrFormat
	}
	return l, nil
}
