package api

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/dispute"
)

// withComment is the lamp with a place in its comment, as a camera leaves it.
func withComment() []byte {
	comment := "\xff\xfe\x00\x1b52.5163N 13.3777E at home"
	return append(append(append([]byte{}, jpeg[:2]...), comment...), jpeg[2:]...)
}

// handIn uploads a file as evidence and returns the item as its owner sees it afterwards.
func (s *stage) handIn(by who, at string, content []byte, fields ...field) wire.Evidence {
	s.t.Helper()
	var item wire.Evidence
	s.upload(by, at, append([]field{{"type", "photo_of_item"}}, fields...), bytes.NewReader(content), "").is(http.StatusCreated).into(&item)
	s.get(by, at+"/"+item.ID).is(http.StatusOK).into(&item)
	return item
}

func TestOfAnImageNobodyButWhoDecidesSeesMoreThanItsPixels(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	photo := withComment()
	item := s.handIn(s.aBuyer(), at, photo)
	for _, by := range []who{s.aSeller(), s.aBuyer(), s.aSupervisor()} {
		for _, path := range []string{item.File.Href, item.File.Thumbnail} {
			a := s.get(by, path).is(http.StatusOK)
			require.Equal(t, "image/jpeg", a.header.Get("Content-Type"))
			require.Contains(t, a.header.Get("Content-Security-Policy"), "sandbox")
			require.NotContains(t, string(a.body), "52.5163N")
			require.NotEqual(t, photo, a.body)
		}
	}
	moving := s.handIn(s.aSeller(), at, film)
	require.Equal(t, "image/gif", s.get(s.aBuyer(), moving.File.Href).is(http.StatusOK).header.Get("Content-Type"))

	original := at + "/" + item.ID + "/original"
	a := s.post(s.aSupervisor(), original, "").is(http.StatusOK)
	require.Equal(t, photo, a.body)
	require.Equal(t, "application/octet-stream", a.header.Get("Content-Type"))
	require.Contains(t, a.header.Get("Content-Disposition"), "attachment")
	for range 3 { // one key is one request, but the file is sent each time
		s.post(s.aSupervisor(), original, "", "Idempotency-Key", "look").is(http.StatusOK)
	}
	for by, code := range map[who]wire.ProblemCode{s.aBuyer(): codeNotAllowed, s.aSeller(): codeNotAllowed, s.aReviewer(): codeNotAllowed,
		{id: s.otherBuyer, role: "buyer"}: codeNotFound, {id: "auditor", role: "auditor"}: codeNotAllowed} {
		s.post(by, original, "").refused(code)
	}
	s.post(s.aSupervisor(), at+"/evd_0000000000000000000000000A/original", "").refused(codeNotFound)
	viewed := 0
	for _, r := range s.world.cases[item.File.Href[len("/v1/disputes/"):][:30]].log {
		if r.Type == "evidence.viewed" {
			viewed++
			require.Equal(t, s.supervisor, r.By.ID)
		}
	}
	require.Equal(t, 4, viewed, "each look is in the record")
}

func TestNothingUnscannedReachesTheOtherParty(t *testing.T) {
	for finds, status := range map[dispute.Scan]wire.ProblemCode{dispute.ScanPending: wire.ProblemCodeWrongStage, dispute.ScanInfected: codeNotFound, dispute.ScanUnscannable: codeNotFound} {
		t.Run(string(finds), func(t *testing.T) {
			s := newStage(t)
			s.world.finds = finds
			at := "/v1/disputes/" + s.aDispute().ID
			item := s.handIn(s.aBuyer(), at+"/evidence", withComment())
			require.Equal(t, string(finds), string(item.Scan))
			require.Empty(t, item.File.Href)
			content := at + "/evidence/" + item.ID + "/content"
			s.get(s.aBuyer(), content).refused(status)
			s.get(s.aSupervisor(), content).refused(status)
			s.post(s.aSupervisor(), at+"/evidence/"+item.ID+"/original", "").refused(wire.ProblemCodeWrongStage)
			s.get(s.aSeller(), content).refused(codeNotFound)
			s.get(s.aSeller(), at+"/evidence/"+item.ID).refused(codeNotFound)
			var seen wire.Dispute
			s.get(s.aSeller(), at).is(http.StatusOK).into(&seen)
			require.Empty(t, seen.Evidence)
		})
	}
}

