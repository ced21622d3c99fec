package engine

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

const loopback = "127.0.0.1"

// ports has one for each service; ui is 0 without a web page.
type ports struct {
	frontend, history, matching, worker, ui int
}

// choosePorts checks those that are given and finds the rest. The server wants to know its ports before it listens,
// so another program could take one in between; Start then fails with a clear error.
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
		l, err := net.Listen("tcp", address(*port))
		if err != nil {
			return ports{}, fmt.Errorf("find a port for Temporal: %w", err)
		}
		open = append(open, l)
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
