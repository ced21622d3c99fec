package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/receipt"
	"recourse/play"
)

// How verify and replay end.
const (
	exitWrong      = 1 // something is wrong; the first thing is named
	exitUnreadable = 2 // the file is neither a bundle nor a receipt, or cannot be read
	exitUnsigned   = 3 // all of it holds together, but no keys were given, so nobody knows whose it is
)

const verifyCodes = `

Exit codes: 0 everything holds; 1 something does not, and the first thing is named; 2 the file cannot be read; 3 it holds together, and no keys were given, so it is not known who signed it.`

// offline makes a wrong call of verify or replay end as a file that cannot be read does: 1 would say that something was
// changed.
func offline(cmd *cobra.Command, what string) {
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := one(what)(cmd, args); err != nil {
			return &play.Exit{Code: exitUnreadable, Err: err}
		}
		return nil
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &play.Exit{Code: exitUnreadable, Err: err} })
}

func verifyCommand() *cobra.Command {
	var keyFile, within string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check a bundle, a referral or a receipt, offline",
		Long: "Check an exported case, what a department was given with a report, or a receipt, without a database and without a network; which of them it is, is seen by its content.\n\n" +
			"Of a bundle: its signature, every part, the chain of every event, every value that is shown, receipts, the policy, the ledger, " +
			"decisions, evidence and proofs. The first thing that is wrong is named: which event, which field, which file. Of a receipt: its " +
			"signature; with the command beside it, as /v1/commands/{command}/receipt gives it, its content; and with --in, that a bundle still has it.\n\n" +
			"Keys are a file with what the platform publishes at /v1/keys." + verifyCodes,
		Example: "curl -o keys.json https://disputes.example/v1/keys\nrecourse verify --keys keys.json dsp_01J….zip\nrecourse verify --keys keys.json --in dsp_01J….zip receipt.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, err := readKeys(keyFile)
			if err != nil {
				return &play.Exit{Code: exitUnreadable, Err: err}
			}
			found, err := inspect(args[0], within, keys)
			return tell(cmd.OutOrStdout(), found, asJSON, err)
		},
	}
	offline(cmd, "file")
	cmd.Flags().StringVar(&keyFile, "keys", "", "file with the published keys")
	cmd.Flags().StringVar(&within, "in", "", "bundle that must have the receipt")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the result as JSON")
	return cmd
}

func readKeys(path string) (receipt.Keys, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	return receipt.ParseKeys(text)
}

// finding is what was found out about a file, for people and for programs.
type finding struct {
	File     string                 `json:"file"`
	Kind     string                 `json:"kind"` // "bundle", "referral" or "receipt"
	Holds    bool                   `json:"holds"`
	Signed   bool                   `json:"signed"` // by one of the keys that were given
	Fault    *bundle.Fault          `json:"fault,omitempty"`
	Report   *bundle.Report         `json:"bundle,omitempty"`
	Referral *bundle.ReferralReport `json:"referral,omitempty"`
	Replayed *bundle.Replayed       `json:"replayed,omitempty"`
	Receipt  *receipt.Receipt       `json:"receipt,omitempty"`
	Command  bool                   `json:"command_checked,omitempty"` // the receipt's content was made again
	Found    bool                   `json:"found_in_bundle,omitempty"`
}

// inspect looks at a file of either kind.
func inspect(path, within string, keys receipt.Keys) (found finding, err error) {
	found = finding{File: path, Signed: keys != nil}
	file, err := os.Open(path)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var start [4]byte
	n, err := io.ReadFull(file, start[:])
	switch {
	case n > 1 && string(start[:2]) == "PK" && within != "":
		err = &bundle.Unreadable{Why: "--in goes with a receipt, and this is a bundle"}
	case n > 1 && string(start[:2]) == "PK":
		err = found.ofZip(file, keys)
	case n > 0 && strings.HasPrefix(strings.TrimLeft(string(start[:n]), " \t\r\n"), "{"):
		found.Kind = "receipt"
		err = found.ofReceipt(path, within, keys)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
	default:
		err = &bundle.Unreadable{Why: "it is neither a zip nor a receipt in JSON"}
	}
	return found, err
}

func openBundle(file *os.File) (*bundle.Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return bundle.Open(file, info.Size())
}

// ofZip checks a bundle, or what a department was given.
func (f *finding) ofZip(file *os.File, keys receipt.Keys) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	f.Kind = "bundle"
	if !bundle.IsReferral(file, info.Size()) {
		return f.ofBundle(file, keys)
	}
	f.Kind = "referral"
	given, err := bundle.VerifyReferral(file, info.Size(), keys)
	f.Referral = &given
	return err
}

func (f *finding) ofBundle(file *os.File, keys receipt.Keys) error {
	r, err := openBundle(file)
	if err != nil {
		return err
	}
	report, err := bundle.Verify(r, keys)
	f.Report = &report
	return err
}

