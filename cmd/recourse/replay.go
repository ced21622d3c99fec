package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/receipt"
	"recourse/play"
)

func replayCommand() *cobra.Command {
	var keyFile string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "replay BUNDLE",
		Short: "Decide an exported case again by the rules, offline",
		Long: "Check an exported case as verify does, and decide it again by the rules from the commands and the deadlines that came. Every event, every " +
			"answer, the end of each case with its deadlines, and the money must come out as they were recorded; the first difference is named. " +
			"It works for a redacted bundle too: words that a reader may not see are not what the rules weigh." + verifyCodes,
		Example: "recourse replay --keys keys.json dsp_01J….zip",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, err := readKeys(keyFile)
			if err != nil {
				return &play.Exit{Code: exitUnreadable, Err: err}
			}
			found, err := again(args[0], keys)
			return tell(cmd.OutOrStdout(), found, asJSON, err)
		},
	}
	cmd.Flags().StringVar(&keyFile, "keys", "", "file with the published keys")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the result as JSON")
	return cmd
}

// again checks a bundle and decides it again.
func again(path string, keys receipt.Keys) (found finding, err error) {
	found = finding{File: path, Kind: "bundle", Signed: keys != nil}
	file, err := os.Open(path)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := found.ofBundle(file, keys); err != nil {
		return found, err
	}
	r, err := openBundle(file)
	if err != nil {
		return found, err
	}
	replayed, err := bundle.Replay(r)
	if err == nil {
		found.Replayed = &replayed
	}
	return found, err
}

// stoodIn says what was decided without its words.
func stoodIn(c bundle.Rerun) string {
	text := ""
	if c.StoodIn > 0 {
		text += fmt.Sprintf(", %d of them without their words", c.StoodIn)
	}
	if c.Passed > 0 {
		text += fmt.Sprintf("; %d attempts that were refused are not for this reader", c.Passed)
	}
	return text
}

// ending is the end of a case in a line.
func ending(e bundle.End) string {
	text := e.Stage
	if e.Status != e.Stage {
		text += ", " + e.Status
	}
	if e.Outcome != "" {
		text += ", " + e.Outcome
	}
	if m := e.Escrow; m != nil {
		c := e.Amount.Currency
		text += fmt.Sprintf(": of %s %s refunded %s, released %s, fees %s, held %s", m.Captured.Format(c), c, m.Refunded.Format(c),
			m.Released.Format(c), m.Fees.Format(c), m.Held.Format(c))
	}
	return text
}

// withCommand is what /v1/commands/{command}/receipt gives.
type withCommand struct {
	Receipt receipt.Receipt `json:"receipt"`
	Command *storedCommand  `json:"command"`
}

// storedCommand is a command as it was stored.
type storedCommand struct {
	ID         string                    `json:"id"`
	Case       string                    `json:"case"`
	Sequence   int64                     `json:"sequence"`
	Name       string                    `json:"name"`
	By         casefile.Actor            `json:"by"`
	At         time.Time                 `json:"at"`
	IfRevision *int64                    `json:"if_revision,omitempty"`
	Fields     map[string]casefile.Field `json:"fields,omitempty"`
}

// parseReceipt reads a receipt, with or without its command.
func parseReceipt(text []byte) (receipt.Receipt, *storedCommand, error) {
	if alone, err := receipt.Parse(text); err == nil {
		return alone, nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	var both withCommand
	if err := d.Decode(&both); err != nil {
		return receipt.Receipt{}, nil, fmt.Errorf("it is no receipt: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return receipt.Receipt{}, nil, errors.New("something follows the receipt")
	}
	return both.Receipt, both.Command, nil
}

// check makes the content hash again.
func (c *storedCommand) check(given receipt.Receipt) error {
	where := "command " + c.ID
	for name, f := range c.Fields {
		if err := f.Check(name); err != nil {
			return &bundle.Fault{Where: where, What: err.Error()}
		}
	}
	covers, err := given.Covers(casefile.Command{ID: c.ID, Case: c.Case, Sequence: c.Sequence, Name: c.Name, By: c.By, At: c.At, IfRevision: c.IfRevision}, c.Fields)
	if err == nil && !covers {
		err = errors.New("the receipt is that of another command, or of another content")
	}
	if err != nil {
		return &bundle.Fault{Where: where, What: err.Error()}
	}
	return nil
}
