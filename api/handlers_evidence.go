package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/internal/identifier"
	"recourse/internal/media"
	"recourse/store"
)

// SubmitEvidence takes a text or a file and answers with its receipt.
func (h *handlers) SubmitEvidence(ctx context.Context, r wire.SubmitEvidenceRequestObject) (wire.SubmitEvidenceResponseObject, error) {
	var received store.File
	var found map[string]any
	if r.MultipartBody != nil {
		form, err := h.receive(ctx, r.MultipartBody)
		if err != nil {
			return nil, err
		}
		call := callOf(ctx)
		call.value, call.hash, received = form.value(), form.hash, form.file
		found = map[string]any{"sha256": received.Hash, "size": received.Size}
	}
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, found)
	if err != nil {
		return nil, err
	}
	call := callOf(ctx)
	id, _ := done.answer.Result["evidence"].(string)
	if _, announced := call.value["upload"]; announced || done.receipt.Repeated { // it may have landed before: the item, with the file that came first
		item, err := h.item(ctx, r.Dispute, id)
		return wire.SubmitEvidence201JSONResponse(item), err
	}
	item := wire.Evidence{ID: id, By: actorView(call.actor), ReceivedAt: done.receipt.ReceivedAt, Sequence: done.receipt.Sequence,
		Command: commandOf(id)}
	kind, _ := call.value["type"].(string)
	item.Type = wire.EvidenceType(kind)
	item.Text, _ = call.value["text"].(string)
	item.Request, _ = call.value["request"].(string)
	item.Late, _ = done.answer.Result["late"].(bool)
	item.Admitted = !item.Late
	if received.ID != "" {
		item.File = fileView(received, r.Dispute, dispute.Item{ID: item.ID}, false)
		item.Scan = wire.EvidenceScanPending
	}
	return wire.SubmitEvidence201JSONResponse(item), nil
}

// fileLimit is the largest file that the case's policy takes.
func (h *handlers) fileLimit(record store.CaseRecord) int64 {
	if d, ok := record.State.(dispute.Dispute); ok && d.Terms.Limits.FileBytes > 0 {
		return min(d.Terms.Limits.FileBytes, h.config.MaxFile)
	}
	return h.config.MaxFile
}

// save stores the bytes of a file that is looked at as it passes.
func (h *handlers) save(ctx context.Context, from *media.Checker, name string) (store.File, error) {
	call := callOf(ctx)
	file, err := h.store.SaveFile(ctx, store.NewFile{ID: identifier.New("fil"), Name: name, By: call.actor.ID, Case: call.record.ID,
		Limit: h.fileLimit(call.record), Type: func() string { return string(from.Class().Kind) }}, from, store.Once{})
	if errors.Is(err, store.ErrTooLarge) {
		return file, refuse(codeTooLarge, "The file is larger than allowed. At most "+strconv.FormatInt(h.fileLimit(call.record)>>20, 10)+" MB are taken.")
	}
	return file, err
}

// AnnounceUpload keeps the word of a party that a file is on its way.
func (h *handlers) AnnounceUpload(ctx context.Context, r wire.AnnounceUploadRequestObject) (wire.AnnounceUploadResponseObject, error) {
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	out := wire.AnnouncedUpload{ID: done.made("upl"), Evidence: done.made("evd"), Type: r.Body.Type, Sha256: r.Body.Sha256, Size: r.Body.Size}
	out.Late, _ = done.answer.Result["late"].(bool)
	until, _ := done.answer.Result["until"].(string)
	if out.Until, err = time.Parse(time.RFC3339Nano, until); err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", done.receipt.ID, err)
	}
	return wire.AnnounceUpload201JSONResponse(out), nil
}

// GetEvidence shows an item.
func (h *handlers) GetEvidence(ctx context.Context, r wire.GetEvidenceRequestObject) (wire.GetEvidenceResponseObject, error) {
	item, err := h.item(ctx, r.Dispute, r.Evidence)
	return wire.GetEvidence200JSONResponse(item), err
}

