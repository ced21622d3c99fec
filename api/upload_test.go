package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color/palette"
	gifs "image/gif"
	jpegs "image/jpeg"
	pngs "image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/api/wire"
	"recourse/store"
)

// Whole files, as small as they can be.
var (
	jpeg = encoded(func(b *bytes.Buffer) error { return jpegs.Encode(b, lamp(), nil) })
	png  = encoded(func(b *bytes.Buffer) error { return pngs.Encode(b, lamp()) })
	gif  = encoded(func(b *bytes.Buffer) error { return gifs.Encode(b, lamp(), nil) })
	film = encoded(func(b *bytes.Buffer) error {
		frame := image.NewPaletted(image.Rect(0, 0, 8, 8), palette.Plan9)
		return gifs.EncodeAll(b, &gifs.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}})
	})
	webp = []byte("RIFF\x18\x00\x00\x00WEBPVP8L\f\x00\x00\x00/'\xc0\x04\x10(@\xff\v\xd0\xff\x00")
	pdf  = []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
	mp4  = []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x0fmdatabcdefg\x00\x00\x00\x11moov\x00\x00\x00\tmvhdx")
	text = []byte("Good day,\nthe parcel was light.\n")
)

func lamp() image.Image { return image.NewRGBA(image.Rect(0, 0, 400, 200)) }

