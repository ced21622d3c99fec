package console

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"recourse/api/client"
)

// announced is what the script of the upload form is told.
type announced struct {
	Upload string `json:"upload"`
	Words  string `json:"words"`
}

// announceUpload gives the API a party's word that a file is on its way, for the script that has worked out its hash. Announced before
// the deadline it is in time if it lands soon, and sent as often as need be it is the same evidence. What is refused here is sent as
// without a script, and refused or taken then.
func announceUpload(v *Visit) error {
	form := v.R.PostForm
	size, err := strconv.ParseInt(form.Get("size"), 10, 64)
	if err != nil {
		return &refusal{http.StatusBadRequest, "unreadable"}
	}
	file := client.NewUpload{Type: client.EvidenceType(form.Get("f.type")), Sha256: form.Get("sha256"), Size: size, Request: form.Get("f.request")}
	made, err := client.Result[client.AnnouncedUpload](v.API.AnnounceUpload(v.R.Context(), v.R.PathValue("dispute"), nil, file, client.Key(announcementKey(form.Get("key"), file))))
	if problem, refused := errors.AsType[*client.ProblemError](err); refused && problem.Problem.Status < http.StatusInternalServerError && problem.Problem.Status != http.StatusUnauthorized {
		return v.tellUpload(problem.Problem.Status, announced{Words: v.problemWords(problem.Problem)})
	}
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(v.prefs.zone)
	if err != nil {
		return fmt.Errorf("find the zone: %w", err)
	}
	words := v.T("upload.announced", "Until", v.words.clock(made.Until, zone))
	if made.Late {
		words = v.T("upload.announced.late")
	}
	return v.tellUpload(http.StatusOK, announced{made.ID, words})
}

// announcementKey is the same for the same file of the same form: announced again, it is one upload.
func announcementKey(key string, file client.NewUpload) string {
	sum := sha256.Sum256([]byte(key + "\x00" + file.Sha256 + "\x00" + string(file.Type) + "\x00" + file.Request))
	return "announce-" + hex.EncodeToString(sum[:])
}

func (v *Visit) tellUpload(status int, said announced) error {
	v.W.Header().Set("Content-Type", "application/json")
	v.W.WriteHeader(status)
	_ = json.NewEncoder(v.W).Encode(said) // who has gone needs no answer
	return nil
}
