package apigateway

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) importRestAPI(r wire.Request, in *sdk.ImportRestApiInput) (*sdk.ImportRestApiOutput, error) {
	doc, err := t.document(in.Body)
	if err != nil {
		return nil, err
	}
	if doc.object("info").text("title") == "" {
		return nil, badRequest("Invalid OpenAPI input.") // an API without a name
	}
	endpoint, err := importedEndpoint(in.Parameters["endpointConfigurationTypes"])
	if err != nil {
		return nil, err
	}
	if err := t.roomForAPI(endpoint.Types[0]); err != nil {
		return nil, err
	}
	def := &definition{}
	def.begin(&types.RestApi{EndpointConfiguration: endpoint}, r.Now)
	warnings, err := t.importInto(def, &definition{}, doc, in.Parameters, in.FailOnWarnings)
	if err != nil {
		return nil, err
	}
	t.apis = append(t.apis, &restAPI{definition: *def})
	out := as[sdk.ImportRestApiOutput](def.RestAPI)
	out.Warnings = warnings
	return out, nil
}

// importedEndpoint is the endpoint type that comes beside the document, as a parameter.
func importedEndpoint(kind string) (*types.EndpointConfiguration, error) {
	asked := &types.EndpointConfiguration{}
	for name := range strings.SplitSeq(kind, ",") {
		if name != "" {
			asked.Types = append(asked.Types, types.EndpointType(strings.ToUpper(name)))
		}
	}
	c := &constraints{input: "importRestApiInput"}
	if err := c.endpoint(asked).err(); err != nil {
		return nil, err
	}
	return endpointConfiguration(asked)
}

// putRestAPI merges a document into an API, or overwrites the API with it. Nothing changes if it is refused.
func (t *tenant) putRestAPI(r wire.Request, in *sdk.PutRestApiInput) (*sdk.PutRestApiOutput, error) {
	if err := constrain(r).enumAt("mode", string(in.Mode), []string{"merge", "overwrite"}).err(); err != nil {
		return nil, err
	}
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	doc, err := t.document(in.Body)
	if err != nil {
		return nil, err
	}
	def := a.clone()
	if in.Mode == types.PutModeOverwrite {
		def = a.emptied()
	}
	warnings, err := t.importInto(def, &a.definition, doc, in.Parameters, in.FailOnWarnings)
	if err != nil {
		return nil, err
	}
	a.definition = *def
	out := as[sdk.PutRestApiOutput](tagged(def.RestAPI))
	out.Warnings = warnings
	return out, nil
}

// emptied is what an overwrite starts from: identity, endpoint type, tags and the root resource. Name, description
// and all other settings are gone unless the document holds them.
func (d *definition) emptied() *definition {
	old := d.RestAPI
	endpoint := *old.EndpointConfiguration
	endpoint.VpcEndpointIds = nil
	return &definition{
		RestAPI: types.RestApi{
			Id:                    old.Id,
			Name:                  old.Name, // stays if the document has no title: an API has a name
			CreatedDate:           old.CreatedDate,
			RootResourceId:        old.RootResourceId,
			Tags:                  old.Tags,
			EndpointConfiguration: &endpoint,
			ApiKeySource:          types.ApiKeySourceTypeHeader,
		},
		Resources: map[string]*types.Resource{
			*old.RootResourceId: {Id: old.RootResourceId, Path: aws.String("/")},
		},
	}
}

func (t *tenant) document(body []byte) (node, error) {
	if len(body) > t.limits.ImportBytes {
		return nil, &wire.Error{
			Code: "LimitExceededException", Message: "The API definition is larger than the maximum of 6 MB", Status: 429,
		}
	}
	doc, err := parseDocument(body)
	if err != nil {
		return nil, badRequest("Invalid OpenAPI input.") // AWS doesn't say what is wrong
	}
	return doc, nil
}

// importer builds a definition from a document. Like AWS it goes on after a fault and tells all of them in the end.
type importer struct {
	*definition
	old    *definition // as it was before the import
	doc    node
	tenant *tenant

	base       []string // path parts that stand before every path
	schemes    map[string]scheme
	namespaces map[string]*string // cache namespaces that aren't the resource's id, by that id

	warnings []string
	errors   []string
}

func (t *tenant) importInto(
	def, old *definition, doc node, parameters map[string]string, failOnWarnings bool,
) ([]string, error) {
	i := &importer{
		definition: def,
		old:        old,
		doc:        doc,
		tenant:     t,
		base:       basePath(doc, parameters["basepath"]),
		schemes:    map[string]scheme{},
		namespaces: map[string]*string{},
	}
	if err := i.settings(); err != nil {
		return nil, err
	}
	i.models()
	i.validators()
	i.authorizers()
	if err := i.paths(); err != nil {
		return nil, err
	}
	i.gatewayResponses()
	return i.warnings, i.verdict(failOnWarnings)
}

// verdict words what went wrong
// (https://github.com/amazon-archives/aws-apigateway-importer/issues/202, https://github.com/bustle/shep/issues/260).
func (i *importer) verdict(failOnWarnings bool) error {
	const separator = "\n\t"
	warnings := strings.Join(i.warnings, separator)
	switch {
	case len(i.errors) > 0 && len(i.warnings) > 0:
		return badRequest("Errors found during import:\n\t%s\nAdditionally, these warnings were found:\n\t%s",
			strings.Join(i.errors, separator), warnings)
	case len(i.errors) > 0:
		return badRequest("Errors found during import:\n\t%s", strings.Join(i.errors, separator))
	case len(i.warnings) > 0 && failOnWarnings:
		return badRequest("Warnings found during import:\n\t%s", warnings)
	}
	return nil
}
