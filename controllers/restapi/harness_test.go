package restapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/specs"
	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	poolPrefix = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/"
	poolID     = "us-east-1_AbCdEf"
	functions  = "arn:aws:lambda:us-east-1:111111111111:function:"
	grace      = time.Minute
)

var owner = engine.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u", NamespaceUID: "n"}

// tagged says whether tags are all of the owner's, the uids included.
func tagged(tags map[string]string) bool {
	return owner.Returns(tags) && tags[engine.TagUID] == owner.UID
}

// world is a local AWS and one object, whose status is kept in memory.
type world struct {
	t   *testing.T
	aws *awslocal.Server
	// side is for what somebody else does.
	side *apigateway.Client
	// sideLambda, too.
	sideLambda *awslambda.Client
	gateway    *Gateway
	object     *v1alpha1.SecuredAPI
	// written is the status that was saved last.
	written  v1alpha1.SecuredAPIStatus
	now      time.Time
	digests  engine.Digests
	reserved []string
	saves    int
}

func newWorld(t *testing.T, routes ...v1alpha1.Route) *world {
	t.Helper()
	return newWorldOn(t, awslocal.Start(t), routes...)
}

func newWorldOn(t *testing.T, server *awslocal.Server, routes ...v1alpha1.Route) *world {
	t.Helper()
	for _, name := range []string{"f", "g", "g:live"} {
		server.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) { return map[string]any{"statusCode": 200}, nil })
	}
	config := server.Config()
	config.RetryMaxAttempts = 1
	w := &world{
		t: t, aws: server, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		side:       apigateway.NewFromConfig(awslocal.Aside(config)),
		sideLambda: awslambda.NewFromConfig(awslocal.Aside(config)),
		gateway: &Gateway{
			API: apigateway.NewFromConfig(config), Lambda: awslambda.NewFromConfig(config),
			PoolARN: func(id string) string { return poolPrefix + id },
		},
	}
	w.apply(routes...)
	return w
}

// apply makes an object of the routes, without a status.
func (w *world) apply(routes ...v1alpha1.Route) {
	w.object = &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{UID: "u", Generation: 1}}
	w.object.Spec.Stage, w.object.Spec.Routes = "prod", routes
	w.object.Status.Resources = []v1alpha1.ResourceRecord{{Name: poolName, ID: poolID, Verified: new(metav1.NewTime(w.now))}}
}

// edit changes the spec.
func (w *world) edit(change func(*v1alpha1.SecuredAPISpec)) {
	w.object.Generation++
	change(&w.object.Spec)
}

func (w *world) pass(set ...func(*engine.Pass)) *engine.Pass {
	p := &engine.Pass{
		Object: w.object, Owner: owner, Grace: grace, Now: func() time.Time { return w.now }, Digests: &w.digests,
		Save: func(context.Context) error {
			w.saves++
			w.written = *w.object.Status.DeepCopy()
			w.object.Status = *w.object.Status.DeepCopy()
			return nil
		},
		Unchanged: func(context.Context) error { return nil },
		Reserve: func(_ context.Context, operation string) error {
			w.reserved = append(w.reserved, operation)
			return nil
		},
	}
	for _, s := range set {
		s(p)
	}
	return p
}

// run makes a pass and returns what it did and what it failed of. Its calls are those of Calls.
func (w *world) run(set ...func(*engine.Pass)) (string, error) {
	w.aws.ResetCalls()
	w.reserved, w.saves = nil, 0
	p := w.pass(set...)
	err := p.Apply(w.t.Context(), Kinds(w.gateway))
	return p.Done().String(), err
}

// converge makes a pass that must not fail.
func (w *world) converge(set ...func(*engine.Pass)) string {
	w.t.Helper()
	done, err := w.run(set...)
	if err != nil {
		w.t.Fatalf("pass: %v", err)
	}
	return done
}

// settle makes passes, past the creation grace period of each, until one succeeds.
func (w *world) settle(set ...func(*engine.Pass)) {
	w.t.Helper()
	var err error
	for range 6 {
		if _, err = w.run(set...); err == nil {
			return
		}
		w.now = w.now.Add(grace)
	}
	w.t.Fatalf("got %v after 6 passes, want none to fail for ever", err)
}

// planned makes a pass on a draft that goes nowhere.
func (w *world) planned(set ...func(*engine.Pass)) (string, error) {
	w.t.Helper()
	w.aws.ResetCalls()
	w.reserved, w.saves = nil, 0
	p, err := w.draft(set...)
	return p.Done().String(), err
}

// draft makes a pass in mode Plan.
func (w *world) draft(set ...func(*engine.Pass)) (*engine.Pass, error) {
	kept := w.object
	w.object = kept.DeepCopy()
	defer func() { w.object = kept }()
	p := w.pass(append(set, func(p *engine.Pass) { p.Plan = true })...)
	return p, p.Apply(w.t.Context(), Kinds(w.gateway))
}

// consents says that a person agreed to the plan of now, as far as there is one.
func (w *world) consents(p *engine.Pass) {
	agreed, _ := w.draft()
	p.Consent = agreed.Done()
}

// remove takes everything down.
func (w *world) remove(set ...func(*engine.Pass)) (string, error) {
	w.aws.ResetCalls()
	w.reserved = nil
	w.object.Status.Resources = slices.DeleteFunc(w.object.Status.Resources, func(r v1alpha1.ResourceRecord) bool { return r.Name == poolName })
	p := w.pass(set...)
	err := p.Remove(w.t.Context(), Kinds(w.gateway))
	return p.Done().String(), err
}

