package settings

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSettingsHaveDefaults(t *testing.T) {
	s, err := FromEnvironment(map[string]string{})
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8080", s.Listen, "loopback unless told otherwise")
	require.Equal(t, 5*time.Second, s.CommandWait)
	require.Equal(t, slog.LevelInfo, s.LogLevel)
	require.False(t, s.Sandbox)
}

func TestSettingsComeFromTheEnvironment(t *testing.T) {
	s, err := FromEnvironment(map[string]string{"RECOURSE_DATABASE": "sqlite:/tmp/x", "RECOURSE_LOG_LEVEL": "debug",
		"RECOURSE_SANDBOX": "true", "RECOURSE_COMMAND_WAIT": "250ms", "RECOURSE_TEST_POSTGRES": "x", "RECOURSE_HOSTS": "shop.example,help.example.org", "RECOURSE_PLAY_TOKEN": "x", "PATH": "/bin"})
	require.NoError(t, err)
	require.Equal(t, "sqlite:/tmp/x", s.Database)
	require.Equal(t, slog.LevelDebug, s.LogLevel)
	require.True(t, s.Sandbox)
	require.Equal(t, 250*time.Millisecond, s.CommandWait)
	require.Equal(t, []string{"shop.example", "help.example.org"}, s.Hosts)
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for variable, value := range map[string]string{
		"RECOURSE_DATABSE":          "sqlite:/tmp/x", // misspelt
		"RECOURSE_COMMAND_WAIT":     "soon",
		"RECOURSE_SHUTDOWN":         "0s",
		"RECOURSE_PROVIDER":         "bank",
		"RECOURSE_LOG_FORMAT":       "xml",
		"RECOURSE_LOG_LEVEL":        "loud",
		"RECOURSE_CACHE":            "-1",
		"RECOURSE_LATE_AFTER":       "1s",          // only in a sandbox
		"RECOURSE_CRASH_AT":         "door.stored", // the same
		"RECOURSE_CARRIER_ANYWHERE": "true",
		"RECOURSE_CARRIER_KEEP":     "-1h",
		"RECOURSE_HOSTS":            "shop.example,https://help.example",
	} {
		_, err := FromEnvironment(map[string]string{variable: value})
		require.ErrorContains(t, err, "read settings", variable)
	}
}

func TestASandboxMayBeMadeLateAndMayCrash(t *testing.T) {
	s, err := FromEnvironment(map[string]string{"RECOURSE_SANDBOX": "true", "RECOURSE_LATE_AFTER": "1s", "RECOURSE_CRASH_AT": "door.stored:2"})
	require.NoError(t, err)
	require.Equal(t, time.Second, s.LateAfter)
	require.Equal(t, "door.stored:2", s.CrashAt)
	_, err = FromEnvironment(map[string]string{"RECOURSE_SANDBOX": "true", "RECOURSE_CRASH_AT": "door.shut"})
	require.ErrorContains(t, err, "there is no point")
}

func TestEverySettingIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Variables() {
		require.NotEqual(t, Prefix, v.Name)
		require.NotEmpty(t, v.Help, v.Name)
		require.NotEmpty(t, v.For, v.Name)
		require.False(t, seen[v.Name], v.Name)
		seen[v.Name] = true
	}
	require.Contains(t, Describe("worker"), "RECOURSE_CACHE  cases kept in memory (5000)\n")
	require.NotContains(t, Describe("worker"), "RECOURSE_LISTEN")
	require.NotContains(t, Describe("token"), "RECOURSE_DATABASE", "only what the command reads")
}
