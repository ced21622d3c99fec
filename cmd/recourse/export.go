package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/export"
	"recourse/internal/settings"
	"recourse/internal/signing"
	"recourse/store"
)

// openSigning is the keys that the settings name; nil when they name none.
func openSigning(s settings.Settings) (*signing.Ring, error) {
	if s.Signing == "" {
		return nil, nil
	}
	ring, err := signing.Open(s.Signing)
	if errors.Is(err, signing.ErrEmpty) {
		return nil, fmt.Errorf("%w: make one with `recourse keys add %s`", err, s.Signing)
	}
	return ring, err
}

// readers are for whom a case can be exported by name alone.
var readers = []casefile.Role{casefile.Buyer, casefile.Seller, casefile.Supervisor, casefile.Operator, casefile.Platform, casefile.Auditor}

func exportCommand() *cobra.Command {
	var out, role string
	cmd := &cobra.Command{
		Use:   "export CASE",
		Short: "Write the bundle of a case from the database",
		Long: help("export", "Write the bundle of a dispute, with its order, or of an order, into a file: the same that the API gives its readers. What the "+
			"reader may not see is left out, and verifies all the same. An existing file is never overwritten.", false),
		Example: "recourse export dsp_01J… --for auditor --out case.zip",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := settings.Load()
			if err != nil {
				return err
			}
			if !slices.Contains(readers, casefile.Role(role)) {
				return fmt.Errorf("export: there is no bundle for %q; choose one of %v", role, readers)
			}
			if out == "" {
				out = args[0] + ".zip"
			}
			size, err := writeBundle(cmd.Context(), s, args[0], casefile.Role(role), out)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d bytes, for %s\n", out, size, role)
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write; default: CASE.zip")
	cmd.Flags().StringVar(&role, "for", string(casefile.Auditor), "reader: buyer, seller, supervisor, operator, platform or auditor")
	return cmd
}

// writeBundle writes the file, or leaves none.
func writeBundle(ctx context.Context, s settings.Settings, caseID string, role casefile.Role, out string) (size int64, err error) {
	ring, err := openSigning(s)
	if err != nil {
		return 0, err
	}
	if ring == nil {
		return 0, fmt.Errorf("set %sSIGNING: bundles are signed", settings.Prefix)
	}
	logger := newLogger(s)
	cases, err := openCurrentStore(ctx, s, logger)
	if err != nil {
		return 0, err
	}
	defer closeStore(cases, logger)
	eyes, err := eyesOf(ctx, cases.Store, caseID, role)
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(out, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	err = export.Exporter{Store: cases.Store, Signer: ring}.Write(ctx, caseID, eyes, file)
	if err == nil {
		size, err = file.Seek(0, io.SeekCurrent)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		err = errors.Join(err, os.Remove(out))
	}
	return size, err
}

// eyesOf is a reader of a case: of the parties, the one that it has.
func eyesOf(ctx context.Context, cases *store.Store, caseID string, role casefile.Role) (disclosure.Eyes, error) {
	c, err := cases.Case(ctx, caseID)
	if err != nil {
		return disclosure.Eyes{}, err
	}
	by := casefile.Actor{Role: role}
	switch role {
	case casefile.Buyer:
		by.ID = c.Summary.Buyer
	case casefile.Seller:
		by.ID = c.Summary.Seller
	default:
	}
	to := access.To(by, c.Summary.Buyer, c.Summary.Seller, nil)
	return disclosure.Eyes{By: by, Evidence: access.Refusal("view_evidence", role, to) == ""}, nil
}

func keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "Keep the keys that sign receipts and bundles"}
	cmd.AddCommand(&cobra.Command{
		Use:   "add FOLDER",
		Short: "Make a new key that signs from the next start on",
		Long: "Make a new Ed25519 key in the folder that RECOURSE_SIGNING names. Every process that starts from now on signs with it. The older keys stay " +
			"published at /v1/keys, so that what they have signed still verifies; never take a key away whose public half is not kept.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := signing.Add(args[0], time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "The key %s signs from the next start on.\n", id)
			return err
		},
	})
	cmd.AddCommand(&cobra.Command{
		Use:   "show FOLDER",
		Short: "Print the published keys",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ring, err := signing.Open(args[0])
			if err != nil {
				return err
			}
			return encodeJSON(cmd.OutOrStdout(), ring.Keys().Set())
		},
	})
	return cmd
}
