package cognito

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// updateUserAttributes changes a user's own attributes, all or none, and sends codes to addresses that the pool verifies.
// One that has to be verified before it is updated stays as it was until its code comes back
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html).
func (s *Service) updateUserAttributes(
	r wire.Request, in *idp.UpdateUserAttributesInput,
) (*idp.UpdateUserAttributesOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	u, p := g.user, g.client.pool
	changed := maps.Clone(u.attributes)
	for _, a := range in.UserAttributes {
		if !g.client.mayWrite(*a.Name) {
			return nil, errUnauthorizedAttribute
		}
		if err := p.update(changed, u, *a.Name, aws.ToString(a.Value)); err != nil {
			return nil, err
		}
	}
	pending := maps.Clone(u.pending)
	out := &idp.UpdateUserAttributesOutput{CodeDeliveryDetailsList: []types.CodeDeliveryDetailsType{}}
	for _, attribute := range verifiable {
		name, value := string(attribute), changed[string(attribute)]
		switch {
		case value == u.attributes[name]:
			continue
		case value == "":
			delete(changed, name+"_verified")
			delete(pending, name)
			delete(u.verifications, name)
			continue
		case p.verifiesBeforeUpdate(attribute):
			pending[name] = value
			restore(changed, u.attributes, name)
		default:
			delete(pending, name)
			changed[name+"_verified"] = "false"
		}
		if slices.Contains(p.AutoVerifiedAttributes, attribute) {
			details, err := s.sendVerification(g, messageOfUpdate, attribute, value, r.Now)
			if err != nil {
				return nil, err
			}
			out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, *details)
		}
	}
	u.attributes, u.pending, u.modified = changed, pending, r.Now
	return out, nil
}

// restore gives an attribute the value that it had, if it had any.
func restore(changed, attributes map[string]string, name string) {
	delete(changed, name)
	if value, ok := attributes[name]; ok {
		changed[name] = value
	}
}

// verifiable are the attributes that codes can be sent to.
var verifiable = []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail, types.VerifiedAttributeTypePhoneNumber}

func (p *pool) verifiesBeforeUpdate(attribute types.VerifiedAttributeType) bool {
	settings := p.UserAttributeUpdateSettings
	return settings != nil && slices.Contains(settings.AttributesRequireVerificationBeforeUpdate, attribute)
}

// sendVerification sends a code to an address that is the user's or is to become so.
func (s *Service) sendVerification(
	g *grant, source messageSource, attribute types.VerifiedAttributeType, address string, now time.Time,
) (*types.CodeDeliveryDetailsType, error) {
	p, u := g.client.pool, g.user
	fresh := newCode(now, confirmationValidity)
	u.verifications[string(attribute)] = fresh
	m := p.verification(attribute, fresh, now)
	m.Address, m.Body = address, cmp.Or(m.Body, "Your verification code is {####}")
	return s.send(p, g.client, u, source, m)
}

// getUserAttributeVerificationCode sends another code, to the address that waits for one if there is such.
func (s *Service) getUserAttributeVerificationCode(
	r wire.Request, in *idp.GetUserAttributeVerificationCodeInput,
) (*idp.GetUserAttributeVerificationCodeOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	name := *in.AttributeName
	address := cmp.Or(g.user.pending[name], g.user.attributes[name])
	if !slices.Contains(verifiable, types.VerifiedAttributeType(name)) || address == "" {
		return nil, invalid("There is no address in %s to verify", name) // AWS's words are not known
	}
	details, err := s.sendVerification(g, messageOfVerification, types.VerifiedAttributeType(name), address, r.Now)
	if err != nil {
		return nil, err
	}
	return &idp.GetUserAttributeVerificationCodeOutput{CodeDeliveryDetails: details}, nil
}

// verifyUserAttribute takes a code, and with it the address that waits for it.
func (s *Service) verifyUserAttribute(
	r wire.Request, in *idp.VerifyUserAttributeInput,
) (*idp.VerifyUserAttributeOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	u, name := g.user, *in.AttributeName
	if err := u.verifications[name].check(*in.Code, r.Now); err != nil {
		return nil, err
	}
	changed, p := maps.Clone(u.attributes), g.client.pool
	if address, ok := u.pending[name]; ok {
		if err := p.update(changed, u, name, address); err != nil {
			return nil, err // another user may have it by now
		}
	}
	if err := p.takeAlias(u, name, changed[name], false); err != nil {
		return nil, err
	}
	changed[name+"_verified"] = "true"
	u.attributes = changed
	delete(u.pending, name)
	delete(u.verifications, name)
	u.modified = r.Now
	return &idp.VerifyUserAttributeOutput{}, nil
}
