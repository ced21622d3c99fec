package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"recourse/console"
	"recourse/devstack/stack"
)

//go:embed testdata/axe.min.js
var axe string

// corpus are texts that run where a page takes them for its own: those that the console's own tests store.
var corpus []string

// ground is a seeded system with a browser, made once for all tests.
var ground struct {
	stack  *stack.Stack
	places Places
	chrome *Browser
}

// Systems that live for minutes collect their garbage less often than usual: it would be a third of the work.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(run(m))
}

func run(m *testing.M) int {
	path := Find()
	if path == "" {
		if os.Getenv("CI") == "true" {
			fmt.Fprintln(os.Stderr, "browser tests: there is no Chromium, and in CI there must be")
			return 1
		}
		fmt.Fprintln(os.Stderr, "browser tests: not run: there is no Chromium on this machine (apt-get install chromium)")
		return 0
	}
	texts, err := os.ReadFile("../../console/testdata/corpus.json")
	if err == nil {
		err = json.Unmarshal(texts, &corpus)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := stack.Start(ctx, stack.Options{LookEvery: 200 * time.Millisecond, Scanner: &scans})
	if err == nil {
		defer func() { _ = s.Stop() }()
		ground.stack = s
		ground.places, err = Seed(ctx, s)
	}
	if err == nil {
		err = ground.places.Stage(ctx, s)
	}
	if err == nil {
		ground.chrome, err = Open(ctx, path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	defer ground.chrome.Close()
	return m.Run()
}

// visitor opens a window, signed in as the person of the name, if any.
func visitor(t *testing.T, as string) *Visitor {
	t.Helper()
	v, err := ground.chrome.Visitor(ground.stack.URL())
	require.NoError(t, err)
	t.Cleanup(v.Close)
	require.NoError(t, v.As(Look{}))
	if as != "" {
		account, err := ground.places.Account(as)
		require.NoError(t, err)
		require.NoError(t, v.SignIn(account))
	}
	return v
}

func TestADisputeInAListIsKnownByItsGoods(t *testing.T) {
	v := visitor(t, "Ada")
	for _, path := range []string{"/", "/disputes"} {
		_, err := v.Go(path)
		require.NoError(t, err)
		reads(t, v, "Shelf Poor quality")
	}
}

func TestEveryLanguageReadsInItsDirection(t *testing.T) {
	v := visitor(t, "Ada")
	path, err := ground.places.Path(t.Context(), console.Example{Path: "/disputes/{dispute}", Story: "waiting_buyer"})
	require.NoError(t, err)
	for _, language := range console.Languages {
		_, err := v.Go("/preferences")
		require.NoError(t, err)
		require.NoError(t, v.Do(chromedp.Click("#l-"+language.Tag, chromedp.ByQuery), chromedp.Click("main form button", chromedp.ByQuery), chromedp.WaitVisible("body.page-home h1", chromedp.ByQuery)))
		require.NoError(t, v.As(Look{Width: 320}))
		_, err = v.Go(path)
		require.NoError(t, err)
		var direction string
		var wide int
		require.NoError(t, v.Do(chromedp.Evaluate(`getComputedStyle(document.body).direction`, &direction), chromedp.Evaluate(`document.scrollingElement.scrollWidth`, &wide)))
		require.Equal(t, language.Dir, direction)
		require.LessOrEqual(t, wide, 320, language.Tag)
		judge(t, v, path+" in "+language.Name)
	}
}
