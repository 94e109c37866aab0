package cognito

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// Sign-in at a provider of SAML 2.0. Source unless another stands beside:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-session-initiation.html.

const backSAML = "/saml2/idpresponse"

// longestAssertion: "can accept SAML assertions of up to 100,000 characters in length" (saml2-idpresponse-endpoint.html).
const longestAssertion = 100_000

// An assertion that nobody asked for "must have been issued within the previous 6 minutes"; of one that was asked for, no source says how
// old it may be.
func init() { saml.MaxIssueDelay = 6 * time.Minute } //nolint:gochecknoinits // the library has it for the whole process

// relyingParty is the pool as a provider of SAML knows it. Its name and its address: "Using SAML identity providers with a user pool".
// Metadata is read at each sign-in; on AWS it is kept for a while.
func (st *site) relyingParty(ctx context.Context, one *provider) (*saml.ServiceProvider, error) {
	document := one.ProviderDetails["MetadataFile"]
	if at := one.ProviderDetails["MetadataURL"]; at != "" {
		text, err := st.reach(ctx, http.MethodGet, at, nil, "")
		if err != nil {
			return nil, err
		}
		document = string(text)
	}
	described, err := parseMetadata(document)
	if err != nil {
		return nil, fmt.Errorf("metadata of the provider: %w", err)
	}
	back, err := url.Parse(st.back(backSAML))
	if err != nil {
		return nil, err
	}
	return &saml.ServiceProvider{
		EntityID: "urn:amazon:cognito:sp:" + *st.domain.pool.Id, AcsURL: *back, IDPMetadata: described,
		AuthnNameIDFormat: saml.UnspecifiedNameIDFormat, Clock: dsig.NewFakeClockAt(st.env.Clock.Now()),
	}, nil
}

// requestID is a nonce as the ID of a request, which must not begin with a digit.
func requestID(nonce string) string { return "_" + nonce }

// departSAML is where a browser leaves to.
func (st *site) departSAML(ctx context.Context, one *provider, state, nonce string) (string, error) {
	sp, err := st.relyingParty(ctx, one)
	if err != nil {
		return "", err
	}
	if one.ProviderDetails[detailSigning] != "" {
		signing, err := st.domain.pool.signing.load()
		if err != nil {
			return "", err
		}
		sp.Key, sp.Certificate, sp.SignatureMethod = signing.key, signing.x509, dsig.RSASHA256SignatureMethod
	}
	at := sp.GetSSOBindingLocation(saml.HTTPRedirectBinding)
	if at == "" {
		return "", errors.New("the metadata of the provider has no address for the binding HTTP-Redirect")
	}
	request, err := sp.MakeAuthenticationRequest(at, saml.HTTPRedirectBinding, saml.HTTPPostBinding)
	if err != nil {
		return "", err
	}
	request.ID = requestID(nonce)
	target, err := request.Redirect(state, sp)
	if err != nil {
		return "", err
	}
	return target.String(), nil
}

// arriveSAML takes a browser from a provider: back, or for the first time. The words of an answer that nobody asked for: several products
// that sign in by Cognito tell their users what to do about them.
func (st *site) arriveSAML(r *http.Request) answer {
	response, relayed := r.PostForm.Get("SAMLResponse"), r.PostForm.Get("RelayState")
	left := st.returned(relayed)
	if left == nil {
		var failure *answer
		if left, failure = st.unsolicited(r, relayed); failure != nil {
			return *failure
		}
	}
	if left == nil || left.provider.ProviderType != types.IdentityProviderTypeTypeSaml || len(response) > longestAssertion {
		return st.fail(r, "Invalid samlResponse or relayState from identity provider", "")
	}
	return st.arrive(r, left, func(ctx context.Context, one *provider) (*person, error) {
		named, err := st.believe(ctx, one, response, left.nonce)
		if errors.Is(err, saml.ErrInvalidSignature) {
			// aws/aws-sdk-js-v3#6201; the words of other refusals are not known, and are the library's.
			return nil, errors.New("SAML Assertion signature is invalid. ")
		}
		return named, err
	})
}

// believe verifies a response, and returns what is in the part of it that is signed. What Cognito wants beside the signature (an audience,
// a recipient, and the request in the response and in the assertion): c6fc/npk#87.
func (st *site) believe(ctx context.Context, one *provider, response, nonce string) (*person, error) {
	sp, err := st.relyingParty(ctx, one)
	if err != nil {
		return nil, err
	}
	document, err := base64.StdEncoding.DecodeString(response)
	if err != nil {
		return nil, err
	}
	if err := one.decrypts(sp, document); err != nil {
		return nil, err
	}
	var requests []string
	if sp.AllowIDPInitiated = nonce == ""; nonce != "" {
		requests = []string{requestID(nonce)}
	}
	sp.ReplayCache = &used{st.Service, *one.UserPoolId + "/" + *one.ProviderName + "/"}
	assertion, err := sp.ParseXMLResponse(document, requests, sp.AcsURL)
	if invalid := (*saml.InvalidResponseError)(nil); errors.As(err, &invalid) {
		return nil, invalid.PrivateErr // the error itself hides what is wrong
	}
	if err != nil {
		return nil, err
	}
	named := &person{subject: assertion.Subject.NameID.Value, issuer: &sp.IDPMetadata.EntityID, claims: map[string]any{}}
	if named.subject == "" {
		return nil, errors.New("the assertion has no NameID")
	}
	for _, statement := range assertion.AttributeStatements {
		for _, attribute := range statement.Attributes {
			var values []string // how Cognito joins several is not known
			for _, value := range attribute.Values {
				values = append(values, value.Value)
			}
			named.claims[attribute.Name] = strings.Join(values, ",")
		}
	}
	return named, nil
}

// decrypts gives the pool the key to a response. With EncryptedResponses, the provider has to encrypt all assertions
// (cognito-user-pools-SAML-signing-encryption.html); without, no key is the provider's. The words are not known.
func (one *provider) decrypts(sp *saml.ServiceProvider, response []byte) error {
	if one.ProviderDetails[detailEncrypted] != "true" {
		return nil
	}
	document := etree.NewDocument()
	if err := document.ReadFromBytes(response); err != nil {
		return err
	}
	if document.FindElement("//Assertion") != nil {
		return errors.New("the assertion is not encrypted")
	}
	encryption, err := one.encryption.load()
	if err != nil {
		return err
	}
	sp.EncryptionKey = encryption.key
	return nil
}
