// Package browser looks at the pages as people do: in Chromium, signed in as somebody of the seeded stories. The tests here
// walk every page of the console's table; the screenshots of the documentation are made with the same means.
package browser

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Find is where Chromium is on this machine, or empty.
func Find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Browser is one Chromium, in which each visitor has cookies of their own.
type Browser struct {
	ctx  context.Context
	stop []context.CancelFunc
}

// Open starts the Chromium at the path. It talks to nobody but to the pages it is sent to.
func Open(ctx context.Context, path string) (*Browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-domain-reliability", true), chromedp.Flag("no-pings", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"))
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	first, stopFirst := chromedp.NewContext(allocator)
	b := &Browser{ctx: first, stop: []context.CancelFunc{stopFirst, stopAllocator}}
	if err := chromedp.Run(first); err != nil {
		b.Close()
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	return b, nil
}

// Close ends Chromium.
func (b *Browser) Close() {
	for _, stop := range b.stop {
		stop()
	}
}

// Look is how a visitor looks at pages.
type Look struct {
	Dark        bool
	Width       int64 // in CSS pixels; 0: 1200
	Height      int64
	Scale       float64
	WithoutCode bool   // no JavaScript
	Printed     bool   // as on paper
	Language    string // the tag; empty: as it is
}

// Visitor is somebody with a window and cookies of their own.
type Visitor struct {
	base   string
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	refusals []string
}

// patience is how long a page may take on a slow machine.
const patience = 30 * time.Second

// Visitor opens a window on the pages at the address.
func (b *Browser) Visitor(base string) (*Visitor, error) {
	executor := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Browser)
	own, err := target.CreateBrowserContext().Do(executor)
	if err != nil {
		return nil, fmt.Errorf("open a jar of cookies: %w", err)
	}
	// A tab of its own cookies cannot be opened in a window of others'.
	tab, err := target.CreateTarget("about:blank").WithBrowserContextID(own).WithNewWindow(true).Do(executor)
	if err != nil {
		return nil, fmt.Errorf("open a window: %w", err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(tab))
	v := &Visitor{base: strings.TrimSuffix(base, "/"), ctx: ctx, cancel: cancel}
	chromedp.ListenTarget(ctx, func(event any) {
		if entry, ok := event.(*log.EventEntryAdded); ok && strings.Contains(entry.Entry.Text, "Content Security Policy") {
			v.mu.Lock()
			v.refusals = append(v.refusals, entry.Entry.Text)
			v.mu.Unlock()
		}
	})
	if err := chromedp.Run(ctx, log.Enable()); err != nil {
		cancel()
		return nil, fmt.Errorf("open a window: %w", err)
	}
	return v, nil
}

// Close closes the window.
func (v *Visitor) Close() { v.cancel() }

// Refusals are what the Content-Security-Policy has refused in this window so far.
func (v *Visitor) Refusals() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.refusals...)
}

// Do runs steps in the window, and gives up after a while.
func (v *Visitor) Do(steps ...chromedp.Action) error {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, steps...)
}

// As makes the window look at pages in a way.
func (v *Visitor) As(look Look) error {
	if look.Width == 0 {
		look.Width = 1200
	}
	if look.Height == 0 {
		look.Height = 900
	}
	scheme := "light"
	if look.Dark {
		scheme = "dark"
	}
	medium := "screen"
	if look.Printed {
		medium = "print"
	}
	steps := []chromedp.Action{
		emulation.SetDeviceMetricsOverride(look.Width, look.Height, max(look.Scale, 1), look.Width < 600),
		emulation.SetEmulatedMedia().WithMedia(medium).WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
		emulation.SetScriptExecutionDisabled(look.WithoutCode)}
	if look.Language != "" {
		steps = append(steps, network.SetCookie("recourse-language", look.Language).WithURL(v.base))
	}
	return v.Do(steps...)
}

// SignIn signs in as the account, by the pages and the issuer as a person would.
func (v *Visitor) SignIn(account string) error {
	err := v.Do(
		chromedp.Navigate(v.base+"/sign-in"),
		chromedp.Click("main form button.primary", chromedp.ByQuery),
		chromedp.WaitVisible(`button[name="persona"]`, chromedp.ByQuery),
		chromedp.Click(`button[value="`+account+`"]`, chromedp.ByQuery),
		chromedp.WaitVisible(".menu", chromedp.ByQuery))
	if err != nil {
		return fmt.Errorf("sign in as %s: %w", account, err)
	}
	return nil
}

// Go opens a path of the pages, and returns the status of the answer.
func (v *Visitor) Go(path string) (int64, error) {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, chromedp.Navigate(v.base+path))
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", path, err)
	}
	return answer.Status, nil
}

// Source is the page as the browser has it, also where no script may run.
func (v *Visitor) Source() (string, error) {
	var source string
	err := v.Do(chromedp.ActionFunc(func(ctx context.Context) error {
		root, err := dom.GetDocument().Do(ctx)
		if err != nil {
			return err
		}
		source, err = dom.GetOuterHTML().WithBackendNodeID(root.BackendNodeID).Do(ctx)
		return err
	}))
	return source, err
}

// loaded is true when every picture of the page is there, also those further down.
const loaded = `Promise.all([...document.images].map(i => { i.loading = "eager"; return i.decode().catch(() => {}); })).then(() => true)`

// Picture is the whole page as a PNG.
func (v *Visitor) Picture() ([]byte, error) {
	var there bool
	var png []byte
	const lossless = 100
	err := v.Do(
		chromedp.Evaluate(loaded, &there, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
		chromedp.FullScreenshot(&png, lossless))
	return png, err
}
