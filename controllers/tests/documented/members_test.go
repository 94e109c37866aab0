package documented_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// mapping is a document that has the field of the manifest for each member of a service's inputs.
type mapping struct {
	document string
	// inputs are those of the calls that set something up, by the heading of the document under which their members are. A call
	// that patches takes no members; what it patches are those of what the service answers.
	inputs map[string][]any
	// client has the service's calls. Each that sets something up is in a heading, or in the last table.
	client any
}

var mappings = []mapping{
	{document: "docs/reference/cognito.md", client: &cip.Client{}, inputs: map[string][]any{
		"CreateUserPool, UpdateUserPool":                         {cip.CreateUserPoolInput{}, cip.UpdateUserPoolInput{}},
		"AddCustomAttributes":                                    {cip.AddCustomAttributesInput{}},
		"SetUserPoolMfaConfig":                                   {cip.SetUserPoolMfaConfigInput{}},
		"CreateUserPoolClient, UpdateUserPoolClient":             {cip.CreateUserPoolClientInput{}, cip.UpdateUserPoolClientInput{}},
		"AddUserPoolClientSecret":                                {cip.AddUserPoolClientSecretInput{}},
		"CreateUserPoolDomain, UpdateUserPoolDomain":             {cip.CreateUserPoolDomainInput{}, cip.UpdateUserPoolDomainInput{}},
		"CreateIdentityProvider, UpdateIdentityProvider":         {cip.CreateIdentityProviderInput{}, cip.UpdateIdentityProviderInput{}},
		"CreateGroup, UpdateGroup":                               {cip.CreateGroupInput{}, cip.UpdateGroupInput{}},
		"CreateResourceServer, UpdateResourceServer":             {cip.CreateResourceServerInput{}, cip.UpdateResourceServerInput{}},
		"SetRiskConfiguration":                                   {cip.SetRiskConfigurationInput{}},
		"SetLogDeliveryConfiguration":                            {cip.SetLogDeliveryConfigurationInput{}},
		"CreateManagedLoginBranding, UpdateManagedLoginBranding": {cip.CreateManagedLoginBrandingInput{}, cip.UpdateManagedLoginBrandingInput{}},
		"SetUICustomization":                                     {cip.SetUICustomizationInput{}},
		"CreateTerms, UpdateTerms":                               {cip.CreateTermsInput{}, cip.UpdateTermsInput{}},
		"CreateUserPoolReplica, UpdateUserPoolReplica":           {cip.CreateUserPoolReplicaInput{}, cip.UpdateUserPoolReplicaInput{}},
		"TagResource, UntagResource":                             {cip.TagResourceInput{}, cip.UntagResourceInput{}},
	}},
	{document: "docs/reference/apigateway.md", client: &apigateway.Client{}, inputs: map[string][]any{
		"CreateRestApi, UpdateRestApi":                           {apigateway.CreateRestApiInput{}, apigwtypes.RestApi{}},
		"PutRestApi":                                             {apigateway.PutRestApiInput{}},
		"CreateResource, UpdateResource":                         {apigateway.CreateResourceInput{}},
		"PutMethod, UpdateMethod":                                {apigateway.PutMethodInput{}},
		"PutMethodResponse, UpdateMethodResponse":                {apigateway.PutMethodResponseInput{}},
		"PutIntegration, UpdateIntegration":                      {apigateway.PutIntegrationInput{}},
		"PutIntegrationResponse, UpdateIntegrationResponse":      {apigateway.PutIntegrationResponseInput{}},
		"CreateRequestValidator, UpdateRequestValidator":         {apigateway.CreateRequestValidatorInput{}},
		"CreateAuthorizer, UpdateAuthorizer":                     {apigateway.CreateAuthorizerInput{}, apigwtypes.Authorizer{}},
		"PutGatewayResponse, UpdateGatewayResponse":              {apigateway.PutGatewayResponseInput{}},
		"CreateModel, UpdateModel":                               {apigateway.CreateModelInput{}},
		"CreateDeployment, UpdateDeployment":                     {apigateway.CreateDeploymentInput{}},
		"CreateStage, UpdateStage":                               {apigateway.CreateStageInput{}, apigwtypes.Stage{}},
		"CreateUsagePlan, UpdateUsagePlan":                       {apigateway.CreateUsagePlanInput{}, apigwtypes.UsagePlan{}},
		"CreateUsagePlanKey":                                     {apigateway.CreateUsagePlanKeyInput{}},
		"CreateApiKey, UpdateApiKey":                             {apigateway.CreateApiKeyInput{}, apigwtypes.ApiKey{}},
		"CreateDomainName, UpdateDomainName":                     {apigateway.CreateDomainNameInput{}, apigwtypes.DomainName{}},
		"CreateBasePathMapping, UpdateBasePathMapping":           {apigateway.CreateBasePathMappingInput{}, apigwtypes.BasePathMapping{}},
		"CreateDomainNameAccessAssociation":                      {apigateway.CreateDomainNameAccessAssociationInput{}},
		"CreateVpcLink, UpdateVpcLink":                           {apigateway.CreateVpcLinkInput{}, apigwtypes.VpcLink{}},
		"GenerateClientCertificate, UpdateClientCertificate":     {apigateway.GenerateClientCertificateInput{}, apigwtypes.ClientCertificate{}},
		"UpdateAccount":                                          {apigateway.GetAccountOutput{}},
		"CreateDocumentationPart, UpdateDocumentationPart":       {apigateway.CreateDocumentationPartInput{}},
		"CreateDocumentationVersion, UpdateDocumentationVersion": {apigateway.CreateDocumentationVersionInput{}},
		"TagResource, UntagResource":                             {apigateway.TagResourceInput{}, apigateway.UntagResourceInput{}},
	}},
}

