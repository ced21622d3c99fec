package worker

import (
	"context"
	"fmt"
	"slices"
	"time"

	"recourse/carriers"
)

// Carriers are the carriers that a worker asks, and how long what they and others say is kept.
type Carriers struct {
	Settings carriers.Settings
	Keep     time.Duration // what nobody has shipped under; zero: it is dropped
	Anywhere bool          // they may be on this machine, in development
}

// listeners are what brings the words of carriers to the cases: one that tells what is in the inbox, and one for each carrier
// that is asked.
func listeners(c Config, relay *Relay) ([]func(context.Context), error) {
	teller := &carriers.Teller{Inbox: c.Store, Keep: c.Carriers.Keep, Nudge: relay.Nudge, Logger: c.Logger}
	run := []func(context.Context){teller.Run}
	names := make([]string, 0, len(c.Carriers.Settings))
	for name := range c.Carriers.Settings {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		one := c.Carriers.Settings[name]
		if one.Poll == nil {
			continue
		}
		feed, err := carriers.NewFeed(one, c.Carriers.Anywhere)
		if err != nil {
			return nil, fmt.Errorf("make a worker: carrier %s: %w", name, err)
		}
		poller := &carriers.Poller{Carrier: name, Feed: feed, Poll: *one.Poll, Numbers: c.Store, Logger: c.Logger}
		run = append(run, poller.Run)
	}
	return run, nil
}
