package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// defaultPort is the one in the recipe's URLs.
const defaultPort = "3000"

// originOf is where a browser finds the front end.
func originOf(port string) string { return "http://localhost:" + port }

// site is a place on localhost. It is taken before there is anything to show.
type site struct {
	port      string
	listeners []net.Listener
	server    *http.Server
}

// listen takes the port (0: any) on all that browsers take localhost for: they try ::1 too, where somebody else may
// listen.
func listen(ctx context.Context, port string) (*site, error) {
	s, config := &site{port: port}, net.ListenConfig{}
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, s.port))
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			s.close()
			return nil, fmt.Errorf("port %s of localhost is taken, and the front end needs it, for the recipe's callback URL names it: "+
				"stop what listens there, or choose another port with DEMO_PORT, to which the manifests' URLs are then rewritten (%w)", port, err)
		case err != nil && len(s.listeners) == 0:
			return nil, fmt.Errorf("listen on localhost: %w", err)
		case err == nil: // else there is no IPv6 here
			s.listeners = append(s.listeners, listener)
			s.port = strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
		}
	}
	return s, nil
}

// serve shows something, until close.
func (s *site) serve(handler http.Handler) {
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	for _, listener := range s.listeners {
		go func() { _ = s.server.Serve(listener) }() // ends with close
	}
}

func (s *site) close() {
	if s.server != nil {
		s.server.Close()
	}
	for _, listener := range s.listeners {
		listener.Close()
	}
}