// unneeded is the heading of calls that set something up and have no members in the document.
const unneeded = "Calls that no field needs"

// setsUp are the names of calls that do.
var setsUp = regexp.MustCompile(`^(Create|Put|Update|Generate|Import|Tag|Untag|Add|Set)[A-Z]`)

// members are the paths of all members of a type that have no members of their own. The map from a key to a struct has those of the
// struct.
func members(of reflect.Type, path string) []string {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
		of = of.Elem()
	}
	if of == reflect.TypeFor[middleware.Metadata]() { // the SDK's, and not the service's
		return nil
	}
	var found []string
	if of.Kind() == reflect.Struct {
		for member := range of.Fields() {
			if member.IsExported() {
				found = append(found, members(member.Type, strings.TrimPrefix(path+"."+member.Name, "."))...)
			}
		}
	}
	if len(found) == 0 { // a time is a struct, too
		return []string{path}
	}
	return found
}

// row is one of a document: a member, and what is said of it.
type row struct{ member, said string }

// rows are those below a heading.
func rows(text, heading string) (found []row) {
	_, part, _ := strings.Cut(text, "\n## "+heading+"\n")
	part, _, _ = strings.Cut(part, "\n## ")
	for _, match := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\|$").FindAllStringSubmatch(part, -1) {
		found = append(found, row{match[1], match[2]})
	}
	return found
}

// judge says which kind a row is of, and what is wrong with it.
func (r row) judge(fields map[string]bool) (kind, wrong string) {
	kind = "field"
	for _, other := range []string{"derived", "excluded", "read only", "not yet"} {
		if reason, ok := strings.CutPrefix(r.said, other+": "); ok {
			kind = other
			if len(strings.Fields(reason)) < 3 && kind != "not yet" {
				return kind, fmt.Sprintf("got %q for %s, want a reason", r.said, r.member)
			}
		}
	}
	named := regexp.MustCompile("`(spec\\.[^`]+)`").FindAllStringSubmatch(r.said, -1)
	if len(named) == 0 && (kind == "field" || kind == "not yet") {
		return kind, fmt.Sprintf("got %q for %s, want a field of the spec, or \"derived:\", \"excluded:\" or \"read only:\" with the reason", r.said, r.member)
	}
	// Of what is not yet there, the text up to the first full stop names the fields to come.
	later := ""
	if kind == "not yet" {
		later, _, _ = strings.Cut(r.said, ". ")
	}
	for _, field := range named {
		switch planned := strings.Contains(later, field[0]); {
		case planned && fields[field[1]]:
			return kind, fmt.Sprintf("%s is said to be not yet set by %s, which the CRD has", r.member, field[1])
		case !planned && !fields[field[1]]:
			return kind, fmt.Sprintf("%s is said to be set by %s, which the CRD does not have", r.member, field[1])
		}
	}
	return kind, ""
}

