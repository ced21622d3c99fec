package stack

import (
	"net/http"
	"slices"

	"recourse/console"
	"recourse/internal/issuer"
)

const (
	issuerPath  = "/issuer" // of the small issuer that signs personas in
	pagesClient = "console"
)

// pages are the web pages over the API of this process, as `recourse api` serves them. People sign in as whoever was
// welcomed.
func (s *Stack) pages(api http.Handler) (*console.Console, error) {
	return console.New(console.Config{Address: s.URL(), Issuer: s.issuer.Name(), Discovery: s.URL() + issuerPath, Client: pagesClient,
		LookEvery: s.options.LookEvery, Runs: s.runs()},
		console.Services{API: console.InProcess{Handler: api}, Sessions: s.Store, Log: s.options.Logger})
}

// runs is where the engine's web page shows the runs of cases, or empty without one.
func (s *Stack) runs() string {
	if s.EngineUI() == "" {
		return ""
	}
	return s.EngineUI() + "/namespaces/" + Namespace + "/workflows"
}

// Welcome names those whom one press of a button signs in to the pages.
func (s *Stack) Welcome(people []issuer.Persona) {
	s.welcome.Lock()
	defer s.welcome.Unlock()
	s.personas = slices.Clone(people)
}

func (s *Stack) people() []issuer.Persona {
	s.welcome.Lock()
	defer s.welcome.Unlock()
	return slices.Clone(s.personas)
}
