// Package samlidp is an identity provider of SAML 2.0 on the loopback interface, for tests and the demo. Its person is always signed in,
// so it answers every request at once.
package samlidp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/xml"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/securedapi/securedapi/hack/awslocal/loopback"
)

// Provider is a provider, and a network in which its host is reached.
type Provider struct {
	*loopback.Network
	// Subject and Attributes are what it says of the person.
	Subject    string
	Attributes map[string]string
	// EntityID and AnswerTo are the only service provider that is registered.
	EntityID, AnswerTo string
	// Signs is the certificate of its requests, which have to be signed then. EncryptTo is the one to which assertions are encrypted. Both
	// are as metadata have them: DER in base64.
	Signs, EncryptTo string
	// Edit changes an assertion before it is signed, and Forge a response after that.
	Edit  func(*saml.Assertion)
	Forge func(*etree.Element)
	// Now is its clock.
	Now func() time.Time

	idp saml.IdentityProvider // but for the clock
}

// Start starts a provider at an https URL.
func Start(at, subject string) (*Provider, error) {
	metadata, err := url.Parse(at + "/metadata")
	if err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, err
	}
	p := &Provider{Subject: subject, Attributes: map[string]string{}, Now: time.Now}
	p.idp = saml.IdentityProvider{
		Key: key, Certificate: certificate, MetadataURL: *metadata, SSOURL: *metadata.JoinPath("../sso"),
		ServiceProviderProvider: p, SessionProvider: p, AssertionMaker: p, ResponseWriter: p,
		OnError: func(w http.ResponseWriter, _ *http.Request, status int, err error) {
			http.Error(w, err.Error(), status)
		},
	}
	p.Network = loopback.Serve(p, metadata.Host)
	return p, nil
}

// at is the provider at the present time.
func (p *Provider) at() *saml.IdentityProvider {
	idp := p.idp
	idp.Clock = dsig.NewFakeClockAt(p.Now())
	return &idp
}

// Metadata is the document in which it describes itself.
func (p *Provider) Metadata() (string, error) {
	text, err := xml.Marshal(p.at().Metadata())
	return string(text), err
}

// Bookmark is where a person begins a sign-in at the provider, as from its list of applications. The state goes with the response.
func (p *Provider) Bookmark(state string) string {
	return p.idp.SSOURL.JoinPath("../bookmark").String() + "?" + url.Values{"RelayState": {state}}.Encode()
}

// ServeHTTP serves the addresses of the metadata, and the bookmark.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/bookmark") {
		p.at().ServeIDPInitiated(w, r, p.EntityID, r.URL.Query().Get("RelayState"))
		return
	}
	p.at().Handler().ServeHTTP(w, r)
}

// GetServiceProvider finds the service provider that is registered.
func (p *Provider) GetServiceProvider(_ *http.Request, id string) (*saml.EntityDescriptor, error) {
	if id != p.EntityID {
		return nil, os.ErrNotExist
	}
	var keys []saml.KeyDescriptor
	for use, certificate := range map[string]string{"signing": p.Signs, "encryption": p.EncryptTo} {
		if certificate != "" {
			keys = append(keys, saml.KeyDescriptor{Use: use, KeyInfo: saml.KeyInfo{X509Data: saml.X509Data{
				X509Certificates: []saml.X509Certificate{{Data: certificate}},
			}}})
		}
	}
	signed := p.Signs != ""
	return &saml.EntityDescriptor{EntityID: id, SPSSODescriptors: []saml.SPSSODescriptor{{
		SSODescriptor:             saml.SSODescriptor{RoleDescriptor: saml.RoleDescriptor{KeyDescriptors: keys}},
		AuthnRequestsSigned:       &signed,
		AssertionConsumerServices: []saml.IndexedEndpoint{{Binding: saml.HTTPPostBinding, Location: p.AnswerTo}},
	}}}, nil
}

// GetSession is of the person.
func (p *Provider) GetSession(http.ResponseWriter, *http.Request, *saml.IdpAuthnRequest) *saml.Session {
	session := &saml.Session{NameID: p.Subject, NameIDFormat: string(saml.PersistentNameIDFormat), CreateTime: p.Now()}
	for name, value := range p.Attributes {
		session.CustomAttributes = append(session.CustomAttributes, saml.Attribute{
			Name: name, Values: []saml.AttributeValue{{Type: "xs:string", Value: value}},
		})
	}
	return session
}

// MakeAssertion makes an assertion, with what Edit changes in it.
func (p *Provider) MakeAssertion(request *saml.IdpAuthnRequest, session *saml.Session) error {
	if err := (saml.DefaultAssertionMaker{}).MakeAssertion(request, session); err != nil {
		return err
	}
	if p.Edit != nil {
		p.Edit(request.Assertion)
	}
	return nil
}

// WriteResponse sends a form that posts the response, with what Forge changes in it.
func (p *Provider) WriteResponse(w http.ResponseWriter, request *saml.IdpAuthnRequest) error {
	if err := request.MakeResponse(); err != nil {
		return err
	}
	if p.Forge != nil {
		p.Forge(request.ResponseEl)
	}
	return request.WriteResponse(w)
}
