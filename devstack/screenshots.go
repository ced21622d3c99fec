package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"recourse/console"
	"recourse/devstack/browser"
	"recourse/devstack/stack"
)

// shot is one picture: the page, who looks at it, and how.
type shot struct {
	name    string
	example console.Example
	look    browser.Look
}

const (
	screen = 1120 // widths, in CSS pixels
	phone  = 390
	small  = 360
	paper  = 720
	sharp  = 1.5 // dots a pixel
	fair   = 1.2 // where there are photographs, which nothing makes small
)

// shots are the pictures of the documentation.
var shots = slices.Concat(
	[]shot{
		{name: "sign-in", example: console.Example{Path: "/sign-in"}, look: browser.Look{Width: screen, Scale: sharp}},
		{name: "accept-offer", example: console.Example{As: "Ada", Path: "/disputes/{dispute}/do/accept_offer?on={offer}", Story: "waiting_buyer"}, look: browser.Look{Width: screen, Scale: sharp}},
		{name: "report-a-problem-phone", example: console.Example{As: "Ada", Path: "/orders/{order}/do/open_dispute", Story: "inspection"}, look: browser.Look{Width: phone, Scale: sharp, Dark: true}},
		{name: "letter-printed", example: console.Example{As: "Ada", Path: "/disputes/{dispute}/letter", Story: "appeal_window"}, look: browser.Look{Width: paper, Scale: sharp, Printed: true}},
	},
	both("home", phone, console.Example{As: "Ada", Path: "/"}),
	both("order", screen, console.Example{As: "Ada", Path: "/orders/{order}", Story: "inspection"}),
	both("dispute", screen, console.Example{As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_buyer"}),
	both("dispute-phone", phone, console.Example{As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_buyer"}),
	both("standing", screen, console.Example{As: "Bolt", Path: "/standing"}),
	both("desk", screen, console.Example{As: "Sol", Path: "/desk?show=all"}),
	bothAt(fair, "desk-case", screen, console.Example{As: "Fay", Path: "/desk/disputes/{dispute}", Story: "under_review"}),
	bothAt(fair, "desk-compare", screen, console.Example{As: "Fay", Path: "/desk/disputes/{dispute}/evidence/{first}?with={last}", Story: "under_review"}),
	both("board", screen, console.Example{As: "Otto", Path: "/board?clock={clock}"}),
	both("board-phone", phone, console.Example{As: "Otto", Path: "/board?clock={clock}"}),
)

// both are the two pictures of a page, by day and in the dark.
func both(name string, width int64, example console.Example) []shot {
	return bothAt(sharp, name, width, example)
}

// bothAt are the two pictures with so many dots a pixel.
func bothAt(scale float64, name string, width int64, example console.Example) []shot {
	return []shot{
		{name: name, example: example, look: browser.Look{Width: width, Scale: scale}},
		{name: name + "-dark", example: example, look: browser.Look{Width: width, Scale: scale, Dark: true}},
	}
}

// everywhere are pictures of every example of every page, in every way that it can be looked at.
func everywhere() []shot {
	var all []shot
	numbers := map[string]int{}
	for _, p := range console.Pages() {
		for _, e := range p.Examples {
			numbers[p.Name]++
			name := fmt.Sprintf("%s-%d", p.Name, numbers[p.Name])
			all = append(all,
				shot{name + "-light", e, browser.Look{Width: screen}}, shot{name + "-dark", e, browser.Look{Width: screen, Dark: true}},
				shot{name + "-phone", e, browser.Look{Width: small}}, shot{name + "-arabic", e, browser.Look{Width: small, Language: "ar"}})
		}
	}
	return all
}

func screenshotsCommand() *cobra.Command {
	every, only := false, ""
	cmd := &cobra.Command{
		Use:   "screenshots DIR",
		Short: "Pictures of the pages, made from a fresh system with Chromium",
		Long: `Pictures of the pages, made from a fresh system with Chromium: those of the documentation, or with --every those of every
example of every page, by day, in the dark, on a phone and from right to left, for whoever looks at what was changed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := browser.Find()
			if path == "" {
				return errors.New("there is no Chromium on this machine: apt-get install chromium")
			}
			wanted := shots
			if every {
				wanted = everywhere()
			}
			wanted = slices.DeleteFunc(slices.Clone(wanted), func(s shot) bool { return !strings.HasPrefix(s.name, only) })
			return screenshots(cmd.Context(), path, args[0], wanted, every)
		},
	}
	cmd.Flags().StringVar(&only, "only", "", "those whose name begins with `NAME`")
	cmd.Flags().BoolVar(&every, "every", false, "every page in every way, instead of those of the documentation")
	return cmd
}

// screenshots makes the pictures. The scenes are staged only where every page is looked at: they are nothing to show.
func screenshots(ctx context.Context, chromium, dir string, wanted []shot, staged bool) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder of the pictures: %w", err)
	}
	s, err := stack.Start(ctx, stack.Options{Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	places, err := browser.Seed(ctx, s)
	if err == nil && staged {
		err = places.Stage(ctx, s)
	}
	if err != nil {
		return err
	}
	b, err := browser.Open(ctx, chromium)
	if err != nil {
		return err
	}
	defer b.Close()
	address := s.URL()
	windows := map[string]*browser.Visitor{} // by who looks
	for _, s := range wanted {
		v := windows[s.example.As]
		if v == nil {
			if v, err = window(b, places, address, s.example.As); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			defer v.Close()
			windows[s.example.As] = v
		}
		if err := picture(ctx, v, places, s, filepath.Join(dir, s.name+".png")); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// window is that of somebody who is signed in, or of nobody.
func window(b *browser.Browser, places browser.Places, address, as string) (*browser.Visitor, error) {
	v, err := b.Visitor(address)
	if err != nil || as == "" {
		return v, err
	}
	account, err := places.Account(as)
	if err == nil {
		err = v.As(browser.Look{})
	}
	if err == nil {
		err = v.SignIn(account)
	}
	if err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

func picture(ctx context.Context, v *browser.Visitor, places browser.Places, s shot, file string) error {
	look := s.look
	if look.Language == "" {
		look.Language = console.Languages[0].Tag
	}
	if err := v.As(look); err != nil {
		return err
	}
	path, err := places.Path(ctx, s.example)
	if err != nil {
		return err
	}
	status, err := v.Go(path)
	if err != nil {
		return err
	}
	if status >= http.StatusInternalServerError {
		return fmt.Errorf("%s answers with %d", path, status)
	}
	png, err := v.Picture()
	if err != nil {
		return err
	}
	if png, err = browser.Small(png); err != nil {
		return err
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		return fmt.Errorf("keep the picture: %w", err)
	}
	return nil
}
