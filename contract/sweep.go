package contract

// DetectOutcome is what a pass of the detectors did, in numbers: whom it found stands in the database.
type DetectOutcome struct {
	Seen  int `json:"seen"`  // things that happened since the last pass
	Looks int `json:"looks"` // detectors that looked at an account
	Found int `json:"found"` // cases that were opened
	Ended int `json:"ended"` // cases that were answered
}
