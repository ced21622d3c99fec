package dispute_test

import (
	"slices"
	"testing"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// stand brings a case to a status in which the row's command means something.
func (r row) stand(t *testing.T, status dispute.Status) *scene {
	s := opened(t)
	r.before(s)
	if status == dispute.Closed {
		r.file(s)
	}
	if slices.Contains([]string{"accept_offer", "reject_offer", "withdraw_offer"}, r.command) {
		s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1000})
		if status != dispute.WaitingBuyer {
			s.offer(ada, fields{"remedy": dispute.RefundPartial, "amount": 3000})
		}
	}
	r.reach(s, status)
	r.after(s, status)
	if status != dispute.Closed {
		r.file(s)
	}
	return s
}

// file hands in a file that the row's command is about: one that nobody has looked at, or a harmless one.
func (r row) file(s *scene) {
	switch r.command {
	case "record_scan":
		s.Scanner = func(string) dispute.Scan { return dispute.ScanPending }
	case "open_original":
	default:
		return
	}
	s.do("submit_evidence", ada, fields{"type": "photo_of_item", "file": "fil_1"})
}

// before brings about what a situation needs of the past.
func (r row) before(s *scene) {
	switch r.name() {
	case "request_time@again":
		s.do("request_time", bolt, fields{"days": "1d"})
	case "reopen@again":
		s.do("concede", ada, fields{"acknowledge": true})
		s.do("reopen", ada, nil)
	case "cancel_withdrawal@again":
		s.do("withdraw", ada, nil)
		s.do("cancel_withdrawal", ada, nil)
	case "escalate@refused":
		s.do("reject_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1000})})
	case "ship_return@lapsed":
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
		s.late("return_ship")
	}
}

// reach goes to a status by the shortest way.
func (r row) reach(s *scene, status dispute.Status) {
	if r.command == "escalate" && r.situation == "" {
		r.ripen(s, status)
	}
	switch status {
	case dispute.WaitingSeller:
		if s.d().Status != status {
			s.offer(ada, fields{"remedy": dispute.RefundPartial, "amount": 3000})
		}
	case dispute.WaitingBuyer:
		if s.d().Status != status {
			s.do("post_message", bolt, fields{"text": "We pack with care."})
		}
	case dispute.Performing:
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "10d"})})
	case dispute.WaitingReturn:
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
	case dispute.Withdrawing:
		s.do("withdraw", ada, nil)
	case dispute.Closed:
		s.do("concede", ada, fields{"acknowledge": true})
	default:
		r.adjudicate(s, status)
	}
}

// ripen lets the time pass before which nobody may escalate.
func (r row) ripen(s *scene, status dispute.Status) {
	if r.by == casefile.Seller && (status == dispute.WaitingSeller || status == dispute.WaitingBuyer) {
		s.do("post_message", bolt, fields{"text": "We pack with care."})
		s.at(opening + 10*day)
		return
	}
	if status == dispute.WaitingSeller || status == dispute.WaitingBuyer {
		s.at(opening + 3*day)
	}
}

func (r row) adjudicate(s *scene, status dispute.Status) {
	if s.Now.Before(paid.Add(opening + 3*day)) {
		s.at(opening + 3*day)
	}
	s.do("escalate", ada, nil)
	if status == dispute.Assigning {
		return
	}
	s.wait(1)
	if status == dispute.WaitingEvidence {
		return
	}
	s.waive()
	switch status {
	case dispute.WaitingSignature:
		s.do("decide", cleo, split())
	case dispute.AppealWindow, dispute.PanelReview:
		s.do("decide", cleo, forBuyer())
	}
	if status == dispute.PanelReview {
		appellant := ada
		if r.by == casefile.Buyer || r.name() == "appeal@again" {
			appellant = bolt
		}
		s.do("appeal", appellant, fields{"text": "Look again."})
		s.late("appeal_window")
	}
}

// after brings about what the command or its situation needs in the status itself.
func (r row) after(s *scene, status dispute.Status) {
	s.Helper()
	panel := status == dispute.PanelReview
	reviewing := slices.Contains(dispute.Statuses[6:9], status)
	switch name := r.name(); {
	case name == "escalate" && status == dispute.Performing:
		s.shipReplacement()
		s.do("deliver_replacement", carrier, nil)
	case name == "deliver_replacement" && status == dispute.Performing:
		s.shipReplacement()
	case name == "deliver_return" && status == dispute.WaitingReturn:
		s.shipReturn()
	case name == "inspect_return" && status == dispute.WaitingReturn:
		s.shipReturn()
		s.do("deliver_return", carrier, nil)
	case name == "admit_evidence" && (reviewing || panel):
		r.handInLate(s, status)
	case name == "extend_evidence@again":
		s.do("extend_evidence", bolt, nil)
	case name == "object_to_reviewer@again":
		s.object(bolt)
	case name == "rule_objection" && status == dispute.Assigning:
		s.wait(1)
		s.object(ada)
		s.object(bolt)
		s.do("rule_objection", sue, fields{"upheld": true})
	case name == "rule_objection" && (reviewing || panel):
		s.object(ada)
	case name == "decide@objection" && status == dispute.Assigning:
		s.wait(1)
		s.object(ada)
		s.do("rule_objection", sue, fields{"upheld": true})
	case r.situation == "objection":
		if panel {
			s.waive()
		}
		s.object(ada)
	case r.situation == "request":
		s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "1d", "mandatory": true})
	case r.situation == "failed", name == "vote" && panel, name == "vote@again":
		s.waive()
		for i, member := range s.members() {
			if r.situation == "failed" || r.situation == "again" && i == 0 {
				s.do("vote", member, []fields{forBuyer(), forSeller(), split()}[i])
			}
		}
	case name == "appeal@again" && status == dispute.AppealWindow:
		s.do("appeal", bolt, fields{"text": "Look again."})
	case name == "reopen@other":
		s.must(s.order, "open_dispute", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull, "text": "It is still cracked."})
	}
}

