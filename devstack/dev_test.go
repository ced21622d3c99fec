package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/devstack/seed"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// asDevstack makes the test's own binary behave as the command, so that a test can kill it.
const asDevstack = "RECOURSE_TEST_AS_DEVSTACK"

func TestMain(m *testing.M) {
	if os.Getenv(asDevstack) != "" {
		os.Exit(run(context.Background(), os.Args[1:]))
	}
	os.Exit(m.Run())
}

const (
	patience = 2 * time.Minute // for what takes seconds on an idle machine
	day      = 24 * time.Hour
)

// The default clock stands at seededAt when everything is seeded. Stories are compared as they are at comparedAt.
var (
	clockBegins = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	seededAt    = clockBegins.Add(40 * day)
	comparedAt  = clockBegins.Add(70 * day)
)

func TestKilledAgainAndAgainItTellsTheSameStories(t *testing.T) {
	undisturbed := newDev(t, "--day", "5ms")
	undisturbed.start()
	undisturbed.reach(comparedAt)
	want := undisturbed.stories()
	undisturbed.interrupt()

	killed := newDev(t, "--day", "5ms")
	for _, days := range []time.Duration{0, 9, 24, 33, 41, 52, 63} { // four times while it is seeded
		killed.start()
		killed.reach(clockBegins.Add(days * day))
		killed.kill()
	}
	killed.start()
	killed.reach(comparedAt)
	got := killed.stories()
	killed.interrupt()

	require.Len(t, want, 28)
	for name := range want {
		require.Equal(t, want[name], got[name], name)
	}
}

func TestASecondStartFindsWhatTheFirstHasMade(t *testing.T) {
	d := newDev(t)
	d.start()
	first := d.seeded()
	d.interrupt()

	d.start()
	require.Equal(t, first, d.seeded())
	require.NoError(t, first.Look(t.Context(), d.platform()))
	states, statuses := map[client.OrderState]bool{}, map[client.Status]bool{"": true}
	for _, c := range first.Cases {
		states[c.State], statuses[c.Status] = true, true
	}
	require.Len(t, states, 8, "an order in every state")
	require.Len(t, statuses, 13, "a dispute in every status, and orders without one")
	var standings []client.StandingState
	for _, found := range first.Standings {
		standings = append(standings, found.State)
	}
	require.Contains(t, standings, client.StandingStateLimited, "a seller whose points are few")
	require.Contains(t, standings, client.StandingStateSuspended, "a seller without points, whose removal is to be reviewed")
	contests, reviews := 0, 0
	for _, p := range first.People {
		if p.Role != casefile.Seller {
			continue
		}
		found, err := client.Result[client.Standing](d.platform().GetStanding(t.Context(), p.Account, nil))
		require.NoError(t, err)
		for _, c := range found.Contests {
			require.Equal(t, client.ContestStatusWaiting, c.Status)
			contests++
		}
		if r := found.RemovalReview; r != nil && r.Verdict == "" {
			reviews++
		}
	}
	require.Equal(t, []int{1, 1}, []int{contests, reviews}, "an entry that is contested, and a removal to rule on")
	pictures := 0
	for _, c := range first.Cases {
		if c.Story != "under_review" {
			continue
		}
		dispute, err := client.Result[client.Dispute](d.platform().GetDispute(t.Context(), c.Dispute, nil))
		require.NoError(t, err)
		seen, err := client.Result[client.Dispute](d.platform().GetDispute(t.Context(), c.Dispute, nil, client.ActAs(dispute.Reviewer)))
		require.NoError(t, err)
		for _, item := range seen.Evidence {
			if item.File != nil && item.File.Thumbnail != "" {
				pictures++
			}
		}
	}
	require.Equal(t, 3, pictures, "photographs of both sides, to be looked at beside each other")
	d.interrupt()
}

// dev is `devstack dev` on a folder of its own.
type dev struct {
	*testing.T
	dir  string
	port int
	args []string
	cmd  *exec.Cmd
}

