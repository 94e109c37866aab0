package awslocal

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Services by their name in a signature.
const (
	cognitoService    = "cognito-idp"
	apigatewayService = "apigateway"
	lambdaService     = "lambda"
	stsService        = "sts"
	sqsService        = "sqs"
	wafService        = "wafv2"

	cognitoTarget = "AWSCognitoIdentityProviderService"
)

// maxBody is more than the largest body that a service here takes (a PutRestApi of 6 MB), which is for it to refuse.
const maxBody = 16 << 20

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.requests.begin(r.Context().Value(connKey{}), r.Method+" "+r.URL.Path) {
		http.Error(w, "the local AWS is closing", http.StatusServiceUnavailable)
		return
	}
	if shareWithPages(w, r) {
		return
	}
	if sig, ok := signatureOf(r); ok {
		s.serveControl(w, r, sig)
		return
	}
	s.servePublic(w, r)
}

// signature is what a request is signed for: with whose key, for which service, where.
type signature struct {
	key, service, region string
}

// The part of an Authorization header that says what the signature is for
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html).
var credentialRegexp = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 +Credential=([^/,]+)/[0-9]{8}/([^/,]+)/([^/,]+)/aws4_request(?:,|$)`)

// signatureOf finds out whether a request is for the control plane. The signature is required there but not verified.
func signatureOf(r *http.Request) (signature, bool) {
	if m := credentialRegexp.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		// A signed request to a deployed stage isn't for the control plane.
		return signature{key: m[1], region: m[2], service: m[3]}, m[3] != "execute-api"
	}
	// Users' own calls (SignUp, InitiateAuth, …) aren't signed and say no Region; on AWS the host does, here the app
	// client in them.
	target, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), cognitoTarget+".")
	if ok && unsigned[target] {
		return signature{service: cognitoService, region: DefaultRegion}, true
	}
	return signature{}, false
}

// unsigned are the operations of Cognito that the SDK doesn't sign (auth.go of cognitoidentityprovider v1.61.0).
var unsigned = set("AssociateSoftwareToken", "ChangePassword", "CompleteWebAuthnRegistration", "ConfirmDevice",
	"ConfirmForgotPassword", "ConfirmSignUp", "DeleteUser", "DeleteUserAttributes", "DeleteWebAuthnCredential",
	"ForgetDevice", "ForgotPassword", "GetDevice", "GetTokensFromRefreshToken", "GetUser",
	"GetUserAttributeVerificationCode", "GetUserAuthFactors", "GlobalSignOut", "InitiateAuth", "ListDevices",
	"ListWebAuthnCredentials", "ResendConfirmationCode", "RespondToAuthChallenge", "RevokeToken",
	"SetUserMFAPreference", "SetUserSettings", "SignUp", "StartWebAuthnRegistration", "UpdateAuthEventFeedback",
	"UpdateDeviceStatus", "UpdateUserAttributes", "VerifySoftwareToken", "VerifyUserAttribute")

func set(names ...string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, name := range names {
		s[name] = true
	}
	return s
}

var (
	domainHost = regexp.MustCompile(`^([a-z0-9-]+)\.auth\.([a-z0-9-]+)\.amazoncognito\.com(?::[0-9]+)?$`)
	stageHost  = regexp.MustCompile(`^([A-Za-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?::[0-9]+)?$`)

	domainPath = regexp.MustCompile(`^/auth/([^/]+)/([^/]+)(/.*)?$`)
	stagePath  = regexp.MustCompile(`^/execute-api/([^/]+)(/.*)?$`)
	issuerPath = regexp.MustCompile(`^(?:/issuer)?/([\w-]+_[0-9A-Za-z]+)(/\.well-known/.*)$`)
)

// servePublic serves what needs no signature, known by its host as on AWS, or by its path.
//
//nolint:contextcheck // the context is in the request
func (s *Server) servePublic(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if m := domainHost.FindStringSubmatch(r.Host); m != nil {
		s.Cognito.ServeDomain(m[2], m[1], w, r)
	} else if m := stageHost.FindStringSubmatch(r.Host); m != nil {
		s.APIGateway.ServeStage(m[1], w, r)
	} else if m := domainPath.FindStringSubmatch(path); m != nil {
		s.Cognito.ServeDomain(m[1], m[2], w, below(r, m[3]))
	} else if m := stagePath.FindStringSubmatch(path); m != nil {
		s.APIGateway.ServeStage(m[1], w, below(r, m[2]))
	} else if m := issuerPath.FindStringSubmatch(path); m != nil {
		s.Cognito.ServeIssuer(m[1], w, below(r, m[2]))
	} else if path == "/mailbox" {
		s.Cognito.ServeMailbox(w, r)
	} else {
		s.refuseUnsigned(w, r)
	}
}

// below returns r as its handler sees it, with nothing in the path but what is below the handler. The path is given
// escaped: a slash in a path parameter isn't a separator.
func below(r *http.Request, escaped string) *http.Request {
	if escaped == "" {
		escaped = "/"
	}
	inner := r.Clone(r.Context())
	inner.URL.RawPath = escaped
	path, err := url.PathUnescape(escaped)
	if err != nil {
		path = escaped // can't be: the server parsed it before
	}
	inner.URL.Path = path
	return inner
}

// refuseUnsigned answers as AWS does where a signature is missing, in the protocol that the request looks like.
func (s *Server) refuseUnsigned(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxBody))
	service := apigatewayService
	if r.Header.Get("X-Amz-Target") != "" {
		service = cognitoService
	}
	refusal := &wire.Error{
		Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token", Status: http.StatusForbidden,
	}
	send(w, s.protocols[service].Refuse(refusal))
}
