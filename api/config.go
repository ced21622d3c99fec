package api

import (
	"time"

	"recourse/internal/media"
)

// Config is how the API behaves. The zero value of a field means its default.
type Config struct {
	// Sandbox lets test clocks, policies of one's own and acting for others exist.
	Sandbox bool
	// CommandWait is how long a command waits for its case before it is answered with 202.
	CommandWait time.Duration
	// ClockWait is how long a command waits at the door while a test clock is being advanced.
	ClockWait time.Duration
	// AdvanceWait is how long an advance is waited for before it is answered as still under way.
	AdvanceWait time.Duration
	// RequestTimeout bounds every other request.
	RequestTimeout time.Duration
	// UploadTimeout bounds a request that brings or fetches a file.
	UploadTimeout time.Duration
	// MaxBody is the largest JSON body, and MaxFile the largest file that any policy can allow.
	MaxBody int64
	MaxFile int64
	// Images bound what an image may be. Zero: media.Defaults.
	Images media.Limits
	// BoardEvery is for how long a count of the board is shown again before it is counted anew.
	BoardEvery time.Duration
	// Rate is how many requests a second one caller may send, and Burst how many at once. Zero: no limit.
	Rate  float64
	Burst int
}

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	def(&c.CommandWait, 5*time.Second)
	def(&c.ClockWait, 2*time.Second)
	def(&c.AdvanceWait, 20*time.Second)
	def(&c.BoardEvery, 10*time.Second)
	def(&c.RequestTimeout, 15*time.Second)
	def(&c.UploadTimeout, 2*time.Minute)
	if c.Images == (media.Limits{}) {
		c.Images = media.Defaults()
	}
	if c.MaxBody == 0 {
		c.MaxBody = 512 << 10
	}
	if c.MaxFile == 0 {
		c.MaxFile = 25 << 20
	}
	return c
}