// ofReceipt checks a receipt, alone or with its command.
func (f *finding) ofReceipt(path, within string, keys receipt.Keys) (err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	given, command, err := parseReceipt(text)
	if err != nil {
		return &bundle.Unreadable{Why: err.Error()}
	}
	f.Receipt = &given
	if keys != nil {
		if err := given.Verify(keys); err != nil {
			return &bundle.Fault{Where: "receipt of " + given.Command, What: err.Error()}
		}
	} else if given.Format != receipt.Format {
		return &bundle.Fault{Where: "receipt of " + given.Command, What: receipt.ErrFormat.Error()}
	}
	if command != nil {
		if err := command.check(given); err != nil {
			return err
		}
		f.Command = true
	}
	if within == "" {
		return nil
	}
	file, err := os.Open(within)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err = f.ofBundle(file, keys); err != nil {
		return err
	}
	r, err := openBundle(file)
	if err == nil {
		err = bundle.Covers(r, given)
	}
	f.Found = err == nil
	return err
}

// tell prints what was found, and ends the command with its code.
func tell(to io.Writer, f finding, asJSON bool, err error) error {
	var unreadable *bundle.Unreadable
	code := 0
	switch {
	case errors.As(err, &f.Fault):
		code = exitWrong
	case errors.As(err, &unreadable), err != nil:
		return &play.Exit{Code: exitUnreadable, Err: err}
	case !f.Signed:
		code = exitUnsigned
	}
	f.Holds = f.Fault == nil
	var text string
	if asJSON {
		var out bytes.Buffer
		if err := encodeJSON(&out, f); err != nil {
			return err
		}
		text = out.String()
	} else {
		text = f.text()
	}
	if _, err := io.WriteString(to, text); err != nil || code == 0 {
		return err
	}
	return &play.Exit{Code: code}
}

// text is a finding as people read it.
func (f finding) text() string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if r := f.Report; r != nil {
		fmt.Fprintf(table, "bundle of\t%s, for %s\n", r.Case, audience(r.Audience))
		for _, c := range r.Cases {
			fmt.Fprintf(table, "%s %s\t%s, %s, %s; %s not for this reader\n", c.Kind, c.ID, counted(c.Events, "event"), counted(c.Commands, "command"),
				counted(c.Receipts, "receipt"), counted(c.Hidden, "field"))
		}
		if f.Holds {
			fmt.Fprintf(table, "money\t%s, and nothing is lost or made\n", counted(r.Transfers, "movement"))
			fmt.Fprintf(table, "decisions\t%d\n", r.Decisions)
			fmt.Fprintf(table, "evidence\t%s, %d of them in the bundle, %d as an image that is shown instead%s\n", counted(r.Files, "file"), r.Included, r.Shown, missing(r.Missing))
			for _, p := range r.Proofs {
				fmt.Fprintf(table, "root of %s\t%s covers %s up to event %d: compare it with /v1/roots\n", p.Day, p.Root, p.Leaf.Case, p.Leaf.Sequence)
			}
		}
	}
	if r := f.Referral; r != nil {
		fmt.Fprintf(table, "referral\t%s of %s, for %s\n", r.Referral, r.Report, audience(r.Audience))
		fmt.Fprintf(table, "statement\t%s: compare it with the export that the referral names\n", r.Statement)
		if f.Holds {
			fmt.Fprintf(table, "evidence\t%s, %d of them here, %d as an image that is shown instead%s\n", counted(r.Files, "file"), r.Included, r.Shown, missing(r.Missing))
		}
	}
	if g := f.Receipt; g != nil {
		fmt.Fprintf(table, "receipt of\t%s: %s, number %d at %s, received %s\n", g.Command, g.Name, g.Sequence, g.Case, g.ReceivedAt.Format("2006-01-02 15:04:05.000000 MST"))
		fmt.Fprintf(table, "log after it\t%s, event %d\n", g.Head, g.HeadSequence)
		if f.Command {
			fmt.Fprintf(table, "content\tit is that of the command beside it\n")
		}
		if f.Found {
			fmt.Fprintf(table, "bundle\tit has this receipt\n")
		}
	}
	if again := f.Replayed; again != nil {
		for _, c := range again.Cases {
			fmt.Fprintf(table, "decided again\t%s: %d commands and deadlines%s\n", c.Case, c.Decided, stoodIn(c))
			fmt.Fprintf(table, "\t%s\n", ending(c.End))
		}
	}
	if err := table.Flush(); err != nil {
		return err.Error() // a builder takes everything
	}
	switch {
	case f.Fault != nil:
		fmt.Fprintf(&b, "\nWrong: %s\n  %s\n", f.Fault.Where, f.Fault.What)
	case f.Signed:
		fmt.Fprintf(&b, "\nEverything holds, and it is signed by the platform.\n")
	default:
		fmt.Fprintf(&b, "\nIt holds together. Who signed it is not known: give --keys with what the platform publishes at /v1/keys.\n")
	}
	return b.String()
}

// counted is a number of things.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func audience(a casefile.Actor) string {
	if a.ID == "" {
		return string(a.Role)
	}
	return string(a.Role) + " " + a.ID
}

func missing(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d lost by the platform", n)
}