// handInLate leaves an item in the case that came after the evidence period.
func (r row) handInLate(s *scene, status dispute.Status) {
	if status != dispute.WaitingSignature {
		s.waive()
	}
	s.do("submit_evidence", ada, fields{"type": "statement", "text": "One thing more."})
	if status == dispute.WaitingEvidence {
		s.do("change_reason", ada, fields{"reason": dispute.Quality, "remedy": dispute.RefundPartial, "amount": 4000})
	}
}

func (s *scene) object(by casefile.Actor) {
	s.Helper()
	data := fields{"text": "She is his cousin."}
	if p := s.d().Panel; p != nil {
		data["reviewer"] = p.Members[0]
	}
	s.do("object_to_reviewer", by, data)
}

// actor is who sends the row's command.
func (r row) actor(s *scene) casefile.Actor {
	p := s.d().Panel
	switch r.by {
	case casefile.Buyer:
		return ada
	case casefile.Seller:
		return bolt
	case casefile.Reviewer:
		switch {
		case r.situation == "another":
			return dora
		case r.situation == "stranger":
			return casefile.Actor{ID: "nobody", Role: casefile.Reviewer}
		case p != nil && r.situation == "objection":
			return s.members()[1]
		case p != nil:
			return s.members()[0]
		}
		return cleo
	case casefile.Supervisor:
		if r.name() == "decide@failed" {
			return casefile.Actor{ID: p.Supervisor, Role: casefile.Supervisor}
		}
		return sue
	case casefile.Operator:
		return operator
	case casefile.Carrier:
		return carrier
	}
	return system
}

// data is what a well-meant command says.
func (r row) data(s *scene) fields {
	d := s.d()
	switch r.command {
	case "post_message":
		return fields{"text": "Hello."}
	case "announce_upload":
		return announced()
	case "record_scan":
		if len(d.Items) == 0 {
			return fields{"step": 1, "verdict": "clean"}
		}
		return fields{"step": d.Items[len(d.Items)-1].Step, "verdict": "clean"}
	case "detected":
		return fields{"detection": "det_1", "detector": "complaint_spike"}
	case "open_original":
		if len(d.Items) > 0 {
			return fields{"item": d.Items[len(d.Items)-1].ID}
		}
	case "submit_evidence":
		return fields{"type": "statement", "text": "I was there."}
	case "request_evidence":
		return fields{"from": "buyer", "type": "invoice", "due": "2d"}
	case "admit_evidence":
		for _, i := range d.Items {
			if i.Late {
				return fields{"item": i.ID, "reasons": "It matters."}
			}
		}
	case "offer":
		return fields{"remedy": dispute.RefundPartial, "amount": 500}
	case "accept_offer", "reject_offer", "withdraw_offer":
		for _, o := range d.Offers {
			if (o.By == r.by) == (r.command == "withdraw_offer") {
				return fields{"offer": o.ID, "version": o.Version}
			}
		}
		return fields{"offer": "ofr_none"}
	case "concede":
		return fields{"acknowledge": true}
	case "change_reason":
		return fields{"reason": dispute.Quality, "remedy": dispute.RefundFull}
	case "request_time":
		return fields{"days": "2d"}
	case "ship_replacement", "ship_return":
		return fields{"carrier": "upu", "tracking": "RB123456785US"}
	case "deliver_replacement", "deliver_return":
		return fields{"strength": "strong"}
	case "inspect_return":
		return fields{"condition": dispute.InOrder}
	case "release":
		return fields{"text": "I know him after all."}
	case "snooze":
		return fields{"until": s.Now.Add(day), "text": "The courier answers tomorrow."}
	case "assign":
		if d.Panel != nil {
			return fields{"to": "sam"}
		}
		return fields{"to": "dora"}
	case "object_to_reviewer":
		if d.Panel != nil {
			return fields{"text": "She is his cousin.", "reviewer": d.Panel.Members[0]}
		}
		return fields{"text": "She is his cousin."}
	case "decide", "vote":
		return forBuyer()
	case "appeal":
		return fields{"text": "Look again."}
	case "end_incident":
		return fields{"from": s.Now, "until": s.Now.Add(day), "at": s.Now}
	case "declare_incident":
		return fields{"from": s.Now, "until": s.Now.Add(day), "text": "Water in the cellar."}
	}
	return nil
}
