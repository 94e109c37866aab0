package restapi

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
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
// services and EC2's instances have names that end in .internal.
var inside = []string{
	"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa",
	"test", "invalid", "onion", "alt",
}

var (
	// number is what ends a host that is read as an IPv4 address, in decimal, octal or hexadecimal: WHATWG URL, "ends in a number".
	number = regexp.MustCompile(`(?i)(^|\.)([0-9]+|0x[0-9a-f]*)$`)
	domain = regexp.MustCompile(`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$`)
)

// checkHost says what is wrong with the host of a backend's URL, which API Gateway would call from inside AWS. What a public
// name resolves to, nobody can tell beforehand.
func checkHost(backend string) error {
	target, err := url.Parse(variable.ReplaceAllString(backend, "x"))
	if err != nil || target.Scheme != "https" || target.User != nil || !strings.HasPrefix(backend, "https://"+target.Host) {
		return errors.New("is not an https URL whose host is written out; name it like https://backend.example.com/path")
	}
	host := strings.ToLower(strings.TrimSuffix(target.Hostname(), "."))
	if strings.HasPrefix(target.Host, "[") || number.MatchString(host) {
		address, err := netip.ParseAddr(host)
		if err != nil || address.Zone() != "" {
			return errors.New("has an address as host that is not in its usual form; write four decimal numbers, or name a public host")
		}
		within := func(p netip.Prefix) bool { return p.Contains(address) }
		if address.Is6() && !within(global6) || slices.ContainsFunc(special, within) {
			return fmt.Errorf("has a host, %s, that is private, of one machine or of one network; name a public host", address)
		}
		return nil
	}
	known := func(label string) bool { return host == label || strings.HasSuffix(host, "."+label) }
	if slices.ContainsFunc(inside, known) {
		return fmt.Errorf("has a host, %s, that is known on one machine or in one network only; name a public host", host)
	}
	if !domain.MatchString(host) {
		return fmt.Errorf("has a host, %s, that is not a full domain name; name a public host, like backend.example.com", host)
	}
	return nil
}
