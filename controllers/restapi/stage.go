package restapi

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// stage is what CreateStage is sent. A stage serves its deployment and nothing beside it: no canary, no variables, which
// backends could hang on, and no cache, whose answers are not kept apart by caller. What else can be set of it survives.
type stage struct {
	Name         string
	DeploymentID string
}

// servedStage is what is looked at of a stage.
type servedStage struct {
	DeploymentID string
	Canary       *types.CanarySettings
	Variables    map[string]string
	// CacheSize is empty without a cache.
	CacheSize string
	Tags      map[string]string
}

var stageCalls = []string{
	"apigateway:CreateStage", "apigateway:GetStages", "apigateway:UpdateStage", "apigateway:DeleteStage", "apigateway:TagResource",
	"apigateway:UntagResource",
}

// servedDeployment is what a stage's record keeps: the deployment that it was last seen to serve.
const servedDeployment = "deployment"

// stages is one stage, in one pass.
type stages struct {
	*Gateway
	pass *engine.Pass
	name string
}

func wantedStages(p *engine.Pass) []string {
	if !wantsAPI(&p.Object.Spec) {
		return nil
	}
	return []string{p.Object.Spec.Stage}
}

func (g *Gateway) stage(p *engine.Pass, name string) engine.Resource {
	s := &stages{Gateway: g, pass: p, name: name}
	return &engine.Of[stage, servedStage]{
		Meta: engine.Meta{
			In: NameAPI, Needs: []string{deploymentName}, Follows: true, Version: 1, Check: engine.EveryCheck,
			GoesWith: true, Leaves: []string{NameAPI, PrefixStage}, Removal: plan.Replace,
		},
		Desired: s.wanted,
		ID:      func(want *stage) string { return want.Name },
		Tags:    func(have *servedStage) map[string]string { return have.Tags },
		Read:    s.read,
		Recall:  s.recall,
		Diff:    s.diff,
		Create:  s.create,
		Exists: func(err error) bool {
			conflict, ok := errors.AsType[*types.ConflictException](err)
			return ok && strings.Contains(conflict.ErrorMessage(), "already exists")
		},
		Update: s.update,
		Tag: func(ctx context.Context, id string, _ *servedStage, tags map[string]string) error {
			return g.tag(ctx, p, p.ID(NameAPI)+"/stages/"+id, tags)
		},
		Untag: func(ctx context.Context, id string, _ *servedStage, keys []string) error {
			return g.untag(ctx, p, p.ID(NameAPI)+"/stages/"+id, keys)
		},
		Delete: func(ctx context.Context, id, under string) error {
			_, err := g.API.DeleteStage(ctx, &apigateway.DeleteStageInput{RestApiId: &under, StageName: &id})
			return unlessGone(err)
		},
		Held: s.held,
	}
}

func (s *stages) wanted() (*stage, error) {
	if !slices.Contains(wantedStages(s.pass), s.name) {
		return nil, nil
	}
	return &stage{Name: s.name, DeploymentID: s.pass.ID(deploymentName)}, nil
}

func (s *stages) read(ctx context.Context, name string, _ []string) (*servedStage, error) {
	all, err := s.stages(ctx, s.pass.ID(NameAPI))
	if err != nil {
		return nil, unlessGone(err)
	}
	s.pass.Report(NameAPI, PrefixStage, otherStages(s.pass, all))
	var have *servedStage
	for i := range all {
		if one := &all[i]; aws.ToString(one.StageName) == name {
			have = served(one)
		}
	}
	s.doubtServed(have)
	return have, nil
}

// recall is the stage as it was last seen to be what was wanted.
func (s *stages) recall() *servedStage {
	id := s.pass.Record(PrefixStage + s.name).Kept[servedDeployment]
	if id == "" {
		return nil
	}
	return &servedStage{DeploymentID: id, Tags: s.pass.Carried(PrefixStage + s.name)}
}

func (s *stages) diff(want *stage, have *servedStage) plan.Plan {
	subject := "stage " + s.name
	if have == nil {
		return plan.Plan{{Part: PrefixStage + s.name, Action: plan.Create, Subject: subject, Class: plan.Redeploy}}
	}
	return plan.Diff(PrefixStage+s.name, plan.Redeploy,
		plan.Field{Subject: subject + " deployment", Observed: have.DeploymentID, Desired: want.DeploymentID},
		plan.Field{Subject: subject + " canary", Observed: canaryWords(have.Canary)},
		// A variable's value may be a secret.
		plan.Field{Subject: subject + " variables", Observed: engine.Join(slices.Collect(maps.Keys(have.Variables)))},
		plan.Field{Subject: subject + " cache", Observed: have.CacheSize})
}