func (h *handlers) item(ctx context.Context, disputeID, id string) (wire.Evidence, error) {
	v, err := h.viewOf(ctx, disputeID)
	if err != nil {
		return wire.Evidence{}, err
	}
	for _, item := range v.evidence() {
		if item.ID == id {
			return item, nil
		}
	}
	return wire.Evidence{}, notFound()
}

// GetEvidenceContent sends what is shown of an item: of an image what was made anew of its pixels, of anything else the
// file, never as something that a browser would run.
func (h *handlers) GetEvidenceContent(ctx context.Context, r wire.GetEvidenceContentRequestObject) (wire.GetEvidenceContentResponseObject, error) {
	item, err := h.item(ctx, r.Dispute, r.Evidence)
	switch {
	case err != nil:
		return nil, err
	case item.File == nil:
		return nil, notFound()
	case item.Scan == wire.EvidenceScanPending:
		return nil, refuse(wire.ProblemCodeWrongStage, "The file is being looked at. It is shown when it was found harmless.")
	case item.File.Href == "":
		return nil, notFound()
	}
	small := r.Params.Thumbnail
	if !media.Kind(item.File.ContentType).Image() {
		if small {
			return nil, notFound()
		}
		content, size, err := h.original(ctx, item.ID, item.File.ID)
		return wire.GetEvidenceContent200ApplicationOctetStreamResponse{Body: content, ContentLength: size}, err
	}
	use := store.Shown
	if small {
		use = store.Thumbnail
	}
	shown, content, err := h.store.OpenRendition(ctx, item.File.ID, use)
	if err != nil {
		return nil, err
	}
	attach(ctx, "inline", item.ID, shown.Type, shown.Hash)
	if media.Kind(shown.Type) == media.GIF {
		return wire.GetEvidenceContent200ImageGifResponse{Body: content, ContentLength: shown.Size}, nil
	}
	return wire.GetEvidenceContent200ImageJpegResponse{Body: content, ContentLength: shown.Size}, nil
}

// OpenOriginal sends a file as it was handed in, once it is recorded who looks at it. A request that is repeated is sent the
// file again, so that it is recorded again: a key is no pass to look as often as one likes.
func (h *handlers) OpenOriginal(ctx context.Context, r wire.OpenOriginalRequestObject) (wire.OpenOriginalResponseObject, error) {
	item, err := h.item(ctx, r.Dispute, r.Evidence)
	switch {
	case err != nil:
		return nil, err
	case item.File == nil:
		return nil, notFound()
	}
	looked, err := h.carryOut(ctx, r.Params.IdempotencyKey, map[string]any{"item": item.ID})
	if err == nil && looked.receipt.Repeated {
		_, err = h.carryOut(ctx, "", map[string]any{"item": item.ID})
	}
	if err != nil {
		return nil, err
	}
	content, size, err := h.original(ctx, item.ID, item.File.ID)
	return wire.OpenOriginal200ApplicationOctetStreamResponse{Body: content, ContentLength: size}, err
}

// original is a stored file, as a download.
func (h *handlers) original(ctx context.Context, item, id string) (io.ReadCloser, int64, error) {
	file, content, err := h.store.OpenFile(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	attach(ctx, "attachment", item, file.Type, file.Hash)
	return content, file.Size, nil
}

// attach says what a browser may do with what it gets: nothing of its own.
func attach(ctx context.Context, disposition, name, contentType, hash string) {
	if c, ok := ctx.(*gin.Context); ok {
		kind, _, _ := strings.Cut(contentType, ";")
		c.Header("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name + media.Kind(kind).Ending()}))
		c.Header("Content-Security-Policy", "sandbox; default-src 'none'")
		c.Header("Digest", "sha-256="+hash)
		c.Status(http.StatusOK)
	}
}

// actorView shows who did something.
func actorView(a casefile.Actor) wire.Actor { return wire.Actor{ID: a.ID, Role: wire.Role(a.Role)} }
