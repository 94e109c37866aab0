package v1alpha1_test

import (
	"fmt"
	"strconv"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestRedirectURLs holds callback and logout URLs against the allow-list: https, http to this machine, an app's own scheme.
func TestRedirectURLs(t *testing.T) {
	const (
		absolute   = "must be an absolute URL"
		secure     = "must use https"
		anotherApp = "has a scheme that is neither https nor an app's own"
		characters = "a URL holds letters, digits"
		userInfo   = "must not have a user name"
		fragment   = "must not have a fragment"
	)
	for _, tt := range []struct{ reason, url, message string }{
		{"https", "https://app.example.com/callback", ""},
		{"another port", "https://app.example.com:8443/callback", ""},
		{"a query with a URL in it", "https://app.example.com/callback?from=https://b.example.com/@me", ""},
		{"an at sign in the path", "https://app.example.com/@me", ""},
		{"an address in brackets", "https://[2001:4860:4860::8888]/callback", ""},
		{"characters outside ASCII, percent-encoded", "https://app.example.com/%C3%A4", ""},
		{"the recipe's callback URL", "http://localhost:3000/callback", ""},
		{"127.0.0.1", "http://127.0.0.1:3000", ""},
		{"[::1]", "http://[::1]:3000/", ""},
		{"an app's own scheme", "myapp://callback", ""},
		{"an app's domain backwards: RFC 8252, 7.1", "com.example.app:/oauth2redirect", ""},
		{"Expo's schemes", "exp+notes://callback", ""},

		{"relative", "/callback", absolute},
		{"relative to the scheme", "//app.example.com/callback", absolute},
		{"nothing behind the scheme", "myapp:", absolute},
		{"an opaque URL", "myapp:callback", absolute},
		{"https without slashes, which browsers mend", "https:app.example.com", absolute},
		{"https without a host", "https:///app.example.com", absolute},
		{"the same in upper case", "HTTPS:///app.example.com", absolute},
		{"one slash, which browsers mend", "https:/app.example.com", absolute},
		{"a port that is not a number", "https://app.example.com:port/", absolute},

		{"http to another machine", "http://app.example.com/", secure},
		{"the same in upper case", "HTTP://app.example.com/", secure},
		{"a host that begins with localhost", "http://localhost.example.com/", secure},
		{"another loopback address is not Cognito's exception", "http://127.0.0.2/", secure},
		{"127.0.0.1 as one number", "http://2130706433/", secure},

		{"a script", "javascript:alert(1)", absolute},
		{"a script that looks like a URL", "javascript://app.example.com/%0aalert(1)", anotherApp},
		{"the same in upper case", "JavaScript://app.example.com/%0aalert(1)", anotherApp},
		{"a script of another language", "vbscript://a/b", anotherApp},
		{"a data URL", "data:text/html,<script>alert(1)</script>", absolute},
		{"the same with slashes", "data://text/html", anotherApp},
		{"a file", "file:///etc/passwd", anotherApp},
		{"a browser's internal page", "about:blank", absolute},
		{"the same with slashes", "about://blank", anotherApp},
		{"a blob URL", "blob://app.example.com/1", anotherApp},
		{"a filesystem URL", "filesystem://app.example.com/1", anotherApp},
		{"an Android intent names any app", "intent://scan/#Intent;scheme=zxing;end", fragment},
		{"the same without its fragment", "intent://scan/", anotherApp},
		{"Android's content providers", "content://contacts/", anotherApp},
		{"view-source of a page", "view-source://app.example.com/", anotherApp},
		{"a web socket", "wss://app.example.com/", anotherApp},
		{"ftp", "ftp://app.example.com/", anotherApp},
		{"a shell", "ssh://app.example.com/", anotherApp},
		{"mail", "mailto://a.example.com", anotherApp},
		{"a browser's settings page", "chrome://settings", anotherApp},
		{"a browser extension's page", "moz-extension://1/a.html", anotherApp},
		{"a Windows protocol handler", "ms-msdt:/id", anotherApp},

		{"a user name before the host", "https://user@app.example.com/", userInfo},
		{"a user name and a password before the host", "https://user:password@app.example.com/", userInfo},
		{"a trusted host as the user name", "https://app.example.com@evil.example/", userInfo},
		{"the same with an app's scheme", "myapp://user@callback", userInfo},

		{"a fragment (RFC 6749, 3.1.2)", "https://app.example.com/callback#done", fragment},
		{"an empty fragment", "https://app.example.com/callback#", fragment},

		{"NUL", "https://app.example.com/\x00", characters},
		{"a new line", "https://app.example.com/\n", characters},
		{"a carriage return and a header", "https://app.example.com/\r\nSet-Cookie:a", characters},
		{"a tab, which browsers drop", "java\tscript://a/", characters},
		{"a space before", " https://app.example.com/", characters},
		{"a space within", "https://app.example.com/a b", characters},
		{"DEL", "https://app.example.com/\x7f", characters},
		{"a control character beyond ASCII", "https://app.example.com/\u0085", characters},
		{"a right-to-left override", "https://app.example.com/\u202e", characters},
		{"a backslash is a slash to browsers", `https://app.example.com\@evil.example/`, characters},
		{"letters outside ASCII in the host", "https://аpp.example.com/", characters},
		{"a quote", `https://app.example.com/"`, characters},
	} {
		t.Run(tt.reason+" "+tt.url, func(t *testing.T) {
			for _, list := range []string{"callbackURLs", "logoutURLs"} {
				want := validation{message: tt.message}
				if tt.message != "" {
					want.field = "spec.clients[0]." + list + "[0]"
				}
				urls := fmt.Sprintf(`"flows": ["Code"], "callbackURLs": [%s]`, strconv.QuoteToASCII(tt.url))
				if list == "logoutURLs" {
					urls = fmt.Sprintf(`"callbackURLs": ["myapp://in"], "logoutURLs": [%s]`, strconv.QuoteToASCII(tt.url))
				}
				o := object(t, "test", base, `{"clients": [{"name": "web", `+urls+`}]}`)
				judge(t, kube.Create(t.Context(), o, client.DryRunAll), want)
			}
		})
	}
}

// TestBackendURLs holds a backend's URL against what the schema says of it. Hosts that are not public are refused later.
func TestBackendURLs(t *testing.T) {
	const (
		absolute   = "url must be an absolute https URL"
		host       = "url must name a host and may name a port"
		characters = "a URL holds letters, digits"
		fragment   = "url must not have a fragment"
	)
	for _, tt := range []struct{ reason, url, message string }{
		{"a host", "https://b.example.com", ""},
		{"a port and a path", "https://b.example.com:8443/v1/{id}?a={id}", ""},
		{"a greedy variable", "https://b.example.com/{proxy}", ""},
		{"the same as in the path", "https://b.example.com/{proxy+}", ""},
		{"an address in brackets", "https://[2001:4860:4860::8888]/", ""},

		{"http, which would show the caller's token", "http://b.example.com/", absolute},
		{"relative", "/a", absolute},
		{"the scheme in upper case", "HTTPS://b.example.com/", absolute},
		{"no host", "https:///a", absolute},
		{"another scheme", "ftp://b.example.com/", absolute},
		{"a file", "file:///etc/passwd", absolute},
		{"a script", "javascript:alert(1)", absolute},

		{"a user name", "https://user@b.example.com/", host},
		{"a password", "https://user:password@b.example.com/", host},
		{"a variable as the host", "https://{host}/", host},
		{"a variable at the end of the host", "https://b.example.com{proxy}", host},
		{"a variable at the start of the host", "https://{tenant}.example.com/", host},
		{"a variable as the port", "https://b.example.com:{port}/", host},
		{"a stage variable's host", "https://${stageVariables.host}/", host},
		{"an encoded host", "https://%62.example.com/", host},
		{"a port that is not a number", "https://b.example.com:port/", host},
		{"an address with a zone", "https://[fe80::1%25eth0]/", host},

		{"a fragment is not sent", "https://b.example.com/#a", fragment},
		{"NUL", "https://b.example.com/\x00", characters},
		{"a new line", "https://b.example.com/a\nb", characters},
		{"a space", "https://b.example.com/a b", characters},
		{"a backslash", `https://b.example.com\@evil.example/`, characters},
		{"digits outside ASCII in the host", "https://①②⑦.0.0.1/", characters},
	} {
		t.Run(tt.reason+" "+tt.url, func(t *testing.T) {
			want := validation{message: tt.message}
			if tt.message != "" {
				want.field = "spec.routes[0].backend.http.url"
			}
			o := object(t, "test", base, fmt.Sprintf(
				`{"routes": [{"path": "/a/{id}/{proxy+}", "methods": ["GET"], "backend": {"http": {"url": %s}}}]}`, strconv.QuoteToASCII(tt.url)))
			judge(t, kube.Create(t.Context(), o, client.DryRunAll), want)
		})
	}
}