func newDev(t *testing.T, args ...string) *dev {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	d := &dev{T: t, dir: filepath.Join(t.TempDir(), "data"), port: port}
	d.args = append([]string{"dev", "--data", d.dir, "--port", strconv.Itoa(port), "--ui-port", "0"}, args...)
	return d
}

func (d *dev) start() {
	d.Helper()
	self, err := os.Executable()
	require.NoError(d, err)
	d.cmd = exec.Command(self, d.args...)
	d.cmd.Env = append(os.Environ(), asDevstack+"=1")
	d.cmd.Stderr = d.Output()
	require.NoError(d, d.cmd.Start())
	cmd := d.cmd
	d.Cleanup(func() {
		if cmd.ProcessState == nil { // a test that failed half-way leaves nothing running
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
}

func (d *dev) kill() {
	d.Helper()
	require.NoError(d, d.cmd.Process.Kill())
	require.Error(d, d.cmd.Wait())
}

// interrupt ends it as Ctrl-C does, which is no failure.
func (d *dev) interrupt() {
	d.Helper()
	require.NoError(d, d.cmd.Process.Signal(syscall.SIGINT))
	require.NoError(d, d.cmd.Wait())
}

func (d *dev) platform() *client.Client {
	d.Helper()
	token, err := stack.Sign(d.dir, "platform", casefile.Platform, time.Hour)
	require.NoError(d, err)
	c, err := client.New("http://127.0.0.1:"+strconv.Itoa(d.port), client.Bearer(token))
	require.NoError(d, err)
	return c
}

// reach waits until the default clock has passed the instant.
func (d *dev) reach(instant time.Time) {
	d.Helper()
	// The key that signs tokens is the first thing that is made.
	require.Eventually(d, func() bool { _, err := os.Stat(filepath.Join(d.dir, "issuer.pem")); return err == nil }, patience, time.Millisecond)
	platform := d.platform()
	require.Eventually(d, func() bool {
		clock, err := seed.Clock(d.Context(), platform)
		return err == nil && !clock.Now.Before(instant)
	}, patience, time.Millisecond)
}

// seeded waits until everything is there.
func (d *dev) seeded() *seed.Seeded {
	d.Helper()
	d.reach(seededAt)
	var made *seed.Seeded
	require.Eventually(d, func() bool {
		var err error
		made, err = seed.Load(filepath.Join(d.dir, "seeded.json"))
		return err == nil && made != nil
	}, patience, 10*time.Millisecond)
	return made
}

// happened is one thing in a story, without what differs between two folders: identifiers.
type happened struct {
	At   time.Time
	What string
	Who  client.Role
	Sums []int64
}

// stories are the timelines and the money of all orders as they were when the clock stood at comparedAt.
func (d *dev) stories() map[string][]happened {
	d.Helper()
	auditor := d.platform().With(client.ActAs("auditor"))
	told := map[string][]happened{}
	for _, c := range d.seeded().Cases {
		timeline, err := client.Result[client.Timeline](auditor.GetOrderTimeline(d.Context(), c.Order, &client.GetOrderTimelineParams{Limit: new(100)}))
		require.NoError(d, err)
		require.False(d, timeline.HasMore)
		for _, e := range timeline.Data {
			if !e.At.After(comparedAt) {
				told[c.Story] = append(told[c.Story], happened{At: e.At, What: e.Type, Who: e.By.Role})
			}
		}
		transfers, err := client.Result[client.TransferList](auditor.ListTransfers(d.Context(), c.Order))
		require.NoError(d, err)
		for _, transfer := range transfers.Data {
			if transfer.At.After(comparedAt) {
				continue
			}
			moved := happened{At: transfer.At, What: transfer.Cause + " " + transfer.Verb}
			for _, posting := range transfer.Postings {
				moved.Sums = append(moved.Sums, posting.Amount)
			}
			told[c.Story] = append(told[c.Story], moved)
		}
	}
	return told
}
