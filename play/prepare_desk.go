package play

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"recourse/api/client"
)

// nobody is how a case file says that nobody has a case.
const nobody = "nobody"

// nameOf is the name of an account in the story.
func (r *run) nameOf(account string) string {
	for name, id := range r.accounts {
		if id == account {
			return name
		}
	}
	if account == "" {
		return nobody
	}
	return account
}

// prepareAnnouncement announces a file that stands beside the case file by its hash and size.
func prepareAnnouncement(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(filepath.Join(r.story.Dir, filepath.FromSlash(s.text("file"))))
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	hash := sha256.Sum256(content)
	body := client.NewUpload{Type: client.EvidenceType(s.text("type")), Sha256: hex.EncodeToString(hash[:]), Size: int64(len(content))}
	if name := s.text("request"); name != "" {
		var known bool
		if body.Request, known = r.requests[name]; !known {
			return nil, fmt.Errorf("evidence request %s was never made", name)
		}
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.AnnounceUpload(ctx, id, nil, body, e...)
	}, nil
}

// prepareOriginal opens a file as it was handed in.
func prepareOriginal(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	item, err := r.itemID(s.text("item"))
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.OpenOriginal(ctx, id, item, nil, client.OpenOriginalJSONRequestBody{}, e...)
	}, err
}

// prepareObjection objects to who has the case, or to the member of the panel whom the step names.
func prepareObjection(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	body := client.Objection{Text: s.text("text")}
	if name := s.text("reviewer"); name != "" {
		body.Reviewer = r.actor(name)
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ObjectToReviewer(ctx, id, nil, body, e...)
	}, err
}

// prepareClaim, prepareRelease and prepareSnooze are the reviewers' desk.
var (
	prepareClaim = dispute(func(_ Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ClaimCase(ctx, id, nil, client.Revisioned{}, e...)
		}
	})
	prepareRelease = dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ReleaseCase(ctx, id, nil, client.Release{Text: s.text("text")}, e...)
		}
	})
	prepareSnooze = dispute(func(s Step, id string) call {
		body := client.Snooze{Until: start.Add(s.Fields["until"].Length), Text: s.text("text")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.SnoozeCase(ctx, id, nil, body, e...)
		}
	})
)

// prepareGoodwill signs what the platform pays of its own for a dispute, which its order does.
func prepareGoodwill(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	order, body := r.orders[s.Order], client.GoodwillSignature{Dispute: id, Refuse: s.Fields["refuse"].Flag}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.SignGoodwill(ctx, order, nil, body, e...)
	}, err
}

func prepareLink(r *run, _ context.Context, s Step) (call, error) {
	body := client.NewLink{Account: r.actor(s.text("to")), Kind: client.LinkKind(s.text("kind"))}
	account := r.actor(s.text("party"))
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.LinkAccount(ctx, account, nil, body, e...)
	}, nil
}

func prepareUnlink(r *run, _ context.Context, s Step) (call, error) {
	body := client.LinkRemoval{Account: r.actor(s.text("to")), Kind: client.LinkKind(s.text("kind")), Text: s.text("text")}
	account := r.actor(s.text("party"))
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.UnlinkAccount(ctx, account, nil, body, e...)
	}, nil
}
