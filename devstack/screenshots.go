package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"recourse/console"
	"recourse/devstack/browser"
	"recourse/devstack/stack"
)

// shots are the pictures of the documentation: the page, and who looks at it.
var shots = []struct {
	name    string
	example console.Example
	dark    bool
	phone   bool
}{
	{name: "sign-in", example: console.Example{Path: "/sign-in"}},
	{name: "home", example: console.Example{As: "Ada", Path: "/"}},
	{name: "home-phone", example: console.Example{As: "Ada", Path: "/"}, phone: true},
	{name: "order", example: console.Example{As: "Ada", Path: "/orders/{order}", Story: "inspection"}},
	{name: "dispute", example: console.Example{As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_buyer"}},
	{name: "dispute-dark", example: console.Example{As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_buyer"}, dark: true},
	{name: "dispute-phone", example: console.Example{As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_buyer"}, phone: true},
	{name: "board", example: console.Example{As: "Otto", Path: "/board?clock={clock}"}},
	{name: "board-dark", example: console.Example{As: "Otto", Path: "/board?clock={clock}"}, dark: true},
	{name: "board-phone", example: console.Example{As: "Otto", Path: "/board?clock={clock}"}, phone: true},
	{name: "accept-offer", example: console.Example{As: "Ada", Path: "/disputes/{dispute}/do/accept_offer?on={offer}", Story: "waiting_buyer"}},
	{name: "report-a-problem-phone", example: console.Example{As: "Ada", Path: "/orders/{order}/do/open_dispute", Story: "inspection"}, phone: true, dark: true},
}

func screenshotsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "screenshots DIR",
		Short: "Pictures of the pages, made from a fresh system with Chromium",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := browser.Find()
			if path == "" {
				return errors.New("there is no Chromium on this machine: apt-get install chromium")
			}
			return screenshots(cmd.Context(), path, args[0])
		},
	}
}

func screenshots(ctx context.Context, chromium, dir string) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder of the pictures: %w", err)
	}
	s, err := stack.Start(ctx, stack.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	places, err := browser.Seed(ctx, s)
	if err != nil {
		return err
	}
	b, err := browser.Open(ctx, chromium)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, shot := range shots {
		if err := picture(ctx, b, s.URL(), places, shot.example, browser.Look{Dark: shot.dark, Width: widthOf(shot.phone), Scale: 1.5}, filepath.Join(dir, shot.name+".png")); err != nil {
			return fmt.Errorf("%s: %w", shot.name, err)
		}
	}
	return nil
}

func widthOf(phone bool) int64 {
	if phone {
		return 390
	}
	return 1120
}

func picture(ctx context.Context, b *browser.Browser, base string, places browser.Places, example console.Example, look browser.Look, file string) error {
	visitor, err := b.Visitor(base)
	if err != nil {
		return err
	}
	defer visitor.Close()
	if err := visitor.As(look); err != nil {
		return err
	}
	if example.As != "" {
		account, err := places.Account(example.As)
		if err != nil {
			return err
		}
		if err := visitor.SignIn(account); err != nil {
			return err
		}
	}
	path, err := places.Path(ctx, example)
	if err != nil {
		return err
	}
	if _, err := visitor.Go(path); err != nil {
		return err
	}
	png, err := visitor.Picture()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		return fmt.Errorf("keep the picture: %w", err)
	}
	return nil
}
