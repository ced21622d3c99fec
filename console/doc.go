// Package console is the web pages: what parties, reviewers and operators see. It is a client of the public API and of
// nothing else, and asks it with the token of whoever is signed in; so it can do nothing that the API does not offer, and
// knows nothing that its reader may not know. docs/console.md says how to add a page, a form, a phrase and a test.
package console
