package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"recourse/api/wire"
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

// receiveFile looks at the beginning of the file, and stores it when it is of a kind that is taken.
func (h *handlers) receiveFile(ctx context.Context, f *form, part *multipart.Part) error {
	switch {
	case f.file.ID != "":
		return invalid("/file", "repeated", "must be given once")
	case f.fields["type"] == nil:
		return invalid("/type", "required", "must be given, before the file")
	}
	looked, err := sniff(part, part.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	f.file, err = h.save(ctx, looked, shownFileName(part.FileName()))
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

// sniffed is a file whose beginning was looked at.
type sniffed struct {
	io.Reader
	failure error // of the sender's stream
}

// Read remembers why the stream ended.
func (s *sniffed) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.failure = err
	}
	return n, err
}

// kinds are the types that are taken, with the endings that their files get (PROCEDURE 7).
var kinds = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif",
	"application/pdf": ".pdf", "video/mp4": ".mp4", "text/plain": ".txt",
}

// plainTexts are texts that are told apart by their form only. Kept as text, they are harmless.
var plainTexts = []string{"text/plain", "text/csv", "text/tab-separated-values", "application/json", "application/x-ndjson", "text/vtt", "application/x-subrip"}

// sniff decides by content what a file is. What its sender calls it may not say otherwise.
func sniff(from io.Reader, declared string) (*sniffed, error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(from, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, readFailure(err)
	}
	head = head[:n]
	if n == 0 {
		return nil, refuse(codeEvidenceRejected, "The file is empty.")
	}
	kind := kindOf(head)
	if _, taken := kinds[kind]; !taken {
		return nil, refuse(codeUnsupportedType, "Files of this type are not taken. Send JPEG, PNG, WebP, GIF, PDF, MP4 or plain text.")
	}
	if said := strings.TrimSpace(strings.ToLower(strings.Split(declared, ";")[0])); said != "" && said != "application/octet-stream" && !same(said, kind) {
		return nil, refuse(codeEvidenceRejected, "The file is not of the type that it is sent as. Send it as what it is.")
	}
	return &sniffed{Reader: io.MultiReader(bytes.NewReader(head), from)}, nil
}

func kindOf(head []byte) string {
	detected := mimetype.Detect(head)
	kind, _, _ := strings.Cut(detected.String(), ";")
	if slices.Contains(plainTexts, kind) {
		return "text/plain"
	}
	return kind
}

// same says that two names mean one type.
func same(said, kind string) bool {
	switch said {
	case "image/jpg", "image/pjpeg":
		said = "image/jpeg"
	}
	return said == kind || kind == "text/plain" && slices.Contains(plainTexts, said)
}

// extension is the ending of a file that is sent out.
func extension(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	if slices.Contains(plainTexts, kind) {
		kind = "text/plain"
	}
	if ending, known := kinds[kind]; known {
		return ending
	}
	return ".bin"
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

func fileView(f store.File, disputeID, item string) *wire.File {
	kind, _, _ := strings.Cut(f.Type, ";")
	return &wire.File{ID: f.ID, Sha256: f.Hash, Size: f.Size, ContentType: kind, Href: "/v1/disputes/" + disputeID + "/evidence/" + item + "/content"}
}
