package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/internal/identifier"
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
		found = map[string]any{"sha256": received.Hash}
	}
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, found)
	if err != nil {
		return nil, err
	}
	call := callOf(ctx)
	if done.receipt.Repeated { // the first request's item, with the file that came with it
		item, err := h.item(ctx, r.Dispute, done.made("evd"))
		return wire.SubmitEvidence201JSONResponse(item), err
	}
	item := wire.Evidence{ID: done.made("evd"), By: actorView(call.actor), ReceivedAt: done.receipt.ReceivedAt, Sequence: done.receipt.Sequence}
	kind, _ := call.value["type"].(string)
	item.Type = wire.EvidenceType(kind)
	item.Text, _ = call.value["text"].(string)
	item.Request, _ = call.value["request"].(string)
	item.Late, _ = done.answer.Result["late"].(bool)
	item.Admitted = !item.Late
	if received.ID != "" {
		item.File = fileView(received, r.Dispute, item.ID)
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

// save stores the bytes of a file that was looked at.
func (h *handlers) save(ctx context.Context, s *sniffed, name string) (store.File, error) {
	call := callOf(ctx)
	file, err := h.store.SaveFile(ctx, store.NewFile{ID: identifier.New("fil"), Name: name, By: call.actor.ID, Case: call.record.ID,
		Limit: h.fileLimit(call.record)}, s, store.Once{})
	switch {
	case errors.Is(err, store.ErrTooLarge):
		return file, refuse(codeTooLarge, "The file is larger than allowed. At most "+strconv.FormatInt(h.fileLimit(call.record)>>20, 10)+" MB are taken.")
	case s.failure != nil: // what broke is the sender's stream, not our store
		return file, readFailure(s.failure)
	}
	return file, err
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

// GetEvidenceContent sends the bytes of an item, never as anything that a browser would show or run.
func (h *handlers) GetEvidenceContent(ctx context.Context, r wire.GetEvidenceContentRequestObject) (wire.GetEvidenceContentResponseObject, error) {
	item, err := h.item(ctx, r.Dispute, r.Evidence)
	if err != nil {
		return nil, err
	}
	if item.File == nil {
		return nil, notFound()
	}
	file, content, err := h.store.OpenFile(ctx, item.File.ID)
	if err != nil {
		return nil, err
	}
	if c, ok := ctx.(*gin.Context); ok {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": item.ID + extension(file.Type)}))
		c.Header("Content-Security-Policy", "sandbox; default-src 'none'")
		c.Header("Digest", "sha-256="+file.Hash)
		c.Status(http.StatusOK)
	}
	return wire.GetEvidenceContent200ApplicationOctetStreamResponse{Body: content, ContentLength: file.Size}, nil
}

// actorView shows who did something.
func actorView(a casefile.Actor) wire.Actor { return wire.Actor{ID: a.ID, Role: wire.Role(a.Role)} }
