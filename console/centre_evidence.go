package console

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"recourse/api/client"
)

// shownTypes are what a browser may show in a page: pictures that the API has made anew from their pixels. Everything else is
// a download.
var shownTypes = []string{"image/jpeg", "image/gif", "image/png"}

// sendContent hands on what the API shows of an item of evidence: the reader's browser has no token for the API. With "small" it
// is the thumbnail.
func sendContent(v *Visit) error {
	params := &client.GetEvidenceContentParams{}
	if v.R.URL.Query().Get("small") != "" {
		params.Thumbnail = true
	}
	return v.handOn(v.R.PathValue("evidence"), func(ctx context.Context) (*http.Response, error) {
		return v.API.GetEvidenceContent(ctx, v.R.PathValue("dispute"), v.R.PathValue("evidence"), params)
	})
}

// sendBundle hands on the bundle of a dispute.
func sendBundle(v *Visit) error {
	return v.handOn("recourse-"+v.R.PathValue("dispute")+".zip", func(ctx context.Context) (*http.Response, error) {
		return v.API.GetDisputeBundle(ctx, v.R.PathValue("dispute"))
	})
}

// sendReceipt hands on the signed receipt of a command, to be kept.
func sendReceipt(v *Visit) error {
	return v.handOn("receipt-"+v.R.PathValue("command")+".json", func(ctx context.Context) (*http.Response, error) {
		return v.API.GetReceipt(ctx, v.R.PathValue("command"))
	})
}

// handOn sends what the API answered to the browser, piece by piece. Nothing of it can act as a page of ours: its type is the
// API's, nobody guesses another, and it has no rights of its own.
func (v *Visit) handOn(name string, ask func(context.Context) (*http.Response, error)) error {
	resp, err := ask(v.R.Context())
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		_, err := client.Result[struct{}](resp, nil)
		if waits, is := errors.AsType[*client.ProblemError](err); is && waits.Code == client.ProblemCodeWrongStage {
			return &refusal{http.StatusConflict, "not_scanned"}
		}
		return err
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		kind = "application/octet-stream"
	}
	disposition := resp.Header.Get("Content-Disposition")
	if disposition == "" || !strings.HasPrefix(disposition, "attachment") && !slices.Contains(shownTypes, kind) {
		disposition = mime.FormatMediaType("attachment", map[string]string{"filename": name})
	}
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if length := resp.Header.Get("Content-Length"); length != "" {
		h.Set("Content-Length", length)
	}
	if err := http.NewResponseController(v.W).SetWriteDeadline(time.Now().Add(uploadTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	v.W.WriteHeader(http.StatusOK)
	if _, err := io.Copy(v.W, resp.Body); err != nil {
		v.console.log.InfoContext(v.R.Context(), "A file was not sent to its end.", "page", v.Page.Name, "error", err)
	}
	return nil
}