func encoded(write func(*bytes.Buffer) error) []byte {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

type field struct{ name, value string }

// upload sends a form: fields, then a file with the type that its part says.
func (s *stage) upload(by who, path string, fields []field, content io.Reader, declared string, headers ...string) answer {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range fields {
		require.NoError(s.t, form.WriteField(f.name, f.value))
	}
	if content != nil {
		header := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="../../etc/passwd"`}}
		if declared != "" {
			header.Set("Content-Type", declared)
		}
		part, err := form.CreatePart(header)
		require.NoError(s.t, err)
		_, err = io.Copy(part, content)
		require.NoError(s.t, err)
	}
	require.NoError(s.t, form.Close())
	req := httptest.NewRequest(http.MethodPost, path, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return s.do(by, req)
}

func TestAFileIsTakenByWhatItIs(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	kind := []field{{"type", "photo_of_item"}}
	for name, c := range map[string]struct {
		content  []byte
		declared string
		code     wire.ProblemCode
	}{
		"jpeg": {jpeg, "image/jpeg", ""}, "png": {png, "", ""}, "gif": {gif, "image/gif", ""}, "webp": {webp, "application/octet-stream", ""},
		"pdf": {pdf, "application/pdf", ""}, "mp4": {mp4, "video/mp4", ""}, "text": {text, "text/plain; charset=utf-8", ""}, "jpg": {jpeg, "image/jpg", ""},
		"csv as text":          {[]byte("a,b,c\n1,2,3\n4,5,6\n"), "text/plain", ""},
		"png called jpeg":      {png, "image/jpeg", codeEvidenceRejected},
		"text called pdf":      {text, "application/pdf", codeEvidenceRejected},
		"jpeg with an archive": {append(append([]byte{}, jpeg...), "PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...), "image/jpeg", codeEvidenceRejected},
		"jpeg cut":             {jpeg[:100], "image/jpeg", codeEvidenceRejected},
		"html":                 {[]byte("<!doctype html><script>alert(1)</script>"), "text/plain", codeUnsupportedType},
		"html called jpeg":     {[]byte("<html><body>x</body></html>"), "image/jpeg", codeUnsupportedType},
		"svg":                  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "image/svg+xml", codeUnsupportedType},
		"zip":                  {[]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00"), "application/pdf", codeUnsupportedType},
		"program":              {[]byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00"), "", codeUnsupportedType},
		"script":               {[]byte("#!/bin/sh\nrm -rf /\n"), "text/plain", codeUnsupportedType},
		"tiff":                 {[]byte("II*\x00\x08\x00\x00\x00"), "image/jpeg", codeUnsupportedType},
		"unknown":              {[]byte("\x00\x01\x02\x03"), "", codeUnsupportedType},
		"nothing":              {[]byte{}, "image/jpeg", codeEvidenceRejected},
		"gif that is html too": {append([]byte("GIF89a"), []byte("=1;</script><script>alert(1)</script>")...), "text/html", codeEvidenceRejected},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.upload(s.aBuyer(), at, kind, bytes.NewReader(c.content), c.declared)
			if c.code != "" {
				a.refused(c.code)
				return
			}
			var item wire.Evidence
			a.is(http.StatusCreated).into(&item)
			sum := sha256.Sum256(c.content)
			require.Equal(t, hex.EncodeToString(sum[:]), item.File.Sha256)
			require.Equal(t, int64(len(c.content)), item.File.Size)
			require.NotZero(t, item.Sequence)
			require.False(t, item.Late)
			log := s.world.cases[strings.Split(at, "/")[3]].log
			require.Equal(t, item.File.Sha256, log[len(log)-1].Data["sha256"], "the log says which bytes were handed in")
		})
	}
}

func TestBytesComeBackAsADownloadAndNothingElse(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID + "/evidence"
	var item, read wire.Evidence
	s.upload(s.aBuyer(), at, []field{{"type", "photo_of_item"}}, bytes.NewReader(pdf), "application/pdf").is(http.StatusCreated).into(&item)
	require.Equal(t, wire.EvidenceScanPending, item.Scan)
	require.Empty(t, item.File.Href, "nobody has looked at it")
	s.get(s.aSeller(), at+"/"+item.ID).is(http.StatusOK).into(&read)
	require.Equal(t, wire.EvidenceScanClean, read.Scan)
	a := s.get(s.aSeller(), read.File.Href).is(http.StatusOK)
	require.Equal(t, pdf, a.body)
	require.Equal(t, "application/octet-stream", a.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename=`+item.ID+`.pdf`, a.header.Get("Content-Disposition"))
	require.Contains(t, a.header.Get("Content-Security-Policy"), "sandbox")
	require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
	s.get(s.aSeller(), read.File.Href+"?thumbnail=true").refused(wire.ProblemCodeNotFound)
	s.get(who{id: s.otherBuyer, role: "buyer"}, read.File.Href).refused(wire.ProblemCodeNotFound)
	s.get(thePlatform(), read.File.Href).refused(wire.ProblemCodeNotAllowed)

	var written wire.Evidence
	s.post(s.aBuyer(), at, `{"type":"statement","text":"It is light."}`).is(http.StatusCreated).into(&written)
	s.get(s.aSeller(), at+"/"+written.ID+"/content").refused(wire.ProblemCodeNotFound)
	s.get(s.aSeller(), at+"/evd_0000000000000000000000000A").refused(wire.ProblemCodeNotFound)
}

func TestFormsAreHeldAgainstTheContract(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	for name, c := range map[string]struct {
		fields  []field
		pointer string
	}{
		"no type":       {nil, "/type"},
		"odd type":      {[]field{{"type", canary}}, "/type"},
		"unknown field": {[]field{{"type", "invoice"}, {"owner", canary}}, "/owner"},
		"type twice":    {[]field{{"type", "invoice"}, {"type", "video"}}, "/type"},
		"odd request":   {[]field{{"type", "invoice"}, {"request", canary}}, "/request"},
		"odd cost":      {[]field{{"type", "return_receipt"}, {"cost", `{"amount":-1,"currency":"EUR"}`}}, "/cost/amount"},
		"zero":          {[]field{{"type", "invoice"}, {"text", canary + "\x00"}}, "/text"},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.upload(s.aBuyer(), at, c.fields, bytes.NewReader(jpeg), "image/jpeg").refused(wire.ProblemCodeValidationFailed)
			require.Equal(t, c.pointer, a.problem.Errors[0].Pointer)
			require.NotContains(t, string(a.body), canary)
		})
	}
	s.upload(s.aBuyer(), at, []field{{"type", "invoice"}}, nil, "").refused(wire.ProblemCodeValidationFailed)
	s.upload(s.aBuyer(), at, []field{{"type", "invoice"}, {"cost", "{"}}, bytes.NewReader(jpeg), "").refused(wire.ProblemCodeMalformed)
	s.upload(s.aBuyer(), at, []field{{"type", "invoice"}, {"text", "\xff"}}, bytes.NewReader(jpeg), "").refused(wire.ProblemCodeMalformed)
	s.post(s.aBuyer(), at, "no form", "Content-Type", "multipart/form-data; boundary=x").refused(wire.ProblemCodeValidationFailed)
	s.post(s.aBuyer(), at, "no form", "Content-Type", "multipart/form-data").is(http.StatusUnprocessableEntity)
	require.Empty(t, s.world.files, "nothing was stored")
	s.upload(s.aBuyer(), at, []field{{"type", "invoice"}, {"upload", "upl_none"}}, bytes.NewReader(jpeg), "").refused(wire.ProblemCodeNotFound)
	require.Empty(t, s.world.files, "nothing was stored")
	s.upload(s.aBuyer(), at, []field{{"type", "return_receipt"}, {"cost", `{"amount":900,"currency":"EUR"}`}, {"if_revision", "1"}}, bytes.NewReader(jpeg), "").is(http.StatusCreated)
}