func TestAnAnnouncedFileIsTheSameEvidenceHoweverOftenItIsSent(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID
	photo := withComment()
	sum := sha256.Sum256(photo)
	word := fmt.Sprintf(`{"type":"photo_of_item","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), len(photo))
	var announced wire.AnnouncedUpload
	s.post(s.aBuyer(), at+"/uploads", word).is(http.StatusCreated).into(&announced)
	require.False(t, announced.Late)
	require.False(t, announced.Until.IsZero())
	fields := []field{{"type", "photo_of_item"}, {"upload", announced.ID}}

	s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(jpeg), "").refused(codeEvidenceRejected)
	longer := append(append([]byte{}, photo...), 0)
	s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(longer), "").refused(codeEvidenceRejected)
	s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(photo[:200]), "").refused(codeEvidenceRejected)
	s.upload(s.aSeller(), at+"/evidence", fields, bytes.NewReader(photo), "").refused(codeNotFound)
	require.Empty(t, s.world.files, "nothing was kept")

	var first, again wire.Evidence
	s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(photo), "").is(http.StatusCreated).into(&first)
	s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(photo), "").is(http.StatusCreated).into(&again)
	require.Equal(t, announced.Evidence, first.ID)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, first.File.ID, again.File.ID, "the file that is in the case, not the one that came with the repeat")
	stored := len(s.world.files)
	s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(jpeg), "").refused(codeEvidenceRejected)
	require.Len(t, s.world.files, stored, "nothing of another file is kept, and no receipt says that it was taken")
	var seen wire.Dispute
	s.get(s.aSeller(), at).is(http.StatusOK).into(&seen)
	require.Len(t, seen.Evidence, 1)
}

// TestWhatIsSaidOfALandedFileIsComparedAsItsBytesAre: an upload's identifier is a key, also without an Idempotency-Key.
func TestWhatIsSaidOfALandedFileIsComparedAsItsBytesAre(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID
	sum := sha256.Sum256(pdf)
	word := fmt.Sprintf(`{"type":"return_receipt","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), len(pdf))
	var announced wire.AnnouncedUpload
	s.post(s.aBuyer(), at+"/uploads", word).is(http.StatusCreated).into(&announced)
	said := []field{{"type", "return_receipt"}, {"text", "The label."}, {"cost", `{"amount":900,"currency":"EUR"}`}, {"upload", announced.ID}}
	send := func(fields []field) answer {
		return s.upload(s.aBuyer(), at+"/evidence", fields, bytes.NewReader(pdf), "application/pdf")
	}
	var first, again wire.Evidence
	send(said).is(http.StatusCreated).into(&first)
	send(said).is(http.StatusCreated).into(&again)
	require.Equal(t, first, again)
	for place, other := range map[int]field{0: {"type", "invoice"}, 1: {"text", "Another label."}, 2: {"cost", `{"amount":901,"currency":"EUR"}`}} {
		changed := slices.Clone(said)
		changed[place] = other
		if place == 0 {
			changed = slices.Delete(changed, 2, 3) // only the receipt of a return has a cost
		}
		a := send(changed).refused(wire.ProblemCodeIdempotencyMismatch)
		require.Equal(t, "/"+other.name, a.problem.Errors[0].Pointer)
	}
	for _, left := range []int{1, 2} {
		send(slices.Delete(slices.Clone(said), left, left+1)).refused(wire.ProblemCodeIdempotencyMismatch)
	}
	var seen wire.Dispute
	s.get(s.aSeller(), at).is(http.StatusOK).into(&seen)
	require.Len(t, seen.Evidence, 1)
}

func TestATwentyFirstItemIsRefused(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	for range 20 {
		s.handIn(s.aBuyer(), at, text)
	}
	s.upload(s.aBuyer(), at, []field{{"type", "other"}}, bytes.NewReader(text), "").refused(wire.ProblemCodeTooManyItems)
	s.handIn(s.aSeller(), at, text)
}

func TestANameThatSaysSomethingElseIsRefused(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	body := "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nother\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"lamp.exe\"\r\n\r\n" +
		string(jpeg) + "\r\n--x--\r\n"
	s.post(s.aBuyer(), at, body, "Content-Type", "multipart/form-data; boundary=x").refused(codeEvidenceRejected)
	require.Empty(t, s.world.files)
}

func TestAPixelFloodIsRefusedAtTheDoor(t *testing.T) {
	s := newStage(t, func(c *Config) {
		c.Images.Side, c.Images.Pixels, c.Images.Frames = 400, 400*200-1, 1
	})
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	s.upload(s.aBuyer(), at, []field{{"type", "other"}}, bytes.NewReader(jpeg), "").refused(codeEvidenceRejected)
	require.Empty(t, s.world.files)
}

func TestALengthThatLiesIsMalformed(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	server := httptest.NewServer(s.server)
	defer server.Close()
	token, err := s.issuer.Mint(s.buyer, "buyer", 1e11)
	require.NoError(t, err)
	body := "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nother\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + strings.Repeat("a", 8000)
	short := "POST " + at + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000\r\n\r\n" + body
	require.Equal(t, http.StatusBadRequest, status(t, server.Listener.Addr().String(), short))
	require.Empty(t, s.world.files)
}

func TestTheChecklistSaysWhatIsStillMissing(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	missing := func(by who, party wire.Party) (required int, others int) {
		var seen wire.Dispute
		s.get(by, at).is(http.StatusOK).into(&seen)
		for _, i := range seen.Checklist {
			switch {
			case i.Party != party:
				others++
			case i.Need == "required" && !i.Satisfied:
				required++
			}
		}
		return required, others
	}
	before, others := missing(s.aBuyer(), "buyer")
	require.Equal(t, 2, before)
	require.Zero(t, others, "a party sees its own")
	s.handIn(s.aBuyer(), at+"/evidence", jpeg)
	after, _ := missing(s.aBuyer(), "buyer")
	require.Equal(t, 1, after)
	s.world.finds = dispute.ScanInfected
	s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "photo_of_package"}}, bytes.NewReader(jpeg), "").is(http.StatusCreated)
	after, _ = missing(s.aBuyer(), "buyer")
	require.Equal(t, 1, after, "what was rejected satisfies nothing")
	_, others = missing(s.aSupervisor(), "buyer")
	require.Positive(t, others, "who decides sees both")

	var can wire.Eligibility
	s.get(s.aBuyer(), "/v1/orders/"+s.orderID+"/eligibility").is(http.StatusOK).into(&can)
	for _, o := range can.CanOpen {
		require.NotEmpty(t, o.Checklist, o.Reason)
		for _, i := range o.Checklist {
			require.Equal(t, wire.Party("buyer"), i.Party)
			require.NotEmpty(t, i.Text)
		}
	}
}

// status sends what nobody's client would, hangs up its side, and reads how it is answered.
func status(t *testing.T, address, request string) int {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}
