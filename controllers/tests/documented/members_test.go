package documented_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

const membersDocument = "docs/reference/cognito.md"

// inputs are those of the calls that set up a user pool, by the heading of the document under which their members are.
var inputs = map[string][]any{
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
}

// members are the paths of all members of a type that have no members of their own.
func members(of reflect.Type, path string) []string {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return []string{path}
	}
	var found []string
	for member := range of.Fields() {
		if member.IsExported() {
			found = append(found, members(member.Type, strings.TrimPrefix(path+"."+member.Name, "."))...)
		}
	}
	return found
}

// Whoever knows a member of Cognito's API finds the field of the manifest, and a member that the SDK gets is noticed.
func TestMembers(t *testing.T) {
	text, err := os.ReadFile(harness.File(membersDocument))
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for _, match := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(string(text), -1) {
		headings = append(headings, match[1])
	}
	for heading, types := range inputs {
		if !slices.Contains(headings, heading) {
			t.Errorf("%s has no heading %q", membersDocument, heading)
			continue
		}
		var want []string
		for _, input := range types {
			want = append(want, members(reflect.TypeOf(input), "")...)
		}
		slices.Sort(want)
		if diff := cmp.Diff(slices.Compact(want), named(t, membersDocument, "## "+heading)); diff != "" {
			t.Errorf("%s, %q: the SDK's members and the rows (-members +rows):\n%s", membersDocument, heading, diff)
		}
	}

	fields := map[string]bool{}
	harness.EachProperty(t, func(path string, _ *apiextensionsv1.JSONSchemaProps) { fields[path] = true })
	var excluded, open int
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\|$").FindAllStringSubmatch(string(text), -1) {
		member, said := row[1], row[2]
		named := regexp.MustCompile("`(spec\\.[^`]+)`").FindAllStringSubmatch(said, -1)
		reason, isExcluded := strings.CutPrefix(said, "excluded: ")
		_, isDerived := strings.CutPrefix(said, "derived: ")
		_, isOpen := strings.CutPrefix(said, "not yet: ")
		switch {
		case isOpen:
			open++
			continue
		case isExcluded && len(strings.Fields(reason)) > 2:
			excluded++
		case !isDerived && len(named) == 0:
			t.Errorf("%s: got %q for %s, want a field of the spec, or \"derived:\", \"excluded:\" or \"not yet:\" with the reason", membersDocument, said, member)
		}
		for _, field := range named {
			if !fields[field[1]] {
				t.Errorf("%s: %s is said to be set by %s, which the CRD does not have", membersDocument, member, field[1])
			}
		}
	}
	t.Logf("excluded with a reason: %d, not yet in the spec: %d", excluded, open)
}
