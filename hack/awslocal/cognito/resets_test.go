package cognito

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// A member that a table doesn't know would be lost by every update.
func TestTablesKnowEveryMember(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		input   any
		members []member
		besides []string
	}{
		{"UpdateUserPool", idp.UpdateUserPoolInput{}, updateUserPoolMembers, []string{"UserPoolId"}},
		{"CreateUserPool", idp.CreateUserPoolInput{}, slices.Concat(createOnlyMembers, updateUserPoolMembers), []string{"Schema"}},
		{"UpdateUserPoolClient", idp.UpdateUserPoolClientInput{}, updateUserPoolClientMembers, []string{"UserPoolId", "ClientId"}},
		{
			"CreateUserPoolClient",
			idp.CreateUserPoolClientInput{},
			updateUserPoolClientMembers,
			[]string{"UserPoolId", "GenerateSecret", "ClientSecret"},
		},
	} {
		known := map[string]bool{}
		for _, name := range tt.besides {
			known[name] = true
		}
		for _, m := range tt.members {
			top, _, _ := strings.Cut(m.name, ".")
			known[top] = true
		}
		for f := range reflect.TypeOf(tt.input).Fields() {
			if f.IsExported() && !known[f.Name] {
				t.Errorf("%s: nothing says what becomes of %s", tt.reason, f.Name)
			}
		}
	}
}

// Every rule says where it comes from.
func TestTablesNameTheirSources(t *testing.T) {
	for _, m := range slices.Concat(updateUserPoolMembers, updateUserPoolClientMembers) {
		if m.source == "" || (m.omitted == unknown) != (m.source == nobody) {
			t.Errorf("%s: source %q doesn't fit", m.name, m.source)
		}
	}
}
