package refused_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// A refusal at admission names the field, its value, the rule and a remedy, and says nothing else: not that other rules were not
// checked. An object that is there stays as it is.
func TestRefusedAtAdmission(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
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
	for _, rule := range celRules(t) {
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

var index = regexp.MustCompile(`\[[0-9]+\]`)

// rule is a CEL rule of the schema: the field that it refuses, with [] for the items of a list, and its message.
type rule struct{ field, message string }

// brokenBy says whether the API server refused something by the rule.
func (r rule) brokenBy(cause metav1.StatusCause) bool {
	return index.ReplaceAllString(cause.Field, "[]") == r.field && strings.HasSuffix(cause.Message, ": "+r.message)
}

// celRules are all CEL rules of the spec.
func celRules(t *testing.T) []rule {
	t.Helper()
	var rules []rule
	harness.EachProperty(t, func(path string, schema *apiextensionsv1.JSONSchemaProps) {
		for _, one := range schema.XValidations {
			rules = append(rules, rule{path + one.FieldPath, one.Message})
		}
	})
	return rules
}
