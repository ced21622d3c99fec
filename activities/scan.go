package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/internal/clamd"
	"recourse/internal/identifier"
	"recourse/internal/media"
	"recourse/store"
)

// Files is where a scan finds what it is to look at, and keeps what it makes of it.
type Files interface {
	Orders
	OpenFile(ctx context.Context, id string) (store.File, io.ReadCloser, error)
	KeepRenditions(ctx context.Context, fileID string, made ...store.NewRendition) error
}

// Scanner says whether a file is harmless.
type Scanner interface {
	Scan(ctx context.Context, from io.Reader) (clamd.Result, error)
}

// NoScanner finds everything clean. It stands for the setting "none": what it lets through nobody has looked at, which the
// doctor and the banner of the development stack say.
type NoScanner struct{}

// Scan reads nothing.
func (NoScanner) Scan(context.Context, io.Reader) (clamd.Result, error) {
	return clamd.Result{Verdict: clamd.Clean}, nil
}

// Scans looks at the files that parties hand in, and makes of images what the other party is shown.
type Scans struct {
	Store   Files
	Scanner Scanner
	Limits  media.Limits
	Logger  *slog.Logger

	one chan struct{} // an image at a time is decoded, which bounds the memory of the process
}

// NewScans is a Scans that decodes one image at a time.
func NewScans(files Files, scanner Scanner, limits media.Limits, logger *slog.Logger) *Scans {
	return &Scans{Store: files, Scanner: scanner, Limits: limits, Logger: logger, one: make(chan struct{}, 1)}
}

// ScanFile looks at the file that the event with the sequence Step received, and stores what was found at the case's door.
// Nothing of it is shown before. A repeat changes nothing: the renditions are the same, and so is the command. While the
// scanner does not answer, the activity fails and is tried again.
func (s *Scans) ScanFile(ctx context.Context, in contract.TransferInput) error {
	key := in.Case + "/" + strconv.FormatInt(in.Step, 10)
	file, onClock, waits, err := s.waiting(ctx, in)
	if err != nil {
		return failure(ctx, s.Logger, contract.ErrTypeScan, "find the file of "+key, err)
	}
	if !waits {
		return nil // reported before, or given up
	}
	result, err := s.look(ctx, file, onClock)
	if err != nil {
		return failure(ctx, s.Logger, contract.ErrTypeScan, "scan the file of "+key, err)
	}
	if result.Verdict == clamd.Infected || result.Verdict == clamd.Unscannable {
		s.Logger.WarnContext(ctx, "A file was rejected.", "case", in.Case, "step", in.Step, "verdict", string(result.Verdict), "signature", result.Signature, "why", result.Why)
	}
	if err := s.report(ctx, in, result); err != nil {
		return failure(ctx, s.Logger, contract.ErrTypeScan, "report the scan of "+key, err)
	}
	return nil
}

// waiting is the file that waits for this scan, and whether its case lives on a test clock.
func (s *Scans) waiting(ctx context.Context, in contract.TransferInput) (file string, onClock, waits bool, err error) {
	record, err := s.Store.Case(ctx, in.Case)
	if err != nil {
		return "", false, false, err
	}
	d, ok := record.State.(dispute.Dispute)
	if !ok {
		return "", false, false, fmt.Errorf("%s is no dispute but a %T: only disputes have files", in.Case, record.State)
	}
	for _, i := range d.Items {
		if i.Step == in.Step && i.Scan == dispute.ScanPending && !i.Unanswered {
			return i.File, record.Clock != "", true, nil
		}
	}
	return "", false, false, nil
}

// look scans the file and, if it is harmless and an image, keeps what is shown of it.
func (s *Scans) look(ctx context.Context, fileID string, onClock bool) (clamd.Result, error) {
	file, content, err := s.Store.OpenFile(ctx, fileID)
	if errors.Is(err, store.ErrNotFound) { // the case is there; its file is not
		return clamd.Result{Verdict: clamd.Unscannable, Why: "the file is not there"}, nil
	}
	if err != nil {
		return clamd.Result{}, err
	}
	if verdict, named := wished(file.Name); onClock && named {
		return clamd.Result{Verdict: verdict, Why: "its name says so, on a test clock"}, content.Close()
	}
	result, err := s.Scanner.Scan(ctx, content)
	if err = errors.Join(err, content.Close()); err != nil || result.Verdict != clamd.Clean {
		return result, err
	}
	kind, _, _ := strings.Cut(file.Type, ";")
	if !media.Kind(kind).Image() {
		return result, nil
	}
	err = s.render(ctx, fileID)
	if refused, ok := errors.AsType[*media.Refusal](err); ok {
		return clamd.Result{Verdict: clamd.Unscannable, Why: refused.Detail}, nil
	}
	return result, err
}

// wished is how the scan of a file goes that says so in its name. That is for test clocks, which exist in a sandbox alone:
// what happens to a file that is infected, or that nobody scans, can be tried there without a virus and without a day's wait.
func wished(name string) (clamd.Verdict, bool) {
	wish, _, _ := strings.Cut(name, ".")
	switch wish {
	case "scan-infected":
		return clamd.Infected, true
	case "scan-unscannable":
		return clamd.Unscannable, true
	case "scan-never":
		return clamd.Verdict(dispute.Unanswered), true
	}
	return "", false
}

// render makes and keeps what is shown in place of an image.
func (s *Scans) render(ctx context.Context, fileID string) error {
	select {
	case s.one <- struct{}{}:
		defer func() { <-s.one }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	again := &reopened{ctx: ctx, store: s.Store, id: fileID}
	shown, thumbnail, err := media.Derive(again, s.Limits)
	if err = errors.Join(err, again.Close()); err != nil {
		return err
	}
	return s.Store.KeepRenditions(ctx, fileID, rendition(store.Shown, shown), rendition(store.Thumbnail, thumbnail))
}

func rendition(use string, r media.Rendition) store.NewRendition {
	return store.NewRendition{Rendition: store.Rendition{Use: use, Type: string(r.Kind), Width: r.Width, Height: r.Height}, Bytes: r.Bytes}
}

func (s *Scans) report(ctx context.Context, in contract.TransferInput, result clamd.Result) error {
	data := map[string]any{"step": in.Step, "verdict": result.Verdict}
	if result.Signature != "" {
		data["signature"] = result.Signature
	}
	payload, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write the data of record_scan: %w", err)
	}
	_, err = s.Store.Knock(ctx, store.Knock{
		ID:       identifier.Derive("cmd", in.Case, strconv.FormatInt(in.Step, 10), "record_scan"),
		Case:     in.Case,
		Name:     "record_scan",
		By:       casefile.Actor{Role: casefile.System},
		Data:     payload,
		Internal: true,
	})
	return err
}

// reopened reads a stored file that can be read from its beginning again, and in no other place.
type reopened struct {
	ctx   context.Context //nolint:containedctx // a reader has no other way to it
	store Files
	id    string
	open  io.ReadCloser
}

// Read reads on.
func (r *reopened) Read(p []byte) (int, error) {
	if r.open == nil {
		_, content, err := r.store.OpenFile(r.ctx, r.id)
		if err != nil {
			return 0, err
		}
		r.open = content
	}
	return r.open.Read(p)
}

// errSeek says that somebody asks for what a reopened file cannot do.
var errSeek = errors.New("a stored file is read from its beginning")

// Seek goes back to the beginning.
func (r *reopened) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, errSeek
	}
	return 0, r.Close()
}

// Close lets go of what is open.
func (r *reopened) Close() error {
	if r.open == nil {
		return nil
	}
	err := r.open.Close()
	r.open = nil
	return err
}
