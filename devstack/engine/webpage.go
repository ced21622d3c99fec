package engine

import (
	"context"
	"fmt"
	"net/http"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// webPage is Temporal's own page for operators.
type webPage struct {
	server *server.Server
	url    string
	ended  chan struct{}
}

// startWebPage returns when the page answers. The port was free a moment ago: if it is not any more, the page ends
// the process, which its authors chose and we cannot change.
func startWebPage(ctx context.Context, port int, frontend string) (*webPage, error) {
	page := &webPage{
		server: server.NewServer(server_options.WithConfigProvider(&config.Config{
			TemporalGRPCAddress: frontend,
			Host:                loopback,
			Port:                port,
			EnableUI:            true,
			DisableNewsFetch:    true, // nothing is fetched from outside
			HideLogs:            true,
			CORS:                config.CORS{CookieInsecure: true}, // loopback has no TLS
		})),
		url:   "http://" + address(port),
		ended: make(chan struct{}),
	}
	go func() {
		defer close(page.ended)
		_ = page.server.Start() // returns nil, always
	}()
	if err := poll(ctx, func() error { return answers(ctx, page.url+"/healthz") }); err != nil {
		page.stop()
		return nil, err
	}
	return page, nil
}

// stop closes the listener and every connection.
func (p *webPage) stop() {
	p.server.Stop()
	<-p.ended
}

func answers(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, response.Status)
	}
	return nil
}
