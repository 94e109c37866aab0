// Package loopback puts hosts of the Internet on the loopback interface, for tests and the demo.
package loopback

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// Network is a network in which hosts are reached here: http.RoundTripper for those who have to reach them.
type Network struct {
	hosts  []string
	server *httptest.Server
}

// Serve serves hosts.
func Serve(handler http.Handler, hosts ...string) *Network {
	return &Network{hosts: hosts, server: httptest.NewServer(handler)}
}

// Close ends it.
func (n *Network) Close() { n.server.Close() }

// RoundTrip reaches the hosts here, and everybody else as usual.
func (n *Network) RoundTrip(r *http.Request) (*http.Response, error) {
	if !slices.Contains(n.hosts, r.URL.Host) {
		return http.DefaultTransport.RoundTrip(r)
	}
	local := r.Clone(r.Context())
	local.URL.Scheme, local.URL.Host = "http", strings.TrimPrefix(n.server.URL, "http://")
	response, err := http.DefaultTransport.RoundTrip(local)
	if err == nil {
		// Relative addresses count from the host that was asked.
		response.Request = r
	}
	return response, err
}
