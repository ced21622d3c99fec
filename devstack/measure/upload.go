package measure

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"recourse/api/client"
	"recourse/bench"
	"recourse/bench/bare"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// B5: photographs of 200 kB as evidence.
const (
	// uploadsACase is how many items two parties may hand in (limits.evidence_items of the policy, each).
	uploadsACase = 40
	// uploadEvery is the time from one upload to the next. What follows an answer – a look at the photograph, and the images
	// that are shown in its place – has ended by then: at rest means that nothing else is done.
	uploadEvery = 200 * time.Millisecond
	// uploadsToWarm are sent to each side before anything is measured.
	uploadsToWarm = 10
)

// uploads measures evidence that is a file, in turns with a handler that keeps the same file and one row.
func (r *run) uploads(ctx context.Context) ([]bench.Result, error) {
	photos, err := newPhotographs()
	if err != nil {
		return nil, err
	}
	cases := ((r.pairs*r.uploadsATurn+uploadsToWarm)*2 + uploadsACase - 1) / uploadsACase
	r.progress.at(fmt.Sprintf("B5: opening %d disputes", cases))
	ours, err := r.ourUploads(ctx, cases, photos)
	if err != nil {
		return nil, err
	}
	theirs, err := r.bareUploads(ctx, photos)
	if err != nil {
		return nil, err
	}
	for _, side := range []command{ours, theirs} {
		if _, err := paced(ctx, uploadsToWarm, uploadEvery, side); err != nil {
			return nil, fmt.Errorf("warm up: %w", err)
		}
	}
	var p50, p99 []bench.Pair
	var spent [2]cpu
	for turn := range r.pairs {
		var took [2][]time.Duration
		for side, send := range []command{ours, theirs} {
			r.progress.at(fmt.Sprintf("B5: pair %d of %d, %s", turn+1, r.pairs, []string{"ours", "bare"}[side]))
			before := r.system.cpu(ctx)
			if took[side], err = paced(ctx, r.uploadsATurn, uploadEvery, send); err != nil {
				return nil, err
			}
			spent[side] = r.system.cpu(ctx).since(before, r.uploadsATurn)
		}
		p50 = append(p50, bench.Pair{Ours: milliseconds(bench.Percentile(took[0], 50)), Theirs: milliseconds(bench.Percentile(took[1], 50))})
		p99 = append(p99, bench.Pair{Ours: milliseconds(bench.Percentile(took[0], 99)), Theirs: milliseconds(bench.Percentile(took[1], 99))})
	}
	results := []bench.Result{
		bench.Timed("B5", "200 kB of evidence, p50", "ms", bench.Gate{AtMost: medianGate}, p50),
		bench.Timed("B5", "200 kB of evidence, p99", "ms", bench.Gate{AtMost: slowestGate}, p99),
	}
	results[0].Comment = fmt.Sprintf("%d uploads a turn, one every %s; processor time of each in the last pair, with the scan and the images made of it: ours %s; bare %s",
		r.uploadsATurn, uploadEvery, spent[0], spent[1])
	return results, nil
}

// paced sends n commands at fixed intervals, each after the answer to the one before. The time of each is its own.
func paced(ctx context.Context, n int, every time.Duration, send command) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	next := time.Now()
	for i := range n {
		if err := pause(ctx, time.Until(next)); err != nil {
			return nil, err
		}
		began := time.Now()
		if err := send(ctx, i); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
		next = began.Add(every)
	}
	return took, nil
}

// ourUploads opens disputes under the default policy and hands in a photograph on one after the other, by both parties.
func (r *run) ourUploads(ctx context.Context, cases int, photos *photographs) (command, error) {
	stories, err := r.openDisputes(ctx, cases)
	if err != nil {
		return nil, err
	}
	return inRotation(2*len(stories), func(ctx context.Context, i int) error {
		s := stories[i/2]
		by := []party{s.buyer, s.seller}[i%2]
		return by.handIn(ctx, s.dispute, client.EvidenceTypePhotoOfItem, "lamp.jpg", bytes.NewReader(photos.another()))
	}), nil
}

// handIn uploads a file as evidence.
func (p party) handIn(ctx context.Context, dispute string, kind client.EvidenceType, name string, content io.Reader) error {
	upload := client.Upload{Type: kind, Name: name, Content: content}
	if err := p.settled(ctx, done(p.api.Upload(ctx, dispute, upload, client.Key(identifier.New("key"))))); err != nil {
		return fmt.Errorf("hand in a file: %w", err)
	}
	return nil
}

// bareUploads sends the same form through the same client to the other side.
func (r *run) bareUploads(ctx context.Context, photos *photographs) (command, error) {
	base, err := r.system.startBareUploads(ctx)
	if err != nil {
		return nil, err
	}
	token, err := r.system.token("acc_bare", casefile.Buyer, tokenTime) // nobody reads it there
	if err != nil {
		return nil, err
	}
	api, err := client.New(base, client.Bearer(token))
	if err != nil {
		return nil, err
	}
	somebody := party{api: api.Over(r.system.http)}
	return func(ctx context.Context, _ int) error {
		return somebody.handIn(ctx, "dsp_bare", client.EvidenceTypePhotoOfItem, "lamp.jpg", bytes.NewReader(photos.another()))
	}, nil
}

// startBareUploads starts the other side as a process of its own, with its files on the file system of ours.
func (s *system) startBareUploads(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	folder := filepath.Join(s.folder, "bare-files")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", fmt.Errorf("make a folder for the other side: %w", err)
	}
	p, err := s.start("bare-uploads", nil, self, "bench", "bare-uploads", "--folder", folder, "--database", s.cases)
	if err != nil {
		return "", err
	}
	return p.said(ctx, serving)
}

// bareUploadsCommand is the process of the other side. `bench` starts it.
func bareUploadsCommand() *cobra.Command {
	var folder, database string
	cmd := &cobra.Command{
		Use:    "bare-uploads",
		Short:  "The upload that ours is compared with",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			db, err := sql.Open("pgx", database)
			if err != nil {
				return fmt.Errorf("connect to PostgreSQL: %w", err)
			}
			defer func() { _ = db.Close() }() // the process ends
			db.SetMaxOpenConns(connections)
			db.SetMaxIdleConns(connections)
			return serve(ctx, cmd.OutOrStdout(), bare.Uploads{DB: db, Folder: folder}.Handler())
		},
	}
	cmd.Flags().StringVar(&folder, "folder", "", "`FOLDER` for the files")
	cmd.Flags().StringVar(&database, "database", "", "`DSN` of the database with the bare table")
	return cmd
}
