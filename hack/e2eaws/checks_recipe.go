package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// unknownDomain asks for a domain that nobody has.
func (w *world) unknownDomain(ctx context.Context) (finding, error) {
	out, err := w.cognito.DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: aws.String(w.name("nobody"))})
	if err != nil {
		return found(false, "%v", err)
	}
	empty := out.DomainDescription == nil || out.DomainDescription.UserPoolId == nil
	return found(empty, "200, and a description that is empty: %t", empty)
}

// refuse301Places applies a spec whose paths have 301 places.
func (w *world) refuse301Places(ctx context.Context) (finding, error) {
	mark := w.recorder.mark()
	routes := w.places(maxPlaces - 1)
	routes = append(routes, w.route("/last/one", v1alpha1.AccessRegistered, "GET"))
	if err := w.kube.Create(ctx, w.object("large", routes...)); err != nil {
		return finding{}, err
	}
	message, err := w.stalled(ctx, "large", v1alpha1.ReasonInvalidSpec)
	if err != nil {
		return finding{}, err
	}
	calls := w.recorder.since(mark)
	if len(calls) > 0 {
		return finding{}, fmt.Errorf("the operator called %s for a spec that it refused", strings.Join(calls, ", "))
	}
	if err := w.remove(ctx, "large"); err != nil {
		return finding{}, err
	}
	return found(true, "no call; %s", message)
}

// maxPlaces is how many resources AWS documents for an API.
const maxPlaces = 300

// places are routes whose paths have n places.
func (w *world) places(n int) []v1alpha1.Route {
	var routes []v1alpha1.Route
	for i := range n {
		routes = append(routes, w.route(fmt.Sprintf("/place%d", i), v1alpha1.AccessRegistered, "GET"))
	}
	return routes
}

// recipeReady applies the recipe and counts the calls until it is ready.
func (w *world) recipeReady(ctx context.Context) (finding, error) {
	mark := w.recorder.mark()
	if err := w.kube.Create(ctx, w.recipe()); err != nil {
		return finding{}, err
	}
	if _, err := w.ready(ctx, "notes"); err != nil {
		return finding{}, err
	}
	calls := w.recorder.since(mark)
	// Not in the budget: who the operator is, whether the domain is free where the account has other pools, further pages.
	pages := max(0, count(calls, "ListUserPools")-1) + max(0, count(calls, "GET /restapis")-1)
	beside := pages + count(calls, "DescribeUserPoolDomain") + count(calls, "POST /")
	return found(len(calls)-beside <= 14, "%d calls, %d of them beside the budget of 14", len(calls), beside)
}

// tagsAtOnce reads the tags of what was just made.
func (w *world) tagsAtOnce(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	pool, err := w.cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &o.Status.UserPool.ID})
	if err != nil {
		return finding{}, err
	}
	api, err := w.gateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &o.Status.API.ID})
	if err != nil {
		return finding{}, err
	}
	stage, err := w.gateway.GetStage(ctx, &apigateway.GetStageInput{RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage})
	if err != nil {
		return finding{}, err
	}
	with := map[string]bool{}
	for of, tags := range map[string]map[string]string{"pool": pool.UserPool.UserPoolTags, "API": api.Tags, "stage": stage.Tags} {
		with[of] = tags[clusterTag] == w.clusterID()
	}
	return found(with["pool"] && with["API"] && with["stage"], "tagged: %v", with)
}

// statusURLs opens what status publishes.
func (w *world) statusURLs(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	var configuration struct{ Issuer string }
	answer, err := w.call(ctx, "GET", o.Status.Issuer+"/.well-known/openid-configuration", "")
	if err != nil {
		return finding{}, err
	}
	if err := json.Unmarshal([]byte(answer.body), &configuration); err != nil {
		return found(false, "GET %s: %d", o.Status.Issuer, answer.status)
	}
	api, err := w.call(ctx, "GET", o.Status.Endpoint+"/guest", "")
	if err != nil {
		return finding{}, err
	}
	return found(configuration.Issuer == o.Status.Issuer && api.status != 0, "the issuer names itself: %t; the endpoint answers %d",
		configuration.Issuer == o.Status.Issuer, api.status)
}

// embeddedMethods reads the working copy as the operator's proof does.
func (w *world) embeddedMethods(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	resources, err := w.methods(ctx, o.Status.API.ID)
	if err != nil {
		return finding{}, err
	}
	guarded, guest, preflight := resources["/registered"]["GET"], resources["/guest"]["GET"], resources["/registered"]["OPTIONS"]
	var seen []string
	for _, method := range []apigwtypes.Method{guarded, guest, preflight} {
		seen = append(seen, aws.ToString(method.AuthorizationType))
	}
	ok := slices.Equal(seen, []string{"COGNITO_USER_POOLS", "NONE", "NONE"}) && guarded.AuthorizerId != nil
	return found(ok, "registered, guest and preflight: %v; the authorizer's id is shown: %t", seen, guarded.AuthorizerId != nil)
}

// methods are an API's methods by path and name, with all that an embedded list shows of them.
func (w *world) methods(ctx context.Context, api string) (map[string]map[string]apigwtypes.Method, error) {
	out, err := w.gateway.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: &api, Embed: []string{"methods"}, Limit: aws.Int32(500)})
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]apigwtypes.Method{}
	for i := range out.Items {
		all[aws.ToString(out.Items[i].Path)] = out.Items[i].ResourceMethods
	}
	return all, nil
}

// deploymentSummary reads the snapshot as the operator's proof does.
func (w *world) deploymentSummary(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	out, err := w.gateway.GetDeployment(ctx, &apigateway.GetDeploymentInput{
		RestApiId: &o.Status.API.ID, DeploymentId: &o.Status.API.DeploymentID, Embed: []string{"apisummary"},
	})
	if err != nil {
		return finding{}, err
	}
	guarded := aws.ToString(out.ApiSummary["/registered"]["GET"].AuthorizationType)
	guest := aws.ToString(out.ApiSummary["/guest"]["GET"].AuthorizationType)
	return found(guarded == "COGNITO_USER_POOLS" && guest == "NONE", "registered %q, guest %q, in %d paths: %v",
		guarded, guest, len(out.ApiSummary), slices.Sorted(maps.Keys(out.ApiSummary)))
}

// stagesList compares a stage in the list with the stage by itself.
func (w *world) stagesList(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	one, err := w.gateway.GetStage(ctx, &apigateway.GetStageInput{RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage})
	if err != nil {
		return finding{}, err
	}
	all, err := w.gateway.GetStages(ctx, &apigateway.GetStagesInput{RestApiId: &o.Status.API.ID})
	if err != nil {
		return finding{}, err
	}
	if len(all.Item) != 1 {
		return found(false, "%d stages", len(all.Item))
	}
	var differ []string
	listed, by := reflect.ValueOf(all.Item[0]), reflect.ValueOf(*one)
	for _, field := range reflect.VisibleFields(listed.Type()) {
		if field.IsExported() && !reflect.DeepEqual(listed.FieldByIndex(field.Index).Interface(), by.FieldByName(field.Name).Interface()) {
			differ = append(differ, field.Name)
		}
	}
	return found(len(differ) == 0, "members that differ: %v", differ)
}