// problems compares a document with the SDK and with the fields of the CRD, and counts its rows by their kinds.
func (m mapping) problems(text string, fields map[string]bool) (problems []string, counts map[string]int) {
	counts = map[string]int{}
	add := func(format string, args ...any) {
		problems = append(problems, m.document+": "+fmt.Sprintf(format, args...))
	}
	for _, heading := range slices.Sorted(maps.Keys(m.inputs)) {
		var want, got []string
		for _, input := range m.inputs[heading] {
			want = append(want, members(reflect.TypeOf(input), "")...)
		}
		for _, r := range rows(text, heading) {
			got = append(got, r.member)
			kind, wrong := r.judge(fields)
			counts[kind]++
			if wrong != "" {
				add("%q: %s", heading, wrong)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(slices.Compact(want), got); diff != "" {
			add("%q: the SDK's members and the rows (-members +rows):\n%s", heading, diff)
		}
	}
	for _, match := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(text, -1) {
		if m.inputs[match[1]] == nil && match[1] != unneeded {
			add("no call has the heading %q", match[1])
		}
	}
	named := strings.Split(strings.Join(slices.Collect(maps.Keys(m.inputs)), ", "), ", ")
	for _, r := range rows(text, unneeded) {
		if kind, wrong := r.judge(fields); kind != "excluded" || wrong != "" {
			add("%q: got %q for %s, want \"excluded:\" with the reason %s", unneeded, r.said, r.member, wrong)
		}
		named = append(named, r.member)
	}
	var calls []string
	for call := range reflect.TypeOf(m.client).Methods() {
		if setsUp.MatchString(call.Name) {
			calls = append(calls, call.Name)
		}
	}
	slices.Sort(named)
	slices.Sort(calls)
	if diff := cmp.Diff(calls, named); diff != "" {
		add("the SDK's calls that set something up, and those of the document (-calls +document):\n%s", diff)
	}
	return problems, counts
}

// specFields are the paths of all fields of the spec.
func specFields(t *testing.T) map[string]bool {
	t.Helper()
	fields := map[string]bool{}
	harness.EachProperty(t, func(path string, _ *apiextensionsv1.JSONSchemaProps) { fields[path] = true })
	return fields
}

// Whoever knows a member of AWS's API finds the field of the manifest, and a member that the SDK gets is noticed.
func TestMembers(t *testing.T) {
	fields := specFields(t)
	for _, m := range mappings {
		text, err := os.ReadFile(harness.File(m.document))
		if err != nil {
			t.Fatal(err)
		}
		problems, counts := m.problems(string(text), fields)
		for _, problem := range problems {
			t.Error(problem)
		}
		t.Logf("%s: %d members set by a field, %d derived, %d excluded with a reason, %d read only, %d not yet",
			m.document, counts["field"], counts["derived"], counts["excluded"], counts["read only"], counts["not yet"])
	}
}

// TestMembersFindsMistakes holds TestMembers to finding each kind of mistake.
func TestMembersFindsMistakes(t *testing.T) {
	type pair struct{ New, Old string }
	type input struct {
		Name     *string
		Settings map[string]pair
	}
	fields := map[string]bool{"spec.name": true, "spec.pair": true}
	const good = "## PutIt\n\n| member | field |\n|---|---|\n| `Name` | `spec.name` |\n" +
		"| `Settings.New` | not yet: `spec.pair.new`. Until then it is `spec.pair` |\n| `Settings.Old` | excluded: AWS has it for friends |\n"
	const calls = "\n## " + unneeded + "\n\n| call | reason |\n|---|---|\n| `ImportIt` | excluded: it puts the same |\n"
	for _, tc := range []struct{ reason, from, to, want string }{
		{"all is well", "", "", ""},
		{"a member that the SDK got has no row", "| `Settings.New` | not yet: `spec.pair.new`. Until then it is `spec.pair` |\n", "", `-`},
		{"a row is of no member", "`Settings.Old`", "`Settings.Older`", "Settings.Older"},
		{"a field that the CRD does not have", "`spec.name`", "`spec.names`", "Name is said to be set by spec.names, which the CRD does not have"},
		{"a field to come that is there", "`spec.pair.new`", "`spec.name`", "Settings.New is said to be not yet set by spec.name, which the CRD has"},
		{"a field until then that is not there", "is `spec.pair`", "is `spec.pairs`", "Settings.New is said to be set by spec.pairs, which the CRD does not have"},
		{"nothing to come", "`spec.pair.new`. Until then it is `spec.pair`", "maybe", `got "not yet: maybe" for Settings.New`},
		{"no field and no reason", "`spec.name`", "its name", `got "its name" for Name, want a field of the spec`},
		{"a reason that is none", "excluded: AWS has it for friends", "excluded: old", `got "excluded: old" for Settings.Old, want a reason`},
		{"a heading of no call", "## PutIt", "## PutThat", `no call has the heading "PutThat"`},
		{"a call that the SDK got is in no heading", "| `ImportIt` | excluded: it puts the same |\n", "", "ImportIt"},
		{"a call that the SDK does not have", "`ImportIt`", "`ImportThat`", "ImportThat"},
		{"a call that is left out without a reason", "excluded: it puts the same", "`spec.name`", "for ImportIt, want"},
	} {
		m := mapping{document: "a.md", client: service{}, inputs: map[string][]any{"PutIt": {input{}}}}
		problems, counts := m.problems("\n"+strings.Replace(good+calls, tc.from, tc.to, 1), fields)
		got := strings.Join(problems, "\n")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: got %q, want %q in it", tc.reason, got, tc.want)
		}
		if tc.want == "" && !maps.Equal(counts, map[string]int{"field": 1, "not yet": 1, "excluded": 1}) {
			t.Errorf("%s: got the counts %v, want one field, one not yet and one excluded", tc.reason, counts)
		}
	}
}

// service has calls as a client of the SDK has them.
type service struct{}

func (service) PutIt()    {}
func (service) ImportIt() {}
func (service) GetIt()    {}
