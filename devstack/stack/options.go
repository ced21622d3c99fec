package stack

import (
	"log/slog"
	"time"

	"recourse/activities"
	"recourse/api"
	"recourse/devstack/engine"
	"recourse/worker"
	"recourse/workflows/shell"
)

// AnyPort asks for a free port.
const AnyPort = engine.AnyPort

// Options say what to start. The zero value is a system that leaves nothing behind, with its API on a free port.
type Options struct {
	// Dir is the folder that keeps everything: cases, files, the engine's state and the key that signs tokens. A second
	// start on the same folder goes on where the first one was, also when that one was killed. Empty: nothing is kept.
	Dir string
	// Database is where the cases are: "postgres://…" or "sqlite:PATH". Empty: a file in Dir.
	Database string
	// EnginePostgres puts the engine's state into PostgreSQL (engine.Options.PostgresDSN). Empty: beside the cases in Dir.
	EnginePostgres string

	APIPort    int // 0 or AnyPort: a free one
	UIPort     int // 0: no web page of the engine; AnyPort: a free one
	EnginePort int // 0: a free one

	// Engine overrides the engine's settings by key, Shell those of every run; tests use them to get many short runs.
	Engine map[string]any
	Shell  shell.Options
	Relay  worker.Pace
	API    api.Config // Sandbox is always on

	// Scanner looks at files of evidence. Nil: everything counts as clean, unseen.
	Scanner activities.Scanner

	// Detectors is how often the detectors look at what happened in real time, as `recourse worker` does by a schedule of the
	// engine. Zero: no schedule is set up, and they run on test clocks alone, where somebody asks for it.
	Detectors time.Duration

	// LookEvery is how often a page that is open looks whether its case has changed. Zero: as the pages do by themselves.
	LookEvery time.Duration

	// Logger hears of what goes wrong. Nil: nobody does.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.APIPort == AnyPort {
		o.APIPort = 0
	}
	o.API.Sandbox = true
	return o
}
