package validate

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// special are the addresses that nobody on the Internet has, and those that have another address in them (RFC 6890 and IANA's
// registries of special-purpose addresses). IPv6 has its public addresses in 2000::/3.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

var global6 = netip.MustParsePrefix("2000::/3")

func prefixes(all ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(all))
	for i, prefix := range all {
		parsed[i] = netip.MustParsePrefix(prefix)
	}
	return parsed
}

// inside are the ends of names that are known inside a network only (RFC 6761, 6762, 7686, 8375 and 9476). Clouds' metadata
// services and EC2's instances have names that end in .internal, and services of Kubernetes in .svc or .svc.cluster.local.
var inside = []string{
	"localhost", "localdomain", "local", "svc", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa",
	"test", "invalid", "onion", "alt",
}

var (
	// number is what ends a host that is read as an IPv4 address, in decimal, octal or hexadecimal: WHATWG URL, "ends in a number".
	number = regexp.MustCompile(`(?i)(^|\.)([0-9]+|0x[0-9a-f]*)$`)
	domain = regexp.MustCompile(`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$`)
)

// host refuses a backend that API Gateway cannot reach, or must not: it calls from inside AWS, over the Internet.
func host(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	for i := range spec.Routes {
		backend := spec.Routes[i].Backend.HTTP
		if backend == nil {
			continue
		}
		if rule, remedy := unreachable(backend.URL); rule != "" {
			findings = append(findings, Finding{field(i, "backend.http.url"), quote(backend.URL), rule, remedy})
		}
	}
	return findings
}

const namePublic = "name a public host, like backend.example.com"

// unreachable says what is wrong with the host of a backend's URL. What a public name resolves to, nobody can tell beforehand.
func unreachable(backend string) (rule, remedy string) {
	target, err := url.Parse(routepath.Filled(backend, "x"))
	if err != nil || target.Scheme != "https" || target.User != nil || !strings.HasPrefix(backend, "https://"+target.Host) {
		return "is not an https URL whose host is written out", "name it like https://backend.example.com/path"
	}
	name := strings.ToLower(strings.TrimSuffix(target.Hostname(), "."))
	if strings.HasPrefix(target.Host, "[") || number.MatchString(name) {
		address, err := netip.ParseAddr(name)
		if err != nil || address.Zone() != "" {
			return "has an address as host that is not in its usual form", "write four decimal numbers, or name a public host"
		}
		within := func(p netip.Prefix) bool { return p.Contains(address) }
		if address.Is6() && !within(global6) || slices.ContainsFunc(special, within) {
			return fmt.Sprintf("has a host, %s, that is private, of one machine or of one network", address), namePublic
		}
		return "", ""
	}
	known := func(label string) bool { return name == label || strings.HasSuffix(name, "."+label) }
	if slices.ContainsFunc(inside, known) {
		return fmt.Sprintf("has a host, %s, that is known on one machine or in one network only", name), namePublic
	}
	if !domain.MatchString(name) {
		return fmt.Sprintf("has a host, %s, that is not a full domain name", name), namePublic
	}
	return "", ""
}
