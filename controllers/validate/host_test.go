package validate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestHostsThatAreNotPublicAreRefused(t *testing.T) {
	const (
		private = "is private, of one machine or of one network; name a public host"
		unusual = "is not in its usual form; write four decimal numbers"
		inside  = "is known on one machine or in one network only; name a public host"
		partial = "is not a full domain name"
		written = "is not an https URL whose host is written out"
	)
	for _, tc := range []struct{ reason, url, message string }{
		{"a domain name", "https://b.example.com", ""},
		{"with a port and a variable behind it", "https://b.example.com:8443/{id}?a={id}", ""},
		{"a name with a dot at its end", "https://b.example.com./", ""},
		{"digits in a name", "https://4.b3.example.com/", ""},
		{"letters beyond ASCII, as DNS has them", "https://xn--bcher-kva.example/", ""},
		{"a public address", "https://8.8.8.8/", ""},
		{"a public IPv6 address", "https://[2001:4860:4860::8888]:8443/", ""},
		{"a name that begins with localhost", "https://localhost.example.com/", ""},
		{"a function's URL", "https://abc.lambda-url.us-east-1.on.aws/", ""},

		{"localhost", "https://localhost/", inside},
		{"localhost in upper case", "https://LOCALHOST:8443/", inside},
		{"localhost with a dot at its end", "https://localhost./", inside},
		{"a name below localhost", "https://a.localhost/", inside},
		{"Google's metadata", "https://metadata.google.internal/computeMetadata/v1/", inside},
		{"EC2's metadata by name", "https://instance-data.ec2.internal/latest", inside},
		{"an EC2 instance", "https://ip-10-0-0-1.eu-west-1.compute.internal/", inside},
		{"a name below .local", "https://printer.local/", inside},
		{"a name below .home.arpa", "https://nas.home.arpa/", inside},
		{"a Kubernetes service by its short name", "https://notes.default.svc/", inside},
		{"a Kubernetes service", "https://notes.default.svc.cluster.local/", inside},
		{"a name without a domain", "https://metadata/", partial},
		{"an address with its dots written as others", "https://127-0-0-1/", partial},
		{"an underscore, of which no certificate is", "https://a_b.example.com/", partial},
		{"an empty label", "https://a..example.com/", partial},

		{"EC2's metadata", "https://169.254.169.254/latest/meta-data/", private},
		{"the credentials of a container", "https://169.254.170.2/v2/credentials", private},
		{"EC2's metadata by IPv6", "https://[fd00:ec2::254]/", private},
		{"Alibaba's metadata", "https://100.100.100.200/", private},
		{"loopback", "https://127.0.0.1/", private},
		{"another loopback", "https://127.1.2.3/", private},
		{"the unspecified address", "https://0.0.0.0/", private},
		{"private, 10", "https://10.0.0.1/", private},
		{"private, 172.16", "https://172.31.255.255/", private},
		{"private, 192.168", "https://192.168.0.1/", private},
		{"shared address space (RFC 6598)", "https://100.64.0.1/", private},
		{"a test network", "https://198.18.0.1/", private},
		{"multicast", "https://224.0.0.1/", private},
		{"broadcast", "https://255.255.255.255/", private},
		{"loopback of IPv6", "https://[::1]/", private},
		{"the unspecified IPv6 address", "https://[::]/", private},
		{"link-local of IPv6", "https://[fe80::1]/", private},
		{"unique local", "https://[fc00::1]/", private},
		{"IPv4 in IPv6", "https://[::ffff:169.254.169.254]/", private},
		{"IPv4 in IPv6, in hexadecimal", "https://[::ffff:a9fe:a9fe]/", private},
		{"a public IPv4 address in IPv6", "https://[::ffff:8.8.8.8]/", private},
		{"IPv4 at IPv6's end", "https://[::127.0.0.1]/", private},
		{"IPv4 behind NAT64", "https://[64:ff9b::a9fe:a9fe]/", private},
		{"IPv4 in 6to4", "https://[2002:a9fe:a9fe::]/", private},
		{"IPv4 in Teredo", "https://[2001:0:a9fe:a9fe::1]/", private},

		{"decimal", "https://2852039166/", unusual},
		{"hexadecimal", "https://0xa9fea9fe/", unusual},
		{"octal", "https://025177524776/", unusual},
		{"octal parts", "https://0251.0376.0251.0376/", unusual},
		{"hexadecimal parts", "https://0xA9.0xFE.0xA9.0xFE/", unusual},
		{"mixed parts", "https://169.0xfe.43518/", unusual},
		{"two parts", "https://127.1/", unusual},
		{"zeros before", "https://127.000.000.001/", unusual},
		{"a number too large", "https://1.2.3.256/", unusual},
		{"the root's dot behind an address", "https://2852039166./", unusual},
		{"an empty hexadecimal number", "https://127.0.0.0x/", unusual},

		{"a variable as the host", "https://{id}/", written},
		{"a variable at the end of the host", "https://b.example.com{id}", written},
		{"a variable at the start of the host", "https://{id}.example.com/", written},
		{"a variable as the port", "https://b.example.com:{id}/", written},
		{"a user name", "https://b.example.com@169.254.169.254/", written},
		{"a backslash", `https://b.example.com\@169.254.169.254/`, written},
		{"http", "http://b.example.com/", written},
		{"a file", "file:///etc/passwd", written},
		{"NUL", "https://b.example.com/\x00", written},
		{"an encoded host", "https://%31%36%39.254.169.254/", written},
		{"an address with a zone", "https://[fe80::1%25eth0]/", written},
		{"no host", "https:///a", partial},
	} {
		err := Spec(of(route("/a/{id}", server(tc.url))), here)
		switch {
		case tc.message == "" && err != nil:
			t.Errorf("%s: got %v, want none", tc.reason, err)
		case tc.message == "":
		case reason(err) != v1alpha1.ReasonInvalidSpec || !strings.Contains(err.Error(), tc.message) ||
			!strings.HasPrefix(err.Error(), fmt.Sprintf("spec.routes[0].backend.http.url: %q ", tc.url)):
			t.Errorf("%s: got %v of %s, want InvalidSpec: %s", tc.reason, err, tc.url, tc.message)
		}
	}
}
