package refused_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// A refusal at admission has one cause, which names the field, its value, the rule and a remedy. Beside some, the API server adds its
// notice that it checked no CEL rules. An object that is there stays as it is.
func TestRefusedAtAdmission(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	rules := celRules(t)
	var said []metav1.StatusCause
	for i, row := range atAdmission {
		name := fmt.Sprintf("admission-%d", i)
		var err error
		if row.before == "" {
			err = w.Client.Create(t.Context(), object(t, w, name, row.patch))
		} else {
			existing := object(t, w, name, row.before, `{suspend: true}`)
			if err := w.Client.Create(t.Context(), existing); err != nil {
				t.Fatal(err)
			}
			bad := object(t, w, name, row.before, row.patch)
			bad.SetResourceVersion(existing.GetResourceVersion())
			err = w.Client.Update(t.Context(), bad)
		}
		said = append(said, causes(err)...)
		if diff := cmp.Diff(wantCauses(rules, causes(err)), fieldsOf(causes(err))); diff != "" {
			t.Errorf("%s: causes (-want +got):\n%s", row.reason, diff)
		}
		text := fmt.Sprint(err)
		if !apierrors.IsInvalid(err) || !strings.Contains(text, row.field+": ") {
			t.Errorf("%s: got %v, want a refusal of %s", row.reason, err, row.field)
		}
		for _, want := range []string{row.value, row.rule, row.remedy} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: got %q, want in it %q", row.reason, text, want)
			}
		}
	}
	for _, rule := range rules {
		if !slices.ContainsFunc(said, rule.brokenBy) {
			t.Errorf("no row breaks %+v", rule)
		}
	}
	t.Logf("%d specs are refused at admission", len(atAdmission))
}

func causes(err error) []metav1.StatusCause {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || status.ErrStatus.Details == nil {
		return nil
	}
	return status.ErrStatus.Details.Causes
}

// notice is what the API server adds where it checked no CEL rules.
const notice = "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; " +
	"correct the existing errors to complete validation"

// wantCauses are the field of the first cause, and the API server's notice if that is of the schema and of a type for which the API
// server checks no CEL rule of the object, wherever the rules stand: hasBlockingErr in k8s.io/apiextensions-apiserver,
// pkg/registry/customresource/strategy.go. A pattern, a bound of a number and a list that is too short are not among these types.
func wantCauses(rules []rule, got []metav1.StatusCause) []string {
	if len(got) == 0 {
		return []string{"a cause"}
	}
	want := got[0].Field
	byCEL := slices.ContainsFunc(rules, func(r rule) bool { return r.brokenBy(got[0]) })
	if !byCEL && slices.Contains([]metav1.CauseType{
		metav1.CauseTypeFieldValueNotSupported, metav1.CauseTypeFieldValueRequired, metav1.CauseTypeTooLong, metav1.CauseTypeTooMany,
		metav1.CauseTypeTypeInvalid,
	}, got[0].Type) {
		return []string{want, notice}
	}
	return []string{want}
}

// fieldsOf are the fields of causes; of one without a field, all that it says.
func fieldsOf(causes []metav1.StatusCause) []string {
	var fields []string
	for _, cause := range causes {
		if cause.Field == "<nil>" {
			cause.Field += ": " + cause.Message
		}
		fields = append(fields, cause.Field)
	}
	return fields
}

var index = regexp.MustCompile(`\[[0-9]+\]`)

// rule is a CEL rule of the schema: the field that it refuses, with [] for the items of a list, and its message.
type rule struct{ field, message string }

// brokenBy says whether the API server refused something by the rule.
func (r rule) brokenBy(cause metav1.StatusCause) bool {
	return index.ReplaceAllString(cause.Field, "[]") == r.field && strings.HasSuffix(cause.Message, ": "+r.message)
}

// celRules are all CEL rules of the object.
func celRules(t *testing.T) []rule {
	t.Helper()
	var rules []rule
	harness.EachProperty(t, func(path string, schema *apiextensionsv1.JSONSchemaProps) {
		for _, one := range schema.XValidations {
			rules = append(rules, rule{strings.TrimPrefix(path+one.FieldPath, "."), one.Message})
		}
	})
	return rules
}
