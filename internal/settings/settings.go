// Package settings is the one place where the program's settings live: name, default, description, and whom they concern.
// All of them come from the environment with the prefix RECOURSE_ and take effect when the process starts. The connection
// to Temporal is configured by Temporal's own variables.
package settings

import (
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"recourse/internal/crash"
)

// Prefix is what every variable begins with.
const Prefix = "RECOURSE_"

// ForPlay is the one variable with the prefix that is no setting of a process: the token with which case files are played.
const ForPlay = Prefix + "PLAY_TOKEN"

// Settings are all settings of all processes. Each process reads those that concern it.
type Settings struct {
	Database            string `env:"DATABASE" for:"api, worker, migrate, doctor, export" help:"where the cases are: postgres://user@host/name or sqlite:PATH"`
	DatabaseConnections int    `env:"DATABASE_CONNECTIONS" envDefault:"24" for:"api, worker, migrate, doctor, export" help:"connections to Postgres, at most"`

	Files string `env:"FILES" for:"api, worker, doctor, export" help:"where files of evidence are: a folder that all processes share, or the URL of one (file://…) or of a bucket (s3://…, gs://…, azblob://…; credentials as each cloud has them)"`

	LogLevel  slog.Level `env:"LOG_LEVEL" envDefault:"INFO" for:"api, worker, migrate, doctor, export" help:"DEBUG, INFO, WARN or ERROR"`
	LogFormat string     `env:"LOG_FORMAT" envDefault:"json" for:"api, worker, migrate, doctor, export" help:"json or text"`

	TaskQueue string        `env:"TASK_QUEUE" envDefault:"recourse" for:"api, worker, doctor" help:"the queue between api and worker; the same for both"`
	Shutdown  time.Duration `env:"SHUTDOWN" envDefault:"15s" for:"api, worker" help:"how long a stopping process may finish what it began"`

	LateAfter time.Duration `env:"LATE_AFTER" envDefault:"5m" for:"api, worker, doctor" help:"a deadline that is noticed later than this is moved; another value only in a sandbox"`
	CrashAt   string        `env:"CRASH_AT" for:"api, worker" help:"point:n at which the process kills itself, to test what becomes of its work; only in a sandbox"`

	Listen      string        `env:"LISTEN" envDefault:"127.0.0.1:8080" for:"api" help:"address of the API"`
	Issuer      string        `env:"ISSUER" for:"api, token" help:"who issues tokens (iss)"`
	Audience    string        `env:"AUDIENCE" envDefault:"recourse" for:"api, token" help:"for whom tokens are (aud)"`
	Keys        string        `env:"KEYS" for:"api" help:"the issuer's public keys: a JWKS file or its https address"`
	Signing     string        `env:"SIGNING" for:"api, export" help:"folder of the Ed25519 keys that sign receipts and bundles (recourse keys add); empty: none are given"`
	Sandbox     bool          `env:"SANDBOX" for:"api, worker, doctor" help:"test clocks, acting for others; never with real money"`
	CommandWait time.Duration `env:"COMMAND_WAIT" envDefault:"5s" for:"api" help:"how long a command waits for its answer before it is a 202"`
	Rate        float64       `env:"RATE" envDefault:"20" for:"api" help:"requests a second of one caller; 0 is no limit"`
	Burst       int           `env:"BURST" envDefault:"60" for:"api" help:"requests of one caller at once"`

	Console          string        `env:"CONSOLE" for:"api" help:"address under which people reach the pages: https://resolve.example; empty: no pages are served"`
	ConsoleClient    string        `env:"CONSOLE_CLIENT" envDefault:"recourse" for:"api" help:"how the issuer knows the pages (OpenID Connect client)"`
	ConsoleSecret    string        `env:"CONSOLE_SECRET" for:"api" help:"what the pages show the issuer for that; empty: a public client, whose proof is PKCE"`
	ConsoleDiscovery string        `env:"CONSOLE_DISCOVERY" for:"api" help:"where the issuer describes itself, without /.well-known/…; empty: under RECOURSE_ISSUER"`
	ConsoleScopes    []string      `env:"CONSOLE_SCOPES" for:"api" help:"what the pages ask the issuer for beside openid and profile: offline_access, where it renews tokens for that only"`
	ConsoleIdle      time.Duration `env:"CONSOLE_IDLE" envDefault:"2h" for:"api" help:"after how long without use people are signed out"`
	ConsoleSession   time.Duration `env:"CONSOLE_SESSION" envDefault:"12h" for:"api" help:"after how long people are signed out whatever they do; sooner where their token ends sooner and the issuer does not renew it"`

	TemporalUI string `env:"TEMPORAL_UI" for:"api" help:"address of the cases' runs in the Temporal UI, for operators: https://temporal.example/namespaces/NAME/workflows; empty: no links"`

	Scanner     string `env:"SCANNER" envDefault:"none" for:"worker, doctor" help:"the virus scanner: unix:///run/clamav/clamd.ctl or tcp://host:3310; none: every file counts as clean, unseen"`
	ImageSide   int    `env:"IMAGE_SIDE" envDefault:"16384" for:"api, worker" help:"pixels of the longer side of an image, at most"`
	ImagePixels int64  `env:"IMAGE_PIXELS" envDefault:"50000000" for:"api, worker" help:"pixels of an image or of all frames of an animation, at most; about 10 bytes of memory each"`

	Carriers        string        `env:"CARRIERS" for:"api, worker" help:"YAML file of the carriers: whose messages are taken, and who is asked; empty: none"`
	CarrierKeep     time.Duration `env:"CARRIER_KEEP" envDefault:"336h" for:"worker" help:"how long what a carrier says of a number is kept that nobody has shipped under; 0s drops it"`
	CarrierAnywhere bool          `env:"CARRIER_ANYWHERE" for:"worker" help:"carriers may be on this machine, over http; only in a sandbox"`

	Provider  string        `env:"PROVIDER" envDefault:"ledger" for:"worker" help:"who moves the money: ledger, or faulty in development"`
	Hosts     []string      `env:"HOSTS" for:"worker" help:"the marketplace's own hosts, which links in messages and reviews may lead to, as may what is below them: shop.example,help.example.org"`
	Detectors time.Duration `env:"DETECTORS" envDefault:"15m" for:"worker" help:"how often the detectors look at what happened; 0: this worker sets up no schedule"`

	Desk       string `env:"DESK" for:"worker" help:"address under which operators open a case; shown in the Temporal UI"`
	Cache      int    `env:"CACHE" envDefault:"5000" for:"worker" help:"cases kept in memory"`
	Pollers    int    `env:"POLLERS" envDefault:"8" for:"worker" help:"tasks asked for at a time"`
	Activities int    `env:"ACTIVITIES" envDefault:"200" for:"worker" help:"steps and effects at a time"`
	Deployment string `env:"DEPLOYMENT" envDefault:"recourse" for:"worker" help:"name of the worker deployment"`
	Build      string `env:"BUILD" for:"worker" help:"name of this release in it; empty: the version of the binary"`
	Versioned  bool   `env:"VERSIONED" for:"worker" help:"work only on what the deployment's routing sends to this release"`
}

