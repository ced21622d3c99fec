package console

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileIsAnnouncedAndSentAgainAsTheSameEvidence(t *testing.T) {
	v := visit(t)
	v.api.actions = append(v.api.actions, acting("submit_evidence", "/evidence"))
	var keys []string
	v.api.more = map[string]func(http.ResponseWriter, *http.Request){"POST /v1/disputes/dsp_1/uploads": func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		w.Header().Set("Content-Type", "application/json")
		if body["type"] != "photo_of_item" || body["size"] != 3.0 || body["sha256"] != strings.Repeat("a", 64) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_ = json.NewEncoder(w).Encode(map[string]any{"code": "validation_failed", "status": 422, "request_id": "hrq_1"})
			return
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{"id": "upl_1", "evidence": "evd_1", "type": body["type"], "sha256": body["sha256"], "size": 3, "until": "2026-02-16T12:30:00Z", "late": false})
	}}
	v.signIn("/")
	form := v.get("/disputes/dsp_1/do/submit_evidence")
	require.Contains(t, form.text, `data-announce="/disputes/dsp_1/uploads"`)
	fields := form.fields(t, "/disputes/dsp_1/do/submit_evidence")
	say := url.Values{"csrf": fields["csrf"], "key": fields["key"], "f.type": {"photo_of_item"}, "sha256": {strings.Repeat("a", 64)}, "size": {"3"}}
	for range 2 {
		said := v.post("/disputes/dsp_1/uploads", say)
		require.Equal(t, http.StatusOK, said.status, said.text)
		require.JSONEq(t, `{"upload":"upl_1","words":"Announced: it is in time if it arrives by 12:30 UTC."}`, said.text)
	}
	require.Equal(t, keys[0], keys[1], "announced again it is one upload")
	say.Set("sha256", strings.Repeat("b", 64))
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/disputes/dsp_1/uploads", say).status)
	require.NotEqual(t, keys[0], keys[2], "another file is another")
	say.Del("csrf")
	require.Equal(t, http.StatusForbidden, v.post("/disputes/dsp_1/uploads", say).status)

	var forms []*multipart.Form
	v.api.more["POST /v1/disputes/dsp_1/evidence"] = func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseMultipartForm(1 << 20)
		forms = append(forms, r.MultipartForm)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"evd_1"}`)
	}
	for _, upload := range []string{"upl_1", "upl_1", "<x>"} {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{"csrf": fields.Get("csrf"), "key": fields.Get("key"), "revision": "4", "step": "send", "f.type": "photo_of_item", "upload": upload} {
			require.NoError(t, w.WriteField(name, value))
		}
		part, err := w.CreateFormFile("f.file", "crack.jpg")
		require.NoError(t, err)
		_, err = part.Write([]byte("abc"))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		sent := v.page(v.Post(v.base+"/disputes/dsp_1/do/submit_evidence", w.FormDataContentType(), &body))
		require.Equal(t, http.StatusOK, sent.status, sent.text)
	}
	require.Equal(t, []string{"upl_1"}, forms[0].Value["upload"])
	require.Equal(t, []string{"upl_1"}, forms[1].Value["upload"])
	require.Empty(t, forms[2].Value["upload"], "what is no identifier is not sent on")
}

func TestARefusedFileSaysWhatIsWrongWithIt(t *testing.T) {
	v := visit(t)
	v.api.actions = append(v.api.actions, acting("submit_evidence", "/evidence"))
	v.signIn("/")
	fields := v.get("/disputes/dsp_1/do/submit_evidence").fields(t, "/disputes/dsp_1/do/submit_evidence")
	v.api.refuse = map[string]any{"status": 422, "code": "evidence_rejected", "detail": "The file is cut off.", "title": "x", "type": "x", "request_id": "hrq_1"}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"csrf": fields.Get("csrf"), "key": fields.Get("key"), "revision": "4", "step": "send", "f.type": "photo_of_item", "f.text": "The crack."} {
		require.NoError(t, w.WriteField(name, value))
	}
	require.NoError(t, w.Close())
	refused := v.page(v.Post(v.base+"/disputes/dsp_1/do/submit_evidence", w.FormDataContentType(), &body))
	require.Equal(t, http.StatusUnprocessableEntity, refused.status, refused.text)
	require.Contains(t, refused.text, "The file was not accepted.")
	require.Contains(t, refused.text, "The file is cut off.", "which of the things a file can be refused for")
	require.Contains(t, refused.text, "The crack.", "what was typed is kept")
}
