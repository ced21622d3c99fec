package stack

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

const loopback = "127.0.0.1"

// TakenError says that another program listens on a port that is wanted.
type TakenError struct {
	What string
	Port int
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("port %d, which is for %s, is taken by another program on this machine", e.Port, e.What)
}

// checkPorts sees before anything is started whether every port that was asked for is free.
func checkPorts(o Options) error {
	var taken []error
	for _, p := range []struct {
		what string
		port int
	}{{"the API", o.APIPort}, {"Temporal's web page", o.UIPort}, {"Temporal", o.EnginePort}} {
		if p.port <= 0 {
			continue
		}
		listener, err := listen(p.what, p.port)
		if err != nil {
			taken = append(taken, err)
			continue
		}
		if err := listener.Close(); err != nil {
			taken = append(taken, fmt.Errorf("let go of port %d: %w", p.port, err))
		}
	}
	return errors.Join(taken...)
}

func listen(what string, port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &TakenError{What: what, Port: port}
	case err != nil:
		return nil, fmt.Errorf("listen for %s: %w", what, err)
	}
	return listener, nil
}