func canaryWords(canary *types.CanarySettings) string {
	if canary == nil {
		return ""
	}
	return aws.ToString(canary.DeploymentId) + " " + strconv.FormatFloat(canary.PercentTraffic, 'f', -1, 64) + "%"
}

// served is what matters of a stage.
func served(s *types.Stage) *servedStage {
	return &servedStage{
		aws.ToString(s.DeploymentId), s.CanarySettings, s.Variables, cacheSize(s.CacheClusterEnabled, s.CacheClusterSize), s.Tags,
	}
}

func cacheSize(enabled bool, size types.CacheClusterSize) string {
	if !enabled {
		return ""
	}
	return cmp.Or(string(size), engine.Switch(true))
}

func (s *stages) create(ctx context.Context, want *stage, _ string) (engine.Found[servedStage], error) {
	api := s.pass.ID(NameAPI)
	out, err := s.API.CreateStage(ctx, &apigateway.CreateStageInput{
		RestApiId: &api, StageName: &want.Name, DeploymentId: &want.DeploymentID, Tags: s.pass.Tags(""),
	})
	if err != nil {
		return engine.Found[servedStage]{}, s.doubt(err)
	}
	return engine.Found[servedStage]{ID: want.Name, Value: served(as[types.Stage](out))}, nil
}

// update moves the stage to the deployment and takes off what is beside it, in one call.
func (s *stages) update(ctx context.Context, name string, want *stage, have *servedStage) (*servedStage, error) {
	api := s.pass.ID(NameAPI)
	out, err := s.API.UpdateStage(ctx, &apigateway.UpdateStageInput{
		RestApiId: &api, StageName: &name, PatchOperations: patches(want, have),
	})
	if err != nil {
		return nil, s.doubt(err)
	}
	return served(as[types.Stage](out)), nil
}

func patches(want *stage, have *servedStage) []types.PatchOperation {
	var patch []types.PatchOperation
	if have.Canary != nil {
		patch = append(patch, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/canarySettings")})
	}
	if have.DeploymentID != want.DeploymentID {
		patch = append(patch, types.PatchOperation{Op: types.OpReplace, Path: aws.String("/deploymentId"), Value: &want.DeploymentID})
	}
	for _, name := range slices.Sorted(maps.Keys(have.Variables)) {
		patch = append(patch, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/variables/" + name)})
	}
	if have.CacheSize != "" {
		patch = append(patch, types.PatchOperation{Op: types.OpReplace, Path: aws.String("/cacheClusterEnabled"), Value: aws.String("false")})
	}
	return patch
}

// doubt has the deployment looked at in the next pass if AWS says that there is none: somebody deleted it.
func (s *stages) doubt(err error) error {
	if awserr.Is(err, awserr.Rejected) && strings.Contains(awserr.Message(err), "Deployment id does not exist") {
		s.pass.Record(deploymentName).Verified = nil
	}
	return err
}

// doubtServed notes that what the stage serves is not what it was last seen to serve: nothing is known of who may call it.
func (s *stages) doubtServed(have *servedStage) {
	status := s.pass.Object.Status.API
	if status == nil || status.Stage != s.name {
		return
	}
	last := &stage{Name: s.name, DeploymentID: s.pass.Record(PrefixStage + s.name).Kept[servedDeployment]}
	if have == nil || !s.diff(last, have).Empty() {
		status.DeploymentID, status.Digest = "", ""
	}
}

// held tells in status what the stage serves, its routes as soon as the deployment is that of the spec.
func (s *stages) held(want *stage) {
	p := s.pass
	p.Record(PrefixStage + s.name).Kept = map[string]string{servedDeployment: want.DeploymentID}
	deployment := p.Record(deploymentName)
	if p.Object.Status.API == nil {
		p.Object.Status.API = &v1alpha1.APIStatus{}
	}
	status := p.Object.Status.API
	status.ID, status.Stage, status.DeploymentID, status.Digest = p.ID(NameAPI), want.Name, want.DeploymentID, deployment.Digest
	d := &deployments{Gateway: s.Gateway, pass: p}
	// The digest costs more than the routes.
	model, err := d.model()
	if err != nil || reflect.DeepEqual(model.Served(), status.Routes) && model.clients() == status.Clients {
		return
	}
	if current, err := d.wanted(); err == nil && engine.DigestOf(definitionVersion, current) == deployment.Digest {
		status.Routes, status.Clients = model.Served(), model.clients()
	}
}
