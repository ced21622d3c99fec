package play

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"

	"recourse/api/client"
)

// prepareMessage sends a message to the order or to a dispute, as the step says.
func prepareMessage(r *run, _ context.Context, s Step) (call, error) {
	body := client.NewMessage{Text: s.text("text")}
	if s.Dispute == "" && (s.text("to") == "order" || len(r.opened[s.Order]) == 0) {
		id := r.orders[s.Order]
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.PostOrderMessage(ctx, id, nil, body, e...)
		}, nil
	}
	id, err := r.disputeID(s.Order, s.Dispute)
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.PostMessage(ctx, id, nil, body, e...)
	}, err
}

func preparePayout(r *run, _ context.Context, s Step) (call, error) {
	account := r.actor(s.text("party"))
	body := client.MoneyMovement{Amount: *amount(s.Fields["amount"].Amount)}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.PayOut(ctx, account, nil, body, e...)
	}, nil
}

// prepareIncident declares an incident of the story's clock. The API wants a text, the files need none.
func prepareIncident(r *run, _ context.Context, s Step) (call, error) {
	body := client.NewIncident{From: start.Add(s.Fields["from"].Length), Until: start.Add(s.Fields["until"].Length), Text: s.text("text"), Clock: r.clock}
	if body.Text == "" {
		body.Text = r.story.Title
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.DeclareIncident(ctx, nil, body, e...)
	}, nil
}

// prepareEvidence hands in a text or a file.
func prepareEvidence(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	request := ""
	if name := s.text("request"); name != "" {
		var known bool
		if request, known = r.requests[name]; !known {
			return nil, fmt.Errorf("evidence request %s was never made", name)
		}
	}
	if !s.has("file") {
		body := client.NewEvidenceText{Type: client.EvidenceType(s.text("type")), Text: s.text("text"), Request: request, Cost: s.money("cost")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.SubmitEvidence(ctx, id, nil, body, e...)
		}, nil
	}
	announced := ""
	if name := s.text("upload"); name != "" {
		var known bool
		if announced, known = r.uploads[name]; !known {
			return nil, fmt.Errorf("upload %s was never announced", name)
		}
	}
	return r.upload(id, s.text("file"), map[string]string{"type": s.text("type"), "request": request, "upload": announced, "scan": s.text("scan")})
}

// upload sends a file that stands beside the case file. Its other parts come first, as the contract wants it.
func (r *run) upload(dispute, name string, parts map[string]string) (call, error) {
	content, err := os.ReadFile(filepath.Join(r.story.Dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range []string{"type", "request", "upload"} {
		if text := parts[field]; err == nil && text != "" {
			err = form.WriteField(field, text)
		}
	}
	var part io.Writer
	if err == nil {
		part, err = form.CreateFormFile("file", sentAs(name, parts["scan"]))
	}
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("write the form of %s: %w", name, err)
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.SubmitEvidenceWithBody(ctx, dispute, nil, form.FormDataContentType(), bytes.NewReader(body.Bytes()), e...)
	}, nil
}

// sentAs is the name under which a file is sent: its own, or, where the story says how its scan goes, the one by which a test
// clock knows that.
func sentAs(name, scan string) string {
	if scan == "" {
		return filepath.Base(name)
	}
	return "scan-" + scan + filepath.Ext(name)
}

func prepareRequest(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	from := r.side(s, s.text("from"))
	if from == "" {
		from = client.Party(s.text("from"))
	}
	body := client.NewEvidenceRequest{From: from, Type: client.EvidenceType(s.text("type")), Due: formatLength(s.Fields["due"].Length),
		Mandatory: s.Fields["mandatory"].Flag}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.RequestEvidence(ctx, id, nil, body, e...)
	}, nil
}

func prepareAdmission(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	item, err := r.itemID(s.text("item"))
	body := client.Admission{Item: item, Reasons: s.text("reasons")}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.AdmitEvidence(ctx, id, nil, body, e...)
	}, err
}

// prepareInspection hands in the file of the inspection first: the API wants it to be evidence already.
func prepareInspection(r *run, ctx context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	body := client.Inspection{Condition: client.Condition(s.text("condition")), Text: s.text("text")}
	if file := s.text("file"); file != "" {
		send, err := r.upload(id, file, map[string]string{"type": "photo_of_package"})
		if err != nil {
			return nil, err
		}
		handed := Step{Do: "submit_evidence", By: s.By, Order: s.Order, Dispute: s.Dispute, Fields: map[string]Value{"file": {Text: file}}}
		rep, err := r.session.send(ctx, r.actor(s.By), false, send)
		if err == nil && !rep.accepted() {
			err = unexpected{rep}
		}
		if err == nil {
			err = r.learn(ctx, handed, rep)
		}
		if err != nil {
			return nil, fmt.Errorf("hand in %s: %w", file, err)
		}
		body.File = r.items[file]
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.InspectReturn(ctx, id, nil, body, e...)
	}, nil
}

// prepareDecision reads the record just before the decision, or takes the hash of the record that was read earlier. The
// revision is always today's, so that a decision on an old record is refused for the record and for nothing else.
func prepareDecision(r *run, ctx context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	record, err := r.readRecord(ctx, r.actor(s.By), id)
	if err != nil {
		return nil, err
	}
	body := client.NewDecision{Outcome: client.Verdict(s.text("outcome")), Refund: *amount(s.Fields["refund"].Amount),
		Release: *amount(s.Fields["release"].Amount), Return: s.Fields["return"].Flag, Reasons: s.text("reasons"),
		RecordHash: record.RecordHash, IfRevision: record.Revision}
	if hash, ok := r.hashes[s.Number]; ok {
		body.RecordHash = hash
	}
	for _, f := range s.Fields["findings"].Findings {
		finding := client.Finding{Claim: f.Claim, Holds: f.Holds, Rule: f.Rule}
		for _, name := range f.Evidence {
			item, err := r.itemID(name)
			if err != nil {
				return nil, err
			}
			finding.Evidence = append(finding.Evidence, item)
		}
		body.Findings = append(body.Findings, finding)
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.Decide(ctx, id, nil, body, e...)
	}, nil
}

func prepareAssignment(r *run, _ context.Context, s Step) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	body := client.Assignment{To: r.actor(s.text("to"))}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.Assign(ctx, id, nil, body, e...)
	}, err
}
