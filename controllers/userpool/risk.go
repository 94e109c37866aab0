package userpool

import (
	"cmp"
	"context"
	"errors"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// NameRisk is the name in status of what is done about risks.
const NameRisk = "threatProtection"

// risk is what the pool does about risky sign-ins, Cognito's risk configuration of a pool: a setting that each pool has.
type risk struct {
	*Cognito
	p *engine.Pass
	// region is that of the pool's replica; empty for the pool.
	region string
}

// riskConfig is what DescribeRiskConfiguration answers.
type riskConfig = types.RiskConfigurationType

func (c *Cognito) risk(p *engine.Pass, _ string) engine.Resource {
	r := risk{c, p, ""}
	return &engine.Of[riskSettings, riskConfig]{
		Meta: engine.Meta{
			In: NamePool, After: []string{NamePool}, GoesWith: true, Setting: true, Check: engine.EverySecondCheck, Removal: plan.Weakens,
		},
		Desired: r.desired,
		ID:      func(*riskSettings) string { return NameRisk },
		Read:    r.read,
		Diff: func(want *riskSettings, have *riskConfig) plan.Plan {
			return compare(NameRisk, riskFields, want, have, string(p.Object.Spec.UserPool.ThreatProtection.Mode))
		},
		Create: func(ctx context.Context, want *riskSettings, id string) (engine.Found[riskConfig], error) {
			made, err := r.update(ctx, id, want, nil)
			return engine.Found[riskConfig]{ID: id, Value: made}, err
		},
		Update: r.update,
		Delete: r.delete,
	}
}

// desired is nil while threat protection is off.
func (r risk) desired() (*riskSettings, error) {
	asked := r.p.Object.Spec.UserPool.ThreatProtection
	if asked == nil || cmp.Or(asked.Mode, v1alpha1.ThreatDisabled) == v1alpha1.ThreatDisabled {
		return nil, nil
	}
	return riskSettingsOf(asked), nil
}

// read finds nothing set where threat protection is off, for Cognito does not tell then.
func (r risk) read(ctx context.Context, _ string, _ []string) (*riskConfig, error) {
	where, err := r.in(r.region)
	if err != nil {
		return nil, err
	}
	out, err := where.API.DescribeRiskConfiguration(ctx, &cip.DescribeRiskConfigurationInput{UserPoolId: new(r.p.ID(NamePool))})
	switch {
	case notProtected(err):
		return &riskConfig{}, nil
	case err != nil:
		return nil, err
	case out.RiskConfiguration == nil:
		return &riskConfig{}, nil
	}
	return out.RiskConfiguration, nil
}

// update replaces all of it.
func (r risk) update(ctx context.Context, _ string, want *riskSettings, _ *riskConfig) (*riskConfig, error) {
	where, err := r.in(r.region)
	if err != nil {
		return nil, err
	}
	laid := want.config()
	out, err := where.API.SetRiskConfiguration(ctx, &cip.SetRiskConfigurationInput{
		UserPoolId:                              new(r.p.ID(NamePool)),
		AccountTakeoverRiskConfiguration:        laid.AccountTakeoverRiskConfiguration,
		CompromisedCredentialsRiskConfiguration: laid.CompromisedCredentialsRiskConfiguration,
		RiskExceptionConfiguration:              laid.RiskExceptionConfiguration,
	})
	if notProtected(err) {
		// Somebody turned threat protection off: the next pass looks at the pool, and turns it on again.
		r.p.Record(NamePool).Verified = nil
	}
	if err != nil {
		return nil, err
	}
	return out.RiskConfiguration, nil
}

// delete sends the pool's id alone, which resets all (SetRiskConfiguration). Where somebody turned threat protection off, nothing of
// it is in effect.
func (r risk) delete(ctx context.Context, _, pool string) error {
	_, err := r.API.SetRiskConfiguration(ctx, &cip.SetRiskConfigurationInput{UserPoolId: &pool})
	if notProtected(err) {
		return nil
	}
	return err
}

func notProtected(err error) bool {
	_, off := errors.AsType[*types.UserPoolAddOnNotEnabledException](err)
	return off
}
