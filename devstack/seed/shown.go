package seed

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
)

// lookEvery is how often it is asked whether a photograph has been scanned, which takes as long as it takes.
const lookEvery = 20 * time.Millisecond

// photographed hands in a picture, and goes on when everybody can see it: the clock must not turn while it is looked at.
func photographed(days float64, who person, kind client.EvidenceType, name, text string, scene func(c canvas) error) step {
	return on(days, "hand in a photograph", func(ctx context.Context, t *teller, told *tale) error {
		file, err := paint(scene)
		if err != nil {
			return err
		}
		handed, err := send[client.Evidence](ctx, t, told, who(told), func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.Upload(ctx, told.dispute, client.Upload{Type: kind, Text: text, Name: name, Content: bytes.NewReader(file)}, e...)
		})
		if err != nil {
			return err
		}
		return t.seen(ctx, told.dispute, handed.ID, t.accounts[who(told)])
	})
}

// seen waits until a picture was found harmless and can be shown.
func (t *teller) seen(ctx context.Context, dispute, item, by string) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		found, err := client.Result[client.Evidence](t.api.GetEvidence(ctx, dispute, item, client.ActAs(by)))
		if err != nil {
			return fmt.Errorf("read the photograph: %w", err)
		}
		if found.File != nil && found.File.Thumbnail != "" {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("wait until the photograph was looked at: %w", ctx.Err())
		}
	}
}

// contested is what the seller says against the only entry that it can contest.
func contested(days float64, text string) step {
	return on(days, "contest an entry", func(ctx context.Context, t *teller, told *tale) error {
		account := t.accounts[told.seller]
		found, err := client.Result[client.Standing](t.api.GetStanding(ctx, account, nil))
		if err != nil {
			return fmt.Errorf("read the standing: %w", err)
		}
		for _, entry := range found.Entries {
			if entry.Cause != told.dispute {
				continue
			}
			_, err := send[client.Contest](ctx, t, told, told.seller, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
				return api.ContestStanding(ctx, account, nil, client.NewContest{Entry: entry.ID, Text: text}, e...)
			})
			return err
		}
		return fmt.Errorf("%s has no entry from %s", told.seller, told.dispute)
	})
}
