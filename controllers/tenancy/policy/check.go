package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Request is what one SecuredAPI asks for.
type Request struct {
	Spec *v1alpha1.SecuredAPISpec
	// Region and Deletion are the spec's fields with their defaults.
	Region   string
	Deletion v1alpha1.DeletionPolicy
	// Account is the account in which everything is made; empty while it is not known.
	Account string
	// Older are the namespace's SecuredAPIs that were made before.
	Older []v1alpha1.SecuredAPI
}

// Check fails with PolicyDenied and every violation: the field, its value, the policy, and what that allows.
func (g Grant) Check(r Request) error {
	var violations []error
	for i := range g.policies {
		c := checker{name: g.policies[i].Name, policy: &g.policies[i].Spec}
		c.object(r)
		c.senders(&r.Spec.UserPool)
		c.regional("spec.userPool", regionalOf(&r.Spec.UserPool), r.Account)
		if replica := r.Spec.UserPool.Replica; replica != nil {
			c.regional("spec.userPool.replica", *replica, r.Account)
		}
		c.keys(&r.Spec.UserPool)
		c.routes(r)
		c.clients(r)
		c.limits(r)
		violations = append(violations, c.violations...)
	}
	if len(violations) == 0 {
		return nil
	}
	return awserr.Because(v1alpha1.ReasonPolicyDenied, errors.Join(violations...))
}

// MayAdoptPool fails with PolicyDenied if a policy does not list a user pool.
func (g Grant) MayAdoptPool(id string) error {
	return g.mayAdopt("user pool", id, "adopt.userPoolIDs", func(a v1alpha1.AdoptPolicy) []string { return a.UserPoolIDs })
}

// MayAdoptAPI fails with PolicyDenied if a policy does not list a REST API.
func (g Grant) MayAdoptAPI(id string) error {
	return g.mayAdopt("REST API", id, "adopt.restAPIIDs", func(a v1alpha1.AdoptPolicy) []string { return a.RestAPIIDs })
}

// mayAdopt is about what carries the tags of an object that did not make it, as far as is known.
func (g Grant) mayAdopt(what, id, list string, listed func(v1alpha1.AdoptPolicy) []string) error {
	for i := range g.policies {
		if !slices.Contains(listed(g.policies[i].Spec.Adopt), id) {
			return denied("%s %s carries this object's tags, but this object may not have made it; it is used once %s of SecuredAPIPolicy %s "+
				"lists it; ask an administrator, or remove its tags in AWS to have a new one made", what, id, list, g.policies[i].Name)
		}
	}
	return nil
}

// checker collects what one policy does not allow.
type checker struct {
	name       string
	policy     *v1alpha1.SecuredAPIPolicySpec
	violations []error
}

// refuse notes a value of the spec that a list of the policy does not have.
func (c *checker) refuse(field, value, list string, allowed []string) {
	words := "nothing"
	if len(allowed) > 0 {
		words = strings.Join(allowed, ", ")
	}
	c.violations = append(c.violations, fmt.Errorf("%s: %q is not allowed by SecuredAPIPolicy %s, whose %s allows %s; "+
		"choose what it allows, or ask an administrator", field, value, c.name, list, words))
}

// within notes a value that is not in a list. A list that was left out has everything.
func (c *checker) within(field, value, list string, allowed []string, matches func(pattern, value string) bool) {
	if allowed != nil && !slices.ContainsFunc(allowed, func(pattern string) bool { return matches(pattern, value) }) {
		c.refuse(field, value, list, allowed)
	}
}

func equal(a, b string) bool { return a == b }

