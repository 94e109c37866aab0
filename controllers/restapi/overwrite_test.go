package restapi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const denyAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}`

// settled sets each setting that the spec does not name.
func settled(in *apigateway.CreateRestApiInput) {
	in.Policy, in.DisableExecuteApiEndpoint = aws.String(denyAll), true
	in.SecurityPolicy, in.EndpointAccessMode = types.SecurityPolicySecurityPolicyTls1313202509, types.EndpointAccessModeStrict
	in.BinaryMediaTypes, in.MinimumCompressionSize = []string{"image/png", "application/pdf"}, aws.Int32(0)
	in.ApiKeySource = types.ApiKeySourceTypeAuthorizer
}

// set are the settings of the object's API, as somebody else reads them.
func (w *world) set() map[string]any {
	w.t.Helper()
	out, err := w.side.GetRestApi(w.t.Context(), &apigateway.GetRestApiInput{RestApiId: aws.String(w.id(NameAPI))})
	set, err := settings(as[types.RestApi](must(w.t, out, err)))
	return must(w.t, set, err)
}

func TestAnAdoptionKeepsTheSettingsOfTheAPI(t *testing.T) {
	for _, endpoint := range []types.EndpointConfiguration{
		{Types: []types.EndpointType{types.EndpointTypeRegional}},
		{Types: []types.EndpointType{types.EndpointTypePrivate}, VpcEndpointIds: []string{"vpce-2", "vpce-1"}},
	} {
		w := newWorld(t, recipe()...)
		w.adopt(w.byHand(settled, func(in *apigateway.CreateRestApiInput) { in.EndpointConfiguration = &endpoint }))
		_, _ = w.run(w.consents)
		before := w.set()
		w.now = w.now.Add(grace)
		w.converge()
		if diff := cmp.Diff(before, w.set()); diff != "" || len(before) < 6 {
			t.Errorf("the settings of a %s API after its adoption (-before +after):\n%s", endpoint.Types[0], diff)
		}
	}
}

func TestAnEditKeepsSettingsMadeByHand(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	id := w.id(NameAPI)
	out, err := w.side.UpdateRestApi(t.Context(), &apigateway.UpdateRestApiInput{RestApiId: &id, PatchOperations: slices.Concat(
		replaced("/policy", denyAll), replaced("/disableExecuteApiEndpoint", true), replaced("/minimumCompressionSize", 1024),
	)})
	must(t, out, err)
	before := w.set()
	w.aws.ResetCalls()
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"PUT"} })
	w.converge()
	if diff := cmp.Diff(before, w.set()); diff != "" || len(before) != 3 {
		t.Errorf("the settings after a route changed (-before +after):\n%s", diff)
	}
	if got := w.calls(); slices.Contains(got, "UpdateRestApi") || len(slices.DeleteFunc(got, func(call string) bool { return call != "GetRestApi" })) != 1 {
		t.Errorf("got calls %v, want one GetRestApi, and the settings in the document", w.calls())
	}
}

func TestSettingsThatAnOverwriteDropsAreSetAgain(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	id := w.id(NameAPI)
	in := &apigateway.CreateRestApiInput{}
	settled(in)
	had := &types.RestApi{
		Policy: in.Policy, DisableExecuteApiEndpoint: true, SecurityPolicy: in.SecurityPolicy, EndpointAccessMode: in.EndpointAccessMode,
		BinaryMediaTypes: in.BinaryMediaTypes, MinimumCompressionSize: in.MinimumCompressionSize, ApiKeySource: in.ApiKeySource,
		EndpointConfiguration: &types.EndpointConfiguration{VpcEndpointIds: []string{"vpce-1"}},
	}
	full := strings.Replace(denyAll, "execute-api:/", "arn:aws:execute-api:us-east-1:111111111111:"+id+"/", 1)
	had.Policy = &full
	set, err := settings(had)
	if err != nil || len(set) != 7 {
		t.Fatalf("got settings %v and the error %v, want seven", set, err)
	}
	for _, name := range []string{settingPolicy, settingEndpoint, settingTLS, settingAccess, settingBinary, settingCompressed, settingKeySource} {
		if _, ok := settingPatches[name]; !ok || set[name] == nil {
			t.Errorf("%s cannot be set again, or is not in %v", name, set)
		}
	}
	if err := w.gateway.setAgain(t.Context(), id, set, &types.RestApi{}); err != nil {
		t.Fatalf("set again: %v", err)
	}
	if diff := cmp.Diff(set, w.set()); diff != "" {
		t.Errorf("what is set after everything was dropped (-want +got):\n%s", diff)
	}
	w.aws.ResetCalls()
	if err := w.gateway.setAgain(t.Context(), id, set, had); err != nil || len(w.calls()) != 0 {
		t.Errorf("nothing was dropped: got %v after %v, want no call", err, w.calls())
	}
}

// A policy is read as AWS escapes it, and an unreadable one is not lost: the overwrite is not made.
func TestReadPolicy(t *testing.T) {
	want := map[string]any{"a": "b/c"}
	for _, tc := range []struct {
		reason, text string
		ok           bool
	}{
		{"escaped once more, as AWS does", `{\"a\":\"b\/c\"}`, true},
		{"as it was written", `{"a":"b/c"}`, true},
		{"not JSON", `{\"a\":`, false},
		{"not escaped as AWS does", `{"a"`, false},
	} {
		got, err := readPolicy(tc.text)
		if (err == nil) != tc.ok || tc.ok && !cmp.Equal(got, any(want)) {
			t.Errorf("%s: got %v and the error %v, want %v: %v", tc.reason, got, err, want, tc.ok)
		}
	}
	w := newWorld(t, recipe()...)
	w.gateway.api = &types.RestApi{Id: aws.String("a"), Policy: aws.String(`{"a"`)}
	if err := w.gateway.overwrite(t.Context(), "a", json.RawMessage(`{}`)); err == nil || len(w.calls()) != 0 {
		t.Errorf("got %v after calls %v, want an error before any", err, w.calls())
	}
}

