package cognito

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// symbols are the characters that count as such:
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html.
const symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`=+ "

// checkPassword holds a password against the pool's policy and names the first thing that is wrong with it. The words,
// and that length comes before letters before numbers before symbols, are as apps quote them.
func (p *pool) checkPassword(password string) error {
	policy := p.Policies.PasswordPolicy
	for _, rule := range []struct {
		broken bool
		reason string
	}{
		{len([]rune(password)) < int(aws.ToInt32(policy.MinimumLength)), "Password not long enough"},
		{policy.RequireUppercase && !strings.ContainsAny(password, uppercase), "Password must have uppercase characters"},
		{policy.RequireLowercase && !strings.ContainsAny(password, lowercase), "Password must have lowercase characters"},
		{policy.RequireNumbers && !strings.ContainsAny(password, digits), "Password must have numeric characters"},
		{policy.RequireSymbols && !strings.ContainsAny(password, symbols), "Password must have symbol characters"},
	} {
		if rule.broken {
			return wire.Errorf(invalidPassword, "Password did not conform with policy: %s", rule.reason)
		}
	}
	return nil
}

// generatePassword makes a temporary password that any policy accepts but for its length.
func (p *pool) generatePassword() string {
	length := max(int(aws.ToInt32(p.Policies.PasswordPolicy.MinimumLength)), 8)
	return randomText(anyAlnum, length-4) + randomText(lowercase, 1) + randomText(uppercase, 1) + randomText(digits, 1) + "!"
}
