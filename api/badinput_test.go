package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/store"
)

func TestNobodyHandsInWhatIsSomebodyElses(t *testing.T) {
	s := newStage(t)
	other := s.aDispute()
	theirs := s.handIn(s.aBuyer(), "/v1/disputes/"+other.ID+"/evidence", jpeg)
	d := s.escalated()
	at := "/v1/disputes/" + d.ID
	kept := len(s.world.files)
	a := s.post(s.aSeller(), at+"/evidence", `{"type":"photo_of_item","text":"See.","file":"`+theirs.File.ID+`"}`).refused(codeValidationFailed)
	require.Equal(t, "/file", a.problem.Errors[0].Pointer, "a file is handed in by its bytes and never by its name")
	s.get(s.aSeller(), at+"/evidence/"+theirs.ID).refused(codeNotFound)
	s.get(s.aSeller(), at+"/evidence/"+theirs.ID+"/content").refused(codeNotFound)

	s.post(s.aSupervisor(), at+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	var asked wire.EvidenceRequest
	s.post(s.aReviewer(), at+"/request_evidence", `{"from":"buyer","type":"invoice","due":"2d"}`).is(http.StatusCreated).into(&asked)
	log := len(s.world.cases[d.ID].log)
	for name, request := range map[string]string{"another party's": asked.ID, "another case's": "req_01J9ZK3N8RQWV5T7XG2M4HBDCE"} {
		s.post(s.aSeller(), at+"/evidence", `{"type":"invoice","text":"Here.","request":"`+request+`"}`).refused(codeValidationFailed)
		require.Len(t, s.world.cases[d.ID].log, log, name)
	}
	require.Len(t, s.world.files, kept)
}

func TestADecisionRestsOnTheEvidenceOfItsOwnCase(t *testing.T) {
	s := newStage(t)
	elsewhere := s.handIn(s.aBuyer(), "/v1/disputes/"+s.aDispute().ID+"/evidence", jpeg)
	d := s.underReview()
	at := "/v1/disputes/" + d.ID
	late := s.handIn(s.aSeller(), at+"/evidence", jpeg)
	require.True(t, late.Late)
	resting := func(on string) string {
		return s.verdict(d.ID, 4550, 0, `,"findings":[{"claim":"not_as_described.damaged","holds":true,"evidence":["`+on+`"],"rule":"6.3"}]`)
	}
	for _, on := range []string{elsewhere.ID, late.ID, "evd_01J9ZK3N8RQWV5T7XG2M4HBDCE"} {
		a := s.post(s.aReviewer(), at+"/decide", resting(on)).refused(codeValidationFailed)
		require.Equal(t, "/findings", a.problem.Errors[0].Pointer)
	}
	require.Equal(t, wire.StatusUnderReview, s.seen(s.aReviewer(), d.ID).Status)
}

// late moves the world and takes what is due on the way in a case.
func (s *stage) late(id string, length time.Duration) {
	s.t.Helper()
	defer s.world.lock()()
	s.world.now = s.world.now.Add(length)
	c := s.world.cases[id]
	for {
		due, found := c.record.State.Next()
		if !found || due.DueAt.After(s.world.now) {
			return
		}
		state, change := c.record.State.Default(due, s.world.facts(c, store.Knock{}, due.DueAt))
		c.record.State, c.record.Revision = state, state.Head().Revision
		s.world.seal(c, change.Events)
	}
}

func TestAVoteIsCastOnceAndInTime(t *testing.T) {
	s := newStage(t)
	d := s.appealed()
	at := "/v1/disputes/" + d.ID
	s.post(s.aBuyer(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	s.post(s.aSeller(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	vote := `{"outcome":"decided_for_buyer","refund":{"amount":4550,"currency":"EUR"},"release":{"amount":0,"currency":"EUR"},"reasons":"Broken."}`
	member := func(i int) who { return who{id: d.Panel.Members[i], role: casefile.Reviewer} }
	s.post(member(0), at+"/vote", vote).is(http.StatusOK)
	s.post(member(0), at+"/vote", vote).refused(wire.ProblemCodeAlreadyVoted)
	s.post(s.aReviewer(), at+"/vote", vote).refused(codeNotAllowed) // who decided before
	s.late(d.ID, 10*24*time.Hour+time.Microsecond)
	s.post(member(1), at+"/vote", vote).refused(wire.ProblemCodeDeadlinePassed)
}

func TestAClaimThatHasLapsedDecidesNothing(t *testing.T) {
	s := newStage(t)
	d := s.escalated()
	at := "/v1/disputes/" + d.ID
	s.post(s.aReviewer(), at+"/claim", `{}`).is(http.StatusOK)
	verdict, _, _ := strings.Cut(s.verdict(d.ID, 4550, 0, ""), `,"if_revision"`)
	s.post(s.aSupervisor(), at+"/assign", `{"to":"`+s.another(casefile.Reviewer).id+`"}`).is(http.StatusOK)
	verdict += fmt.Sprintf(`,"if_revision":%d}`, s.seen(s.aSupervisor(), d.ID).Revision)
	s.post(s.aReviewer(), at+"/decide", verdict).refused(wire.ProblemCodeAssignmentLapsed)
	s.post(s.aReviewer(), at+"/request_evidence", `{"from":"buyer","type":"invoice","due":"2d"}`).refused(wire.ProblemCodeAssignmentLapsed)
}

// part is one part of a form whose boundary is x.
func part(name, more, content string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" + content + "\r\n"
}

func TestAFormHasOneFileAndItComesLast(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID
	file := part("file", `; filename="lamp.jpg"`, string(jpeg))
	for pointer, body := range map[string]string{
		"/file": part("type", "", "photo_of_item") + file + file,
		"/type": file + part("type", "", "photo_of_item"),
		"/text": part("type", "", "photo_of_item") + file + part("text", "", "Cracked."),
	} {
		a := s.post(s.aBuyer(), at+"/evidence", body+"--x--\r\n", "Content-Type", "multipart/form-data; boundary=x").refused(codeValidationFailed)
		require.Equal(t, pointer, a.problem.Errors[0].Pointer)
	}
	require.Empty(t, s.seen(s.aBuyer(), strings.Split(at, "/")[3]).Evidence)
}

func TestAnUploadThatIsCutAndRepeatedIsOneItem(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID
	sum := sha256.Sum256(jpeg)
	var announced wire.AnnouncedUpload
	s.post(s.aBuyer(), at+"/uploads", fmt.Sprintf(`{"type":"photo_of_item","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), len(jpeg))).is(http.StatusCreated).into(&announced)
	whole := part("type", "", "photo_of_item") + part("upload", "", announced.ID) + part("file", `; filename="lamp.jpg"`, string(jpeg)) + "--x--\r\n"
	form := []string{"Content-Type", "multipart/form-data; boundary=x", "Idempotency-Key", "lamp"}
	s.post(s.aBuyer(), at+"/evidence", whole[:len(whole)-len(jpeg)/2], form...).refused(wire.ProblemCodeMalformed)
	require.Empty(t, s.world.files, "half a file is no file")
	var item wire.Evidence
	s.post(s.aBuyer(), at+"/evidence", whole, form...).is(http.StatusCreated).into(&item)
	require.Equal(t, announced.Evidence, item.ID, "it was known by this identifier before a byte of it had come")
	s.post(s.aBuyer(), at+"/evidence", whole, form...).is(http.StatusCreated).into(&item)
	require.Equal(t, announced.Evidence, item.ID)
	require.Len(t, s.seen(s.aBuyer(), strings.Split(at, "/")[3]).Evidence, 1)
}

func TestAFilmIsADownloadInASandbox(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	for _, c := range []struct {
		content []byte
		ending  string
	}{{mp4, ".mp4"}, {pdf, ".pdf"}, {text, ".txt"}} {
		item := s.handIn(s.aBuyer(), at, c.content)
		a := s.get(s.aSeller(), item.File.Href).is(http.StatusOK)
		require.True(t, bytes.Equal(c.content, a.body))
		require.Equal(t, "application/octet-stream", a.header.Get("Content-Type"))
		require.Equal(t, "attachment; filename="+item.ID+c.ending, a.header.Get("Content-Disposition"), "under a name of ours")
		require.Equal(t, "sandbox; default-src 'none'", a.header.Get("Content-Security-Policy"))
	}
}