func TestAnAdoptionTellsWhatIsNotUsedAnyMore(t *testing.T) {
	w := newWorld(t, recipe()...)
	id := w.byHand()
	for _, name := range []string{"Pet", "Empty"} {
		out, err := w.side.CreateModel(t.Context(), &apigateway.CreateModelInput{
			RestApiId: &id, Name: &name, ContentType: aws.String("application/json"), Schema: aws.String(`{"type":"object"}`),
		})
		if name == "Pet" {
			must(t, out, err)
		}
	}
	out, err := w.side.CreateRequestValidator(t.Context(), &apigateway.CreateRequestValidatorInput{
		RestApiId: &id, Name: aws.String("All"), ValidateRequestBody: true,
	})
	must(t, out, err)
	w.adopt(id)
	p, err := w.draft()
	if err != nil {
		t.Fatal(err)
	}
	for subject, class := range map[string]string{"model/Pet": "redeploy", "requestValidator/All": "weakens"} {
		at := slices.IndexFunc(p.Done(), func(c plan.Change) bool { return c.Subject == subject })
		if at < 0 || string(p.Done()[at].Class) != class || p.Done()[at].Action != '-' {
			t.Errorf("got plan %s, want - %s of class %s in it", p.Done(), subject, class)
		}
	}
	if strings.Contains(p.Done().String(), "model/Empty") {
		t.Errorf("got plan %s, want nothing of AWS's own models", p.Done())
	}
}

// A mock reads the request as text, also where the API takes every media type for binary.
func TestAPreflightIsAnsweredWhereEverythingIsBinary(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.adopt(w.byHand(func(in *apigateway.CreateRestApiInput) { in.BinaryMediaTypes = []string{"*/*"} }))
	_, _ = w.run(w.consents)
	w.now = w.now.Add(grace)
	w.converge()
	if got := w.call("OPTIONS", "/guest").Code; got != 200 {
		t.Errorf("got %d for a preflight of an adopted API with binary types, want 200", got)
	}
}
