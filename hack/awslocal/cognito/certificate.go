package cognito

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// The certificates of SAML. Source:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-signing-encryption.html.
// A new one each year is not emulated.

// certified is a key of RSA and its certificate. They are made when first needed, which most pools in tests never do.
type certified struct {
	load func() (*loadedCertificate, error)
}

type loadedCertificate struct {
	key  *rsa.PrivateKey
	x509 *x509.Certificate
}

// certificateYears: "Your user pool certificates are valid for 10 years".
const certificateYears = 10

func newCertified(name string, now time.Time) *certified {
	return &certified{load: sync.OnceValues(func() (*loadedCertificate, error) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, fmt.Errorf("generate a key: %w", err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(now.Unix()), Subject: pkix.Name{CommonName: name},
			NotBefore: now, NotAfter: now.AddDate(certificateYears, 0, 0),
		}
		raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			return nil, fmt.Errorf("make a certificate: %w", err)
		}
		made, err := x509.ParseCertificate(raw)
		return &loadedCertificate{key: key, x509: made}, err
	})}
}

// text is the certificate as Cognito tells it. Whether Cognito tells it as PEM is not known; here it is what metadata of SAML have.
func (c *certified) text() (string, error) {
	loaded, err := c.load()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(loaded.x509.Raw), nil
}

// getSigningCertificate tells the certificate with whose key the pool signs requests to all its providers of SAML.
func (s *Service) getSigningCertificate(r wire.Request, in *idp.GetSigningCertificateInput) (*idp.GetSigningCertificateOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	text, err := p.signing.text()
	return &idp.GetSigningCertificateOutput{Certificate: aws.String(text)}, err
}
