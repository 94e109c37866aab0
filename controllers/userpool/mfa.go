package userpool

import (
	"context"
	"slices"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// mfa is the pool's multi-factor authentication and its passkeys: a setting that each pool has. SetUserPoolMfaConfig replaces all
// of it, so what the spec does not name is sent as it was read.
type mfa struct {
	*Cognito
	p *engine.Pass
}

func (c *Cognito) mfa(p *engine.Pass, _ string) engine.Resource {
	r := mfa{c, p}
	meta := engine.Meta{In: NamePool, After: []string{NamePool}, GoesWith: true, Setting: true, Check: engine.BySweep, Removal: plan.InPlace}
	if known := p.Known(NameMFA); known != nil && slices.Contains(known.Blocks, blockMFA) {
		meta.Removal = plan.Weakens
	}
	return &engine.Of[mfaSettings, mfaConfig]{
		Meta:    meta,
		Desired: r.desired,
		ID:      func(*mfaSettings) string { return NameMFA },
		Read:    r.read,
		Diff: func(want *mfaSettings, have *mfaConfig) plan.Plan {
			return compare(NameMFA, mfaFields, want, have, mfaModes[want.Mode])
		},
		Create: func(ctx context.Context, want *mfaSettings, id string) (engine.Found[mfaConfig], error) {
			have, err := r.read(ctx, id, nil)
			if err != nil {
				return engine.Found[mfaConfig]{}, err
			}
			made, err := r.update(ctx, id, want, have)
			return engine.Found[mfaConfig]{ID: id, Value: made}, err
		},
		Update: r.update,
		Delete: r.delete,
	}
}

// read fails if there is no pool: a pool that is there has the setting.
func (r mfa) read(ctx context.Context, _ string, _ []string) (*mfaConfig, error) {
	return r.API.GetUserPoolMfaConfig(ctx, &cip.GetUserPoolMfaConfigInput{UserPoolId: new(r.p.ID(NamePool))})
}

func (r mfa) update(ctx context.Context, _ string, want *mfaSettings, have *mfaConfig) (*mfaConfig, error) {
	return r.set(ctx, r.p.ID(NamePool), engine.Overlay(mfaFields, want, have))
}

func (r mfa) set(ctx context.Context, pool string, laid *mfaConfig) (*mfaConfig, error) {
	in := &cip.SetUserPoolMfaConfigInput{
		UserPoolId: &pool, MfaConfiguration: mode(laid), WebAuthnConfiguration: laid.WebAuthnConfiguration,
		SoftwareTokenMfaConfiguration: laid.SoftwareTokenMfaConfiguration,
		SmsMfaConfiguration:           laid.SmsMfaConfiguration, EmailMfaConfiguration: laid.EmailMfaConfiguration,
	}
	if in.MfaConfiguration == types.UserPoolMfaTypeOff {
		// Cognito refuses a factor beside it.
		in.SoftwareTokenMfaConfiguration, in.SmsMfaConfiguration, in.EmailMfaConfiguration = nil, nil, nil
	}
	out, err := r.API.SetUserPoolMfaConfig(ctx, in)
	if err != nil {
		return nil, err
	}
	return &mfaConfig{
		MfaConfiguration: out.MfaConfiguration, WebAuthnConfiguration: out.WebAuthnConfiguration,
		SoftwareTokenMfaConfiguration: out.SoftwareTokenMfaConfiguration,
		SmsMfaConfiguration:           out.SmsMfaConfiguration, EmailMfaConfiguration: out.EmailMfaConfiguration,
	}, nil
}

// delete sets what the spec had to Cognito's default. The rest stays.
func (r mfa) delete(ctx context.Context, id, pool string) error {
	have, err := r.read(ctx, id, nil)
	if err != nil {
		return err
	}
	none := &mfaSettings{
		Blocks: r.p.BlocksOf(NameMFA, nil), Mode: types.UserPoolMfaTypeOff, UserVerification: types.UserVerificationTypePreferred,
	}
	laid := engine.Overlay(mfaFields, none, have)
	if none.Owns(blockPasskeys) {
		laid.WebAuthnConfiguration = nil
	}
	_, err = r.set(ctx, pool, laid)
	return err
}