func (w *world) calls() []string {
	var names []string
	for _, call := range w.aws.Calls() {
		names = append(names, call.Operation)
	}
	return names
}

// crash goes on with the status that was saved last.
func (w *world) crash() { w.object.Status = *w.written.DeepCopy() }

func (w *world) id(name string) string {
	w.t.Helper()
	known := w.object.Status.Resource(name)
	if known == nil || known.ID == "" {
		w.t.Fatalf("got no id of %s in %+v", name, w.object.Status.Resources)
	}
	return known.ID
}

// get is the status of a call to a stage, without a token.
func (w *world) get(stage, path string) int {
	answer := httptest.NewRecorder()
	w.aws.APIGateway.ServeStage(w.id(NameAPI), answer, httptest.NewRequestWithContext(w.t.Context(), "GET", "/"+stage+path, nil))
	return answer.Code
}

// stage reads a stage; nil if there is none.
func (w *world) stage(name string) *apigateway.GetStageOutput {
	w.t.Helper()
	out, err := w.side.GetStage(w.t.Context(), &apigateway.GetStageInput{RestApiId: aws.String(w.id(NameAPI)), StageName: &name})
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	return must(w.t, out, err)
}

// apis are the ids of all REST APIs.
func (w *world) apis() []string {
	w.t.Helper()
	out, err := w.side.GetRestApis(w.t.Context(), &apigateway.GetRestApisInput{})
	var ids []string
	for _, api := range must(w.t, out, err).Items {
		ids = append(ids, *api.Id)
	}
	return ids
}

// deployments are the ids of all deployments.
func (w *world) deployments() []string {
	w.t.Helper()
	out, err := w.side.GetDeployments(w.t.Context(), &apigateway.GetDeploymentsInput{RestApiId: aws.String(w.id(NameAPI))})
	var ids []string
	for _, d := range must(w.t, out, err).Items {
		ids = append(ids, *d.Id)
	}
	return ids
}

// statements are the ids of the statements in a function's policy.
func (w *world) statements(function string, qualifier *string) []string {
	w.t.Helper()
	out, err := w.sideLambda.GetPolicy(w.t.Context(), &awslambda.GetPolicyInput{FunctionName: &function, Qualifier: qualifier})
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	var policy struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(*must(w.t, out, err).Policy), &policy); err != nil {
		w.t.Fatal(err)
	}
	var ids []string
	for _, s := range policy.Statement {
		ids = append(ids, s.Sid)
	}
	return ids
}

// opens takes the authorizer off a method of the working copy, or puts it on again.
func (w *world) opens(path string, open bool) error { return w.opensMethod(path, "GET", open) }

func (w *world) opensMethod(path, method string, open bool) error {
	ctx, api := context.Background(), aws.String(w.id(NameAPI))
	resources, err := w.side.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api})
	if err != nil {
		return err
	}
	authorizers, err := w.side.GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: api})
	if err != nil {
		return err
	}
	patch := []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("NONE")}}
	if !open {
		patch = []types.PatchOperation{
			{Op: types.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("COGNITO_USER_POOLS")},
			{Op: types.OpReplace, Path: aws.String("/authorizerId"), Value: authorizers.Items[0].Id},
		}
	}
	for i := range resources.Items {
		if *resources.Items[i].Path == path {
			_, err := w.side.UpdateMethod(ctx, &apigateway.UpdateMethodInput{
				RestApiId: api, ResourceId: resources.Items[i].Id, HttpMethod: &method, PatchOperations: patch,
			})
			return err
		}
	}
	return errors.New("there is no " + path)
}

// patchStage is what somebody does to a stage.
func (w *world) patchStage(name string, patch ...types.PatchOperation) {
	w.t.Helper()
	out, err := w.side.UpdateStage(w.t.Context(), &apigateway.UpdateStageInput{
		RestApiId: aws.String(w.id(NameAPI)), StageName: &name, PatchOperations: patch,
	})
	must(w.t, out, err)
}

// snapshot deploys the working copy, for no stage.
func (w *world) snapshot() string {
	w.t.Helper()
	out, err := w.side.CreateDeployment(w.t.Context(), &apigateway.CreateDeploymentInput{RestApiId: aws.String(w.id(NameAPI))})
	return *must(w.t, out, err).Id
}

func must[T any](t *testing.T, got T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func replace(path, value string) types.PatchOperation {
	return types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &value}
}

// Routes of these tests.
var function, server, route, guest = specs.Lambda, specs.Server, specs.Route, specs.Guest

// recipe is a registered route and a guest's, on two functions.
func recipe() []v1alpha1.Route {
	return []v1alpha1.Route{route("/registered", function("f")), guest("/guest", function("g"))}
}

func whole(p *engine.Pass) { p.Whole = true }

// looks has the pass look at what was verified.
func looks(names ...string) func(*engine.Pass) {
	return func(p *engine.Pass) {
		p.Checks = map[string]bool{}
		for _, name := range names {
			p.Checks[name] = true
		}
	}
}

// reason is the reason that an error carries for a condition.
func reason(err error) string {
	if failure, ok := errors.AsType[*awserr.Failure](err); ok {
		return failure.Reason
	}
	return ""
}
