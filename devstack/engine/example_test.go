package engine_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"recourse/devstack/engine"
)

// A server on PostgreSQL that runs until it is interrupted.
func ExampleStart() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	e, err := engine.Start(ctx, engine.Options{
		PostgresDSN:  "postgres://recourse@127.0.0.1/recourse",
		FrontendPort: 7233,
		UIPort:       8233,
		Namespaces:   []string{"recourse"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Temporal:", e.HostPort(), "page:", e.UIURL())
	<-ctx.Done()
	if err := e.Stop(); err != nil {
		log.Fatal(err)
	}
}
