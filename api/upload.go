package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"mime/multipart"
	"slices"
	"strings"
	"unicode/utf8"

	"recourse/api/wire"
	"recourse/domain/dispute"
	"recourse/internal/media"
	"recourse/store"
)

// form is an upload: what is said of the file, and the file once it is stored.
type form struct {
	fields map[string]any
	file   store.File
	hash   []byte
}

// value is the form as a JSON body would be.
func (f form) value() map[string]any {
	if f.file.ID != "" {
		f.fields["file"] = f.file.ID
	}
	return f.fields
}

const (
	// maxParts bounds how many parts a form has, and maxField what one that is no file may hold.
	maxParts = 8
	maxField = 128 << 10
)

// receive reads a form as it arrives. The fields come first, so that a file is stored only when it is known what it is for.
func (h *handlers) receive(ctx context.Context, from *multipart.Reader) (form, error) {
	f := form{fields: map[string]any{}}
	for range maxParts {
		part, err := from.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, readFailure(err)
		}
		if part.FormName() == "file" {
			err = h.receiveFile(ctx, &f, part)
		} else {
			err = h.receiveField(ctx, &f, part)
		}
		if err != nil {
			return f, err
		}
	}
	if f.file.ID == "" {
		return f, invalid("/file", "required", "must be given")
	}
	f.hash = f.digest(ctx)
	return f, nil
}

// receiveField reads a field and holds it against the contract.
func (h *handlers) receiveField(ctx context.Context, f *form, part *multipart.Part) error {
	name := part.FormName()
	op := callOf(ctx).operation
	property := op.RequestBody.Value.Content["multipart/form-data"].Schema.Value.Properties[name]
	switch {
	case property == nil:
		return invalid("/"+shown(name), "unknown", "is not a field that is known here")
	case f.file.ID != "":
		return invalid("/"+shown(name), "order", "must come before the file")
	case f.fields[name] != nil:
		return invalid("/"+shown(name), "repeated", "must be given once")
	}
	raw, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return readFailure(err)
	}
	if len(raw) > maxField {
		return tooLarge()
	}
	if !utf8.Valid(raw) {
		return refuse(codeMalformed, "A field of the form is not valid UTF-8.")
	}
	var value any = string(raw)
	if !property.Value.Type.Is("string") { // numbers and money are written as JSON
		var p *problem
		if value, p = decode(raw); p != nil {
			return p
		}
	}
	if fields := append(conform(property.Value, value, "/"+name), unstorable("/"+name, value)...); len(fields) > 0 {
		return &problem{code: codeValidationFailed, detail: invalid("", "", "").detail, fields: fields}
	}
	f.fields[name] = value
	return nil
}

// receiveFile stores a file as it comes, looking at all of it on its way: at the end of one that is not taken nothing of it
// is there.
func (h *handlers) receiveFile(ctx context.Context, f *form, part *multipart.Part) error {
	switch {
	case f.file.ID != "":
		return invalid("/file", "repeated", "must be given once")
	case f.fields["type"] == nil:
		return invalid("/type", "required", "must be given, before the file")
	}
	from := &sender{Reader: part}
	var content io.Reader = from
	if id, _ := f.fields["upload"].(string); id != "" {
		upload, err := h.announced(ctx, id)
		if err != nil {
			return err
		}
		content = &awaited{Reader: from, upload: upload, sum: sha256.New()}
	}
	said := media.Said{Name: part.FileName(), Type: part.Header.Get("Content-Type")}
	checked := media.Check(content, said, h.config.Images)
	defer checked.Close()
	var err error
	f.file, err = h.save(ctx, checked, shownFileName(part.FileName()))
	refused, isRefused := errors.AsType[*media.Refusal](err)
	switch {
	case from.failure != nil:
		return readFailure(from.failure)
	case isRefused:
		return rejected(refused)
	}
	return err
}

// digest is what makes the upload the same one again.
func (f form) digest(ctx context.Context) []byte {
	call := callOf(ctx)
	parts := [][]byte{[]byte(call.operation.method), []byte(call.record.ID), []byte(f.file.Hash)}
	names := make([]string, 0, len(f.fields))
	for name := range f.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		encoded, err := json.Marshal(f.fields[name])
		if err != nil {
			encoded = nil // it was decoded from JSON or is a text; both have a form
		}
		parts = append(parts, []byte(name), encoded)
	}
	return hashOf(parts...)
}

// sender remembers that it was the sender's stream that broke, and not our store.
type sender struct {
	io.Reader
	failure error
}

// Read reads on.
func (s *sender) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.failure = err
	}
	return n, err
}

// awaited is a file that was announced. The end of any other is the refusal.
type awaited struct {
	io.Reader
	upload dispute.Upload
	sum    hash.Hash
	size   int64
}

// Read reads on, but not past what was announced.
func (p *awaited) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	p.sum.Write(b[:n])
	p.size += int64(n)
	whole := p.size == p.upload.Size && hex.EncodeToString(p.sum.Sum(nil)) == p.upload.SHA256
	if p.size > p.upload.Size || errors.Is(err, io.EOF) && !whole {
		return n, refuse(codeEvidenceRejected, "This is not the file that was announced.")
	}
	return n, err
}

// announced finds the upload that a form names: one that its sender has announced in this case. What has landed is expected to
// be the same file again.
func (h *handlers) announced(ctx context.Context, id string) (dispute.Upload, error) {
	call := callOf(ctx)
	d, ok := call.record.State.(dispute.Dispute)
	if !ok {
		return dispute.Upload{}, notFound()
	}
	for _, u := range d.Uploads {
		if u.ID == id && u.By == call.actor.Role {
			return u, nil
		}
	}
	for _, i := range d.Items {
		if i.Upload == id && i.By == call.actor.Role {
			file, err := h.store.File(ctx, i.File)
			return dispute.Upload{ID: id, SHA256: i.SHA256, Size: file.Size}, err
		}
	}
	return dispute.Upload{}, notFound()
}

// rejected is why a file is not taken, as a problem.
func rejected(r *media.Refusal) *problem {
	if r.Reason == media.Unsupported {
		return refuse(codeUnsupportedType, r.Detail)
	}
	return refuse(codeEvidenceRejected, r.Detail)
}

// shownFileName is the name that a sender gave, without a path and anything that could be more than a name.
func shownFileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' || r == utf8.RuneError || r == 0x7f {
			return '_'
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:120])
	}
	return name
}

// fileView shows what is known of a file, and where it is once it may be seen.
func fileView(f store.File, disputeID string, item dispute.Item, visible bool) *wire.File {
	kind, _, _ := strings.Cut(f.Type, ";")
	out := &wire.File{ID: f.ID, Sha256: f.Hash, Size: f.Size, ContentType: kind}
	if !visible {
		return out
	}
	out.Href = "/v1/disputes/" + disputeID + "/evidence/" + item.ID + "/content"
	if media.Kind(kind).Image() {
		out.Thumbnail = out.Href + "?thumbnail=true"
	}
	return out
}
