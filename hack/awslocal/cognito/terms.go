package cognito

import (
	"cmp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// The names of a client's two documents (model: TermsNameType).
const (
	termsOfUse    = "terms-of-use"
	privacyPolicy = "privacy-policy"
)

// createTerms makes a document of a client. "Terms document names must be unique to the app client" (model: TermsExistsException).
func (s *Service) createTerms(r wire.Request, in *idp.CreateTermsInput) (*idp.CreateTermsOutput, error) {
	p, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if p.termsOf(*c.ClientId, *in.TermsName) != nil {
		return nil, wire.Errorf("TermsExistsException", "Terms %s already exist for client %s.", *in.TermsName, *c.ClientId)
	}
	made := &types.TermsType{
		TermsId: aws.String(newUUID()), UserPoolId: p.Id, ClientId: c.ClientId, TermsName: in.TermsName,
		TermsSource: in.TermsSource, Enforcement: in.Enforcement, Links: in.Links,
		CreationDate: aws.Time(r.Now), LastModifiedDate: aws.Time(r.Now),
	}
	if made.Links == nil {
		made.Links = map[string]string{}
	}
	p.documents[*made.TermsId] = made
	return &idp.CreateTermsOutput{Terms: made}, nil
}

func (s *Service) describeTerms(r wire.Request, in *idp.DescribeTermsInput) (*idp.DescribeTermsOutput, error) {
	_, document, err := s.document(r, in.UserPoolId, in.TermsId)
	if err != nil {
		return nil, err
	}
	return &idp.DescribeTermsOutput{Terms: document}, nil
}

// updateTerms takes the links that it is given in the place of those that are there. No source says whether it would merge them.
func (s *Service) updateTerms(r wire.Request, in *idp.UpdateTermsInput) (*idp.UpdateTermsOutput, error) {
	_, document, err := s.document(r, in.UserPoolId, in.TermsId)
	if err != nil {
		return nil, err
	}
	if in.Links != nil {
		document.Links = in.Links
	}
	document.TermsName = cmp.Or(in.TermsName, document.TermsName)
	document.LastModifiedDate = aws.Time(r.Now)
	return &idp.UpdateTermsOutput{Terms: document}, nil
}

func (s *Service) deleteTerms(r wire.Request, in *idp.DeleteTermsInput) (*idp.DeleteTermsOutput, error) {
	p, document, err := s.document(r, in.UserPoolId, in.TermsId)
	if err != nil {
		return nil, err
	}
	delete(p.documents, *document.TermsId)
	return &idp.DeleteTermsOutput{}, nil
}

// listTerms does not say of which client a document is (model: TermsDescriptionType).
func (s *Service) listTerms(r wire.Request, in *idp.ListTermsInput) (*idp.ListTermsOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	ids, next, err := page(p.documents, in.NextToken, in.MaxResults, 60)
	listed := []types.TermsDescriptionType{}
	for _, id := range ids {
		document := p.documents[id]
		listed = append(listed, types.TermsDescriptionType{
			TermsId: document.TermsId, TermsName: document.TermsName, Enforcement: document.Enforcement,
			CreationDate: document.CreationDate, LastModifiedDate: document.LastModifiedDate,
		})
	}
	return &idp.ListTermsOutput{Terms: listed, NextToken: next}, err
}

func (s *Service) document(r wire.Request, poolID, id *string) (*pool, *types.TermsType, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	document := p.documents[aws.ToString(id)]
	if document == nil {
		return nil, nil, wire.Errorf(resourceNotFound, "Terms %s do not exist.", aws.ToString(id))
	}
	return p, document, nil
}

// termsOf is a document of a client; nil if it has none.
func (p *pool) termsOf(client, name string) *types.TermsType {
	for _, document := range p.documents {
		if *document.ClientId == client && *document.TermsName == name {
			return document
		}
	}
	return nil
}

// links are what the sign-up page shows of a client's documents: "You must provide both types of terms documents in at least one
// language before Amazon Cognito displays your terms documents", and a language without a link has that of the default (model).
func (st *site) links(c *client, language string) []field {
	if st.domain.loginVersion != 2 {
		return nil
	}
	var shown []field
	for _, document := range []field{{Name: termsOfUse, Label: "Terms of use"}, {Name: privacyPolicy, Label: "Privacy policy"}} {
		terms := st.domain.pool.termsOf(*c.ClientId, document.Name)
		if terms == nil {
			return nil
		}
		document.Value = cmp.Or(terms.Links["cognito:"+languages[strings.ToLower(language)]], terms.Links["cognito:default"])
		if document.Value != "" {
			shown = append(shown, document)
		}
	}
	return shown
}

// languages are those of the pages, by the query parameter lang (developer guide, "Managed login localization").
var languages = map[string]string{
	"de": "german", "en": "english", "es": "spanish", "fr": "french", "id": "bahasa-indonesia", "it": "italian", "ja": "japanese",
	"ko": "korean", "pt-br": "portuguese-brazil", "zh-cn": "chinese-simplified", "zh-tw": "chinese-traditional",
}
