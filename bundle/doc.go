// Package bundle is a case that can be taken away: a zip with everything that an outsider needs to see that nothing was changed
// since it was recorded, and to decide the case again. It is written for one audience. What that audience may not read is left
// out, and its commitment stays, so that the chain still verifies (docs/bundle.md describes the form for other programs).
//
// The package stands on the rules alone: no database, no network, no clock.
package bundle