func (c *checker) object(r Request) {
	c.within("spec.region", r.Region, "regions", c.policy.Regions, equal)
	if replica := r.Spec.UserPool.Replica; replica != nil {
		c.within("spec.userPool.replica.region", replica.Region, "regions", c.policy.Regions, equal)
	}
	if prefix := r.Spec.DomainPrefix(); prefix != "" {
		c.within("spec.domain.prefix", prefix, "domainPrefixes", c.policy.DomainPrefixes, glob)
	}
	if custom := r.Spec.CustomDomain(); custom != nil {
		c.within("spec.domain.custom.name", custom.Name, "customDomains", c.policy.CustomDomains, hostMatches)
		c.within("spec.domain.custom.certificateARN", custom.CertificateARN, "certificates", c.policy.Certificates, glob)
		if check := custom.FailoverHealthCheckID; check != "" {
			c.within("spec.domain.custom.failoverHealthCheckID", check, "healthChecks", c.policy.HealthChecks, glob)
		}
	}
	if adopt := r.Spec.UserPool.Adopt; adopt != nil && !slices.Contains(c.policy.Adopt.UserPoolIDs, adopt.ID) {
		c.refuse("spec.userPool.adopt.id", adopt.ID, "adopt.userPoolIDs", c.policy.Adopt.UserPoolIDs)
	}
	if adopt := r.Spec.AdoptedAPI(); adopt != nil && !slices.Contains(c.policy.Adopt.RestAPIIDs, adopt.ID) {
		c.refuse("spec.api.adopt.id", adopt.ID, "adopt.restAPIIDs", c.policy.Adopt.RestAPIIDs)
	}
	if c.policy.DeletionPolicies != nil && !slices.Contains(c.policy.DeletionPolicies, r.Deletion) {
		allowed := make([]string, 0, len(c.policy.DeletionPolicies))
		for _, policy := range c.policy.DeletionPolicies {
			allowed = append(allowed, string(policy))
		}
		c.refuse("spec.deletionPolicy", string(r.Deletion), "deletionPolicies", allowed)
	}
}

// regionalOf are the settings of a pool that its replica has of its own.
func regionalOf(pool *v1alpha1.UserPoolSpec) v1alpha1.Replica {
	return v1alpha1.Replica{
		Email: pool.Email, SMS: pool.SMS, Triggers: pool.Triggers, SenderKeyARN: pool.SenderKeyARN, Logs: pool.Logs, WebACLARN: pool.WebACLARN,
	}
}

// regional are the role and the identities with which a pool or a replica reaches users, the functions that it calls, the key of those
// that send messages, where its logs go, and the web ACL that its requests go through.
func (c *checker) regional(field string, of v1alpha1.Replica, account string) {
	if of.SMS != nil {
		c.within(field+".sms.roleARN", of.SMS.RoleARN, "cognitoRoles", c.policy.CognitoRoles, glob)
	}
	if of.Email != nil && of.Email.IdentityARN != "" {
		c.within(field+".email.identityARN", of.Email.IdentityARN, "emailIdentities", c.policy.EmailIdentities, glob)
	}
	for i := range of.Triggers {
		c.function(fmt.Sprintf("%s.triggers[%d].function", field, i), of.Triggers[i].Function, account)
	}
	if of.SenderKeyARN != "" {
		c.within(field+".senderKeyARN", of.SenderKeyARN, "kmsKeys", c.policy.KMSKeys, glob)
	}
	if of.Notifications != nil {
		c.within(field+".notifications.identityARN", of.Notifications.IdentityARN, "emailIdentities", c.policy.EmailIdentities, glob)
	}
	c.logs(field, of.Logs)
	if of.WebACLARN != "" {
		c.within(field+".webACLARN", of.WebACLARN, "webACLs", c.policy.WebACLs, glob)
	}
}

// logs are the places that logs go to.
func (c *checker) logs(field string, logs []v1alpha1.UserPoolLog) {
	for i := range logs {
		log := &logs[i]
		for name, to := range map[string]string{"logGroupARN": log.LogGroupARN, "streamARN": log.StreamARN, "bucketARN": log.BucketARN} {
			if to != "" {
				c.within(fmt.Sprintf("%s.logs[%d].%s", field, i, name), to, "logDestinations", c.policy.LogDestinations, glob)
			}
		}
	}
}

// senders are the roles of groups, and the identity of notices.
func (c *checker) senders(pool *v1alpha1.UserPoolSpec) {
	for i := range pool.Groups {
		if role := pool.Groups[i].RoleARN; role != "" {
			c.within(fmt.Sprintf("spec.userPool.groups[%d].roleARN", i), role, "cognitoRoles", c.policy.CognitoRoles, glob)
		}
	}
	if threats := pool.ThreatProtection; threats != nil && threats.Notifications != nil {
		c.within("spec.userPool.threatProtection.notifications.identityARN", threats.Notifications.IdentityARN, "emailIdentities",
			c.policy.EmailIdentities, glob)
	}
}