// endless is a file without an end that counts what was taken of it.
type endless struct{ taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.taken += int64(len(p))
	return len(p), nil
}

func TestAFileThatIsTooLargeIsNotReadToItsEnd(t *testing.T) {
	s := newStage(t, func(c *Config) { c.MaxFile = 1 << 20 })
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	s.upload(s.aBuyer(), at, []field{{"type", "other"}}, strings.NewReader(strings.Repeat("a", 1<<20)), "").is(http.StatusCreated)
	s.upload(s.aBuyer(), at, []field{{"type", "other"}}, strings.NewReader(strings.Repeat("a", 1<<20+1)), "").refused(wire.ProblemCodeTooLarge)
	s.upload(s.aBuyer(), at, []field{{"type", "other"}}, strings.NewReader(strings.Repeat("a", 3<<20)), "").refused(wire.ProblemCodeTooLarge)

	server := httptest.NewServer(s.server)
	defer server.Close()
	token, err := s.issuer.Mint(s.buyer, "buyer", 1e11)
	require.NoError(t, err)
	c, err := client.New(server.URL, client.Bearer(token))
	require.NoError(t, err)
	content := &endless{}
	_, err = client.Result[client.Evidence](c.Upload(t.Context(), strings.Split(at, "/")[3], client.Upload{Type: client.EvidenceTypeOther, Content: content}))
	require.Error(t, err)
	require.Less(t, content.taken, int64(16<<20))
}

func TestAFileThatBreaksOffIsMalformed(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	body := "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nother\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + strings.Repeat("a", 8000)
	s.post(s.aBuyer(), at, body, "Content-Type", "multipart/form-data; boundary=x").refused(wire.ProblemCodeMalformed)
	require.Empty(t, s.world.files)
}

func TestTheSameUploadWithTheSameKeyIsOneItem(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	kind := []field{{"type", "photo_of_item"}}
	var first, again wire.Evidence
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(jpeg), "", "Idempotency-Key", "k").is(http.StatusCreated).into(&first)
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(jpeg), "", "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, first.File.ID, again.File.ID, "the file that is in the case, not the one that came with the repeat")
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(png), "", "Idempotency-Key", "k").refused(wire.ProblemCodeIdempotencyMismatch)
}

func TestAStorageThatIsFullOrSilentIsToldAsSuch(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	for cause, code := range map[error]wire.ProblemCode{store.ErrStorageFull: codeStorageFull, store.ErrStorage: codeStorageUnavailable} {
		s.world.unkept = fmt.Errorf("%w: %w", cause, errCanary)
		a := s.upload(s.aBuyer(), at, []field{{"type", "photo_of_item"}}, bytes.NewReader(jpeg), "image/jpeg").refused(code)
		require.NotContains(t, string(a.body), canary)
	}
	s.world.unkept = nil
	s.upload(s.aBuyer(), at, []field{{"type", "photo_of_item"}}, bytes.NewReader(jpeg), "image/jpeg").is(http.StatusCreated)
}
