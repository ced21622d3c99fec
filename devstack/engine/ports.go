package engine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

const loopback = "127.0.0.1"

// ports has one for each service; ui is 0 without a web page.
type ports struct {
	frontend, history, matching, worker, ui int
}

// choosePorts checks those that are given and finds the rest. The server wants to know its ports before it listens,
// so another program could take one in between; Start then fails with a clear error. To make that unlikely, ports are
// found below the range from which the system serves outgoing connections and whoever asks for any port.
func choosePorts(frontend, ui int) (p ports, err error) {
	wanted := []*int{&p.frontend, &p.history, &p.matching, &p.worker}
	p.frontend = frontend
	if ui != 0 {
		p.ui = max(ui, 0)
		wanted = append(wanted, &p.ui)
	}
	// All stay open until the last is found, else the same one could be found twice.
	var open []net.Listener
	defer func() {
		for _, l := range open {
			err = errors.Join(err, l.Close())
		}
	}()
	for _, port := range wanted {
		l, err := listen(*port)
		if err != nil {
			return ports{}, fmt.Errorf("find a port for Temporal: %w", err)
		}
		open = append(open, l)
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}

// The range in which a port is found, and how often it is tried.
const (
	firstPort = 15_000
	lastPort  = 32_000
	tries     = 100
)

// listen opens the port, or one that is free when it is 0.
func listen(port int) (l net.Listener, err error) {
	if port != 0 {
		return net.Listen("tcp", address(port))
	}
	for range tries {
		if l, err = net.Listen("tcp", address(firstPort+rand.IntN(lastPort-firstPort))); err == nil {
			return l, nil
		}
	}
	return nil, err
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