// keys are those of AWS KMS that Cognito uses.
func (c *checker) keys(pool *v1alpha1.UserPoolSpec) {
	if pool.KMSKeyARN != "" {
		c.within("spec.userPool.kmsKeyARN", pool.KMSKeyARN, "kmsKeys", c.policy.KMSKeys, glob)
	}
}

func (c *checker) routes(r Request) {
	for i := range r.Spec.Routes {
		backend := &r.Spec.Routes[i].Backend
		if backend.Lambda != nil {
			c.function(fmt.Sprintf("spec.routes[%d].backend.lambda.function", i), backend.Lambda.Function, r.Account)
		}
		if backend.HTTP != nil {
			c.host(fmt.Sprintf("spec.routes[%d].backend.http.url", i), backend.HTTP.URL, "httpHosts", c.policy.HTTPHosts)
		}
	}
}

// function notes a function that is not in the list.
func (c *checker) function(field, function, account string) {
	if c.policy.Functions != nil && !c.allows(function, account) {
		c.refuse(field, function, "functions", c.policy.Functions)
	}
}

// allows says whether the policy allows a function. A name is one of the account in which everything is made; an ARN of
// another account, or while ours is not known, has to be in the list as it is.
func (c *checker) allows(function, account string) bool {
	if slices.Contains(c.policy.Functions, function) {
		return true
	}
	name := function
	if parsed, err := arn.Parse(function); err == nil {
		if account == "" || parsed.AccountID != account {
			return false
		}
		name = strings.TrimPrefix(parsed.Resource, "function:")
	}
	// An alias or version is the function's.
	name, _, _ = strings.Cut(name, ":")
	return slices.ContainsFunc(c.policy.Functions, func(pattern string) bool { return glob(pattern, name) })
}

func (c *checker) clients(r Request) {
	for i := range r.Spec.Clients {
		client := &r.Spec.Clients[i]
		c.urls(fmt.Sprintf("spec.clients[%d].callbackURLs", i), client.CallbackURLs)
		c.urls(fmt.Sprintf("spec.clients[%d].logoutURLs", i), client.LogoutURLs)
	}
}

func (c *checker) urls(field string, urls []v1alpha1.URL) {
	for i, url := range urls {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case !Local(string(url)):
			c.host(at, string(url), "callbackHosts", c.policy.CallbackHosts)
		case c.policy.LocalhostCallbacks == v1alpha1.Refused:
			c.violations = append(c.violations, fmt.Errorf("%s: %q names localhost, and localhostCallbacks of SecuredAPIPolicy %s is Refused; "+
				"name a host, or ask an administrator", at, url, c.name))
		}
	}
}

// host notes a URL whose host is not in a list.
func (c *checker) host(field, url, list string, allowed []string) {
	if allowed == nil {
		return
	}
	host := Host(url)
	if host == "" || !slices.ContainsFunc(allowed, func(pattern string) bool { return hostMatches(pattern, host) }) {
		c.refuse(field, url, list, allowed)
	}
}

// limits counts what the namespace asks for. Who came first is served first.
func (c *checker) limits(r Request) {
	if limit := c.policy.Limits.Objects; limit != nil && len(r.Older) >= int(*limit) {
		c.violations = append(c.violations, fmt.Errorf("the namespace has %d older SecuredAPIs, and limits.objects of "+
			"SecuredAPIPolicy %s is %d; delete one, or ask an administrator", len(r.Older), c.name, *limit))
	}
	if limit := c.policy.Limits.Routes; limit != nil {
		older := 0
		for i := range r.Older {
			older += len(r.Older[i].Spec.Routes)
		}
		if all := older + len(r.Spec.Routes); all > int(*limit) {
			c.violations = append(c.violations, fmt.Errorf("spec.routes: the namespace has %d routes with these %d, and limits.routes of "+
				"SecuredAPIPolicy %s is %d; take some out, or ask an administrator", all, len(r.Spec.Routes), c.name, *limit))
		}
	}
}
