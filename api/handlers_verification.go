package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"syscall"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/export"
	"recourse/store"
)

// receiptHeader carries the receipt of an accepted command as it is: JSON, on one line.
const receiptHeader = "Receipt"

// acknowledge gives the sender of an accepted command its receipt. A command is carried out whether or not its receipt could
// be made; who misses it can ask for it.
func (s *Server) acknowledge(ctx context.Context, record store.CommandRecord) {
	c, ok := ctx.(*gin.Context)
	if !ok || s.signing == nil {
		return
	}
	given, _, err := export.Receipt(record, s.signing)
	var text []byte
	if err == nil {
		text, err = json.Marshal(given)
	}
	if err != nil {
		s.log.ErrorContext(ctx, "A receipt could not be made.", "command", record.ID, "error", err)
		return
	}
	c.Header(receiptHeader, string(text))
}

// GetReceipt gives the receipt of an accepted command again, with what it was made of.
func (h *handlers) GetReceipt(ctx context.Context, r wire.GetReceiptRequestObject) (wire.GetReceiptResponseObject, error) {
	record, err := h.store.Command(ctx, r.Command)
	if err != nil {
		return nil, err
	}
	if h.signing == nil || !record.Applied || !record.Answer.Accepted() {
		return nil, refuse(codeNotFound, "There is no receipt of this command: it was not accepted, or this installation signs none.")
	}
	given, fields, err := export.Receipt(record, h.signing)
	if err != nil {
		return nil, err
	}
	out := wire.CommandReceipt{
		Receipt: wire.Receipt{Format: wire.ReceiptFormat(given.Format), Case: given.Case, Command: given.Command, Name: given.Name, Sequence: given.Sequence,
			ReceivedAt: given.ReceivedAt, ContentHash: given.Content.String(), Head: given.Head.String(), HeadSequence: given.HeadSequence, Key: given.Key,
			Signature: base64.StdEncoding.EncodeToString(given.Signature)},
		Command: wire.StoredCommand{ID: record.ID, Case: record.Case, Sequence: record.Sequence, Name: record.Name, By: actorView(record.By),
			At: record.ReceivedAt, IfRevision: record.IfRevision, Fields: fieldViews(fields)},
	}
	return wire.GetReceipt200JSONResponse(out), nil
}

func fieldViews(fields map[string]casefile.Field) map[string]wire.CommittedField {
	out := make(map[string]wire.CommittedField, len(fields))
	for name, f := range fields {
		shown := wire.CommittedField{Commitment: f.Commitment.String(), Value: f.Value}
		if f.Salt != nil {
			shown.Salt = f.Salt.String()
		}
		out[name] = shown
	}
	return out
}

// GetKeys publishes the keys that receipts and bundles are signed with.
func (h *handlers) GetKeys(context.Context, wire.GetKeysRequestObject) (wire.GetKeysResponseObject, error) {
	set := wire.KeySet{Keys: []map[string]any{}}
	if h.signing != nil {
		text, err := json.Marshal(h.signing.Keys().Set())
		if err == nil {
			err = json.Unmarshal(text, &set)
		}
		if err != nil {
			return nil, fmt.Errorf("publish the keys: %w", err)
		}
	}
	return wire.GetKeys200JSONResponse(set), nil
}

// ListRoots is a page of the daily roots, the newest first.
func (h *handlers) ListRoots(ctx context.Context, r wire.ListRootsRequestObject) (wire.ListRootsResponseObject, error) {
	page, err := h.store.Roots(ctx, r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, cursorProblem(err)
	}
	out := wire.RootPage{Data: make([]wire.Root, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for _, root := range page.Data {
		out.Data = append(out.Data, wire.Root{Day: root.Day, Size: root.Size, Root: root.Root.String(), MadeAt: root.MadeAt})
	}
	return wire.ListRoots200JSONResponse(out), nil
}

// GetDisputeBundle gives the case away. It is written into a file first: the database is not held for a slow line, and what
// cannot be finished is a problem and not half a zip.
func (h *handlers) GetDisputeBundle(ctx context.Context, r wire.GetDisputeBundleRequestObject) (wire.GetDisputeBundleResponseObject, error) {
	if h.bundles == nil {
		return nil, refuse(codeNotFound, "This installation has no key to sign bundles with, so it gives none.")
	}
	call := callOf(ctx)
	to, err := h.toCase(ctx, call.actor, call.record)
	if err != nil {
		return nil, err
	}
	eyes := disclosure.Eyes{By: call.actor, Evidence: access.Refusal("view_evidence", call.actor.Role, to) == ""}
	file, size, err := h.spool(func(to io.Writer) error { return h.bundles.Write(ctx, r.Dispute, eyes, to) })
	if err != nil {
		return nil, err
	}
	if c, ok := ctx.(*gin.Context); ok {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": r.Dispute + ".zip"}))
	}
	return wire.GetDisputeBundle200ApplicationZipResponse{Body: file, ContentLength: size}, nil
}

// spool writes to a file that has no name any more, so that it is gone when it is closed, or when this process is.
func (h *handlers) spool(write func(io.Writer) error) (_ io.ReadCloser, size int64, err error) {
	file, err := os.CreateTemp("", "recourse-bundle-*")
	if err != nil {
		return nil, 0, roomFor(err)
	}
	err = os.Remove(file.Name())
	if err == nil {
		err = write(file)
	}
	if err == nil {
		size, err = file.Seek(0, io.SeekCurrent)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, 0, roomFor(errors.Join(err, file.Close()))
	}
	return file, size, nil
}

// roomFor tells a full disk from other failures.
func roomFor(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &problem{code: codeStorageFull, detail: "There is no room to put the bundle together. Try again later.", cause: err}
	}
	return err
}
