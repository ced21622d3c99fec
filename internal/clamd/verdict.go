package clamd

import "strings"

// unjudged are the names of what is found in place of a verdict, when the daemon is set to tell so.
var unjudged = []string{"Heuristics.Limits.Exceeded", "Heuristics.Encrypted."}

// verdict reads the answer to a scan. What is said of the stream is a verdict; anything else is the daemon's own trouble.
func verdict(line string) (Result, error) {
	if line == "INSTREAM size limit exceeded. ERROR" {
		return Result{Verdict: Unscannable, Why: "it is larger than the scanner takes"}, nil
	}
	said, ours := strings.CutPrefix(line, "stream: ")
	if !ours {
		return Result{}, strange(line)
	}
	if said == "OK" {
		return Result{Verdict: Clean}, nil
	}
	if name, found := strings.CutSuffix(said, " FOUND"); found {
		for _, prefix := range unjudged {
			if strings.HasPrefix(name, prefix) {
				return Result{Verdict: Unscannable, Why: name}, nil
			}
		}
		return Result{Verdict: Infected, Signature: name}, nil
	}
	if why, failed := strings.CutSuffix(said, " ERROR"); failed {
		return Result{Verdict: Unscannable, Why: why}, nil
	}
	return Result{}, strange(line)
}