// Load reads the settings from the process's environment.
func Load() (Settings, error) { return FromEnvironment(env.ToMap(os.Environ())) }

// FromEnvironment reads the settings from the given variables. A variable with the prefix that no setting has is an error,
// since a misspelt name would silently leave a default in force.
func FromEnvironment(variables map[string]string) (Settings, error) {
	var s Settings
	if err := env.ParseWithOptions(&s, env.Options{Prefix: Prefix, Environment: variables}); err != nil {
		return Settings{}, fmt.Errorf("read settings: %w", err)
	}
	known := map[string]bool{ForPlay: true}
	for _, v := range Variables() {
		known[v.Name] = true
	}
	for name := range variables {
		if strings.HasPrefix(name, Prefix) && !known[name] && !strings.HasPrefix(name, Prefix+"TEST_") {
			return Settings{}, fmt.Errorf("read settings: there is no setting %s", name)
		}
	}
	return s, s.check()
}

// host is a name of at least two parts, as a link would have it: without a scheme, a port or a path.
var host = regexp.MustCompile(`^([a-z0-9-]+\.)+[a-z0-9-]+$`)

// lateAfter is the lateness of the procedure (12, R3).
const lateAfter = 5 * time.Minute

func (s Settings) check() error {
	switch {
	case s.LogFormat != "json" && s.LogFormat != "text":
		return fmt.Errorf("read settings: %sLOG_FORMAT is json or text, not %q", Prefix, s.LogFormat)
	case s.Provider != "ledger" && s.Provider != "faulty":
		return fmt.Errorf("read settings: %sPROVIDER is ledger or faulty, not %q", Prefix, s.Provider)
	case s.ImageSide <= 0 || s.ImagePixels <= 0:
		return fmt.Errorf("read settings: %sIMAGE_SIDE and %sIMAGE_PIXELS are above zero", Prefix, Prefix)
	case s.Shutdown <= 0 || s.CommandWait <= 0:
		return fmt.Errorf("read settings: %sSHUTDOWN and %sCOMMAND_WAIT are above zero", Prefix, Prefix)
	case s.ConsoleIdle <= 0 || s.ConsoleSession <= 0:
		return fmt.Errorf("read settings: %sCONSOLE_IDLE and %sCONSOLE_SESSION are above zero", Prefix, Prefix)
	case s.LateAfter <= 0:
		return fmt.Errorf("read settings: %sLATE_AFTER is above zero", Prefix)
	case !s.Sandbox && (s.LateAfter != lateAfter || s.CrashAt != ""):
		return fmt.Errorf("read settings: %sLATE_AFTER and %sCRASH_AT are for tests; they need %sSANDBOX", Prefix, Prefix, Prefix)
	case s.CarrierAnywhere && !s.Sandbox:
		return fmt.Errorf("read settings: %sCARRIER_ANYWHERE is for development; it needs %sSANDBOX", Prefix, Prefix)
	case s.CarrierKeep < 0:
		return fmt.Errorf("read settings: %sCARRIER_KEEP is not below zero", Prefix)
	case slices.ContainsFunc(s.Hosts, func(h string) bool { return !host.MatchString(h) }):
		return fmt.Errorf("read settings: %sHOSTS are names such as shop.example, in small letters, with commas between them", Prefix)
	case crash.Check(s.CrashAt) != nil:
		return fmt.Errorf("read settings: %sCRASH_AT: %w", Prefix, crash.Check(s.CrashAt))
	case s.Detectors < 0 || s.Detectors > 0 && s.Detectors < time.Minute:
		return fmt.Errorf("read settings: %sDETECTORS is 0, or a minute at least", Prefix)
	case s.Rate < 0 || s.Burst < 0 || s.Cache < 0 || s.Pollers < 0 || s.Activities < 0 || s.DatabaseConnections < 0:
		return fmt.Errorf("read settings: numbers are not below zero")
	}
	return nil
}

// Variable is one setting as people read of it.
type Variable struct {
	Name    string
	Default string
	For     string // the commands that read it
	Help    string
}

// Variables are all settings, in the order in which they are declared.
func Variables() []Variable {
	var all []Variable
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		all = append(all, Variable{
			Name:    Prefix + field.Tag.Get("env"),
			Default: field.Tag.Get("envDefault"),
			For:     field.Tag.Get("for"),
			Help:    field.Tag.Get("help"),
		})
	}
	return all
}

// Describe writes the settings that concern a command, one a line.
func Describe(command string) string {
	var text strings.Builder
	for _, v := range Variables() {
		if !strings.Contains(v.For, command) {
			continue
		}
		fmt.Fprintf(&text, "%s  %s", v.Name, v.Help)
		if v.Default != "" {
			fmt.Fprintf(&text, " (%s)", v.Default)
		}
		text.WriteByte('\n')
	}
	return text.String()
}
