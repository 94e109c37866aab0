package iam_test

import (
	"strings"
	"testing"

	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const guide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"

// Pages of the guide.
const (
	actions    = guide + "reference_policies_elements_action.html"
	resources  = guide + "reference_policies_elements_resource.html"
	notAction  = guide + "reference_policies_elements_notaction.html"
	notRes     = guide + "reference_policies_elements_notresource.html"
	operators  = guide + "reference_policies_elements_condition_operators.html"
	multivalue = guide + "reference_policies_condition-single-vs-multi-valued-context-keys.html"
	combined   = guide + "reference_policies_condition-logic-multiple-context-keys-or-values.html"
	variables  = guide + "reference_policies_variables.html"
	keys       = guide + "reference_policies_condition-keys.html"
	logic      = guide + "reference_policies_evaluation-logic.html"
	denials    = guide + "troubleshoot_access-denied.html"
	principals = guide + "reference_policies_elements_principal.html"
	federated  = guide + "id_roles_providers_create_oidc.html"
)

const (
	role = "arn:aws:iam::111111111111:role/operator"
	pool = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_a"
)

// allow is a policy of one statement.
func allow(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + elements + `}]}`
}

const anything = `"Action":"*","Resource":"*"`

func condition(operator, key, values string) string {
	return allow(anything + `,"Condition":{"` + operator + `":{"` + key + `":` + values + `}}`)
}

// tagged is a request with one tag of its resource.
func tagged(pairs ...string) iam.Context {
	context := iam.Context{}
	for i := 0; i < len(pairs); i += 2 {
		context.Set(pairs[i], pairs[i+1])
	}
	return context
}

func TestDecisions(t *testing.T) {
	const cluster = "aws:ResourceTag/securedapi.dev/cluster"
	for _, tt := range []struct {
		reason, source string
		policy         string
		action         string
		resource       string
		context        iam.Context
		want           bool
	}{
		{"what no statement allows is denied", logic, allow(`"Action":"cognito-idp:ListUsers","Resource":"*"`), "cognito-idp:DeleteUserPool", pool, nil, false},
		{"an action by its name", actions, allow(`"Action":"cognito-idp:ListUsers","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, true},
		{"actions don't tell cases apart", actions, allow(`"Action":"COGNITO-IDP:listusers","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, true},
		{"an action with a star", actions, allow(`"Action":"cognito-idp:List*","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, true},
		{"an action with a question mark", actions, allow(`"Action":"cognito-idp:ListUser?","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, true},
		{"a question mark is one character", actions, allow(`"Action":"cognito-idp:ListUsers?","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, false},
		{"a pattern is of the whole action", actions, allow(`"Action":"cognito-idp:List","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, false},
		{"one of several actions", actions, allow(`"Action":["a:B","cognito-idp:ListUsers"],"Resource":"*"`), "cognito-idp:ListUsers", pool, nil, true},
		{"all but an action", notAction, allow(`"NotAction":"cognito-idp:Delete*","Resource":"*"`), "cognito-idp:ListUsers", pool, nil, true},
		{"not the action that is excepted", notAction, allow(`"NotAction":"cognito-idp:Delete*","Resource":"*"`), "cognito-idp:DeleteUserPool", pool, nil, false},

		{"a resource by its ARN", resources, allow(`"Action":"*","Resource":"` + pool + `"`), "a:B", pool, nil, true},
		{"resources tell cases apart", resources, allow(`"Action":"*","Resource":"` + pool + `"`), "a:B", strings.ToUpper(pool), nil, false},
		{"a star within a part of an ARN", resources, allow(`"Action":"*","Resource":"arn:aws:cognito-idp:*:*:userpool/us-*"`), "a:B", pool, nil, true},
		{"a star ends with its part", resources, allow(`"Action":"*","Resource":"arn:aws:cognito-idp:*:userpool/us-east-1_a"`), "a:B", pool, nil, false},
		{"the last part may have colons", resources, allow(`"Action":"*","Resource":"arn:aws:lambda:*:*:function:*"`), "a:B", "arn:aws:lambda:us-east-1:1:function:f:live", nil, true},
		{"a star takes slashes", resources, allow(`"Action":"*","Resource":"arn:aws:apigateway:*::/restapis/*"`), "a:B", "arn:aws:apigateway:us-east-1::/restapis/a/stages/b", nil, true},
		{"a trailing slash is another resource", resources, allow(`"Action":"*","Resource":"arn:aws:apigateway:*::/restapis"`), "a:B", "arn:aws:apigateway:us-east-1::/restapis/", nil, false},
		{"paths are not normalized", resources, allow(`"Action":"*","Resource":"arn:aws:apigateway:*::/restapis/b"`), "a:B", "arn:aws:apigateway:us-east-1::/restapis/a/../b", nil, false},
		{"an encoded ARN is text", resources, allow(`"Action":"*","Resource":"arn:aws:apigateway:*::/tags/arn:aws:apigateway:*::/restapis/a"`), "a:B", "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa", nil, false},
		{"a part of an ARN is no resource of it", resources, allow(`"Action":"*","Resource":"arn:aws:cognito-idp:*:*:userpool/us-east-1_a"`), "a:B", pool + "b", nil, false},
		{"what takes no resource needs a star", resources, allow(`"Action":"*","Resource":"` + pool + `"`), "a:B", "*", nil, false},
		{"all but a resource", notRes, allow(`"Action":"*","NotResource":"arn:aws:cognito-idp:*:*:userpool/x*"`), "a:B", pool, nil, true},
		{"not the resource that is excepted", notRes, allow(`"Action":"*","NotResource":"arn:aws:cognito-idp:*:*:userpool/*"`), "a:B", pool, nil, false},

		{"a key equals a value", operators, condition("StringEquals", cluster, `"c1"`), "a:B", pool, tagged(cluster, "c1"), true},
		{"values tell cases apart", operators, condition("StringEquals", cluster, `"c1"`), "a:B", pool, tagged(cluster, "C1"), false},
		{"keys don't", keys + "#condition-keys-resourcetag", condition("StringEquals", "AWS:resourcetag/SecuredAPI.dev/Cluster", `"c1"`), "a:B", pool, tagged(cluster, "c1"), true},
		{"two tags whose keys differ by case count for neither", keys + "#condition-keys-resourcetag", condition("StringEquals", cluster, `"c1"`), "a:B", pool, tagged(cluster, "c1", "aws:ResourceTag/SECUREDAPI.dev/cluster", "c2"), false},
		{"a missing key equals nothing", operators, condition("StringEquals", cluster, `"c1"`), "a:B", pool, nil, false},
		{"an empty value is a value", operators, condition("StringEquals", cluster, `""`), "a:B", pool, tagged(cluster, ""), true},
		{"one of several values", combined, condition("StringEquals", cluster, `["c1","c2"]`), "a:B", pool, tagged(cluster, "c2"), true},
		{"StringEquals has no wildcards", operators, condition("StringEquals", cluster, `"c*"`), "a:B", pool, tagged(cluster, "c1"), false},
		{"StringEqualsIgnoreCase", operators, condition("StringEqualsIgnoreCase", cluster, `"C1"`), "a:B", pool, tagged(cluster, "c1"), true},
		{"StringLike has them", operators, condition("StringLike", cluster, `"c*"`), "a:B", pool, tagged(cluster, "c1"), true},
		{"StringNotEquals", operators, condition("StringNotEquals", cluster, `"c1"`), "a:B", pool, tagged(cluster, "c2"), true},
		{"a missing key is not equal", operators, condition("StringNotEquals", cluster, `"c1"`), "a:B", pool, nil, true},
		{"StringNotEquals of several is of all", combined, condition("StringNotEquals", cluster, `["c1","c2"]`), "a:B", pool, tagged(cluster, "c2"), false},
		{"StringNotLike", operators, condition("StringNotLike", cluster, `"c*"`), "a:B", pool, tagged(cluster, "c1"), false},
		{"IfExists holds without the key", operators + "#Conditions_IfExists", condition("StringEqualsIfExists", "lambda:Principal", `"a"`), "a:B", pool, nil, true},
		{"IfExists compares the key", operators + "#Conditions_IfExists", condition("StringEqualsIfExists", "lambda:Principal", `"a"`), "a:B", pool, tagged("lambda:Principal", "b"), false},
		{"Null true wants no key", operators + "#Conditions_Null", condition("Null", cluster, `"true"`), "a:B", pool, tagged(cluster, "c1"), false},
		{"Null true without the key", operators + "#Conditions_Null", condition("Null", cluster, `true`), "a:B", pool, nil, true},
		{"Null false wants the key", operators + "#Conditions_Null", condition("Null", cluster, `"false"`), "a:B", pool, nil, false},
		{"Null false with the key", operators + "#Conditions_Null", condition("Null", cluster, `"false"`), "a:B", pool, tagged(cluster, "c1"), true},
		{"Bool", operators, condition("Bool", "aws:SecureTransport", `"true"`), "a:B", pool, tagged("aws:SecureTransport", "true"), true},
		{"Bool of another", operators, condition("Bool", "aws:SecureTransport", `true`), "a:B", pool, tagged("aws:SecureTransport", "false"), false},
		{"ArnLike is by parts", operators + "#Conditions_ARN", condition("ArnLike", "aws:SourceArn", `"arn:aws:lambda:*:1:function:*"`), "a:B", pool, tagged("aws:SourceArn", "arn:aws:lambda:us-east-1:1:function:f"), true},
		{"a star of ArnLike ends with its part", operators + "#Conditions_ARN", condition("ArnLike", "aws:SourceArn", `"arn:aws:lambda:*:function:f"`), "a:B", pool, tagged("aws:SourceArn", "arn:aws:lambda:us-east-1:1:function:f"), false},
		{"ArnEquals does the same", operators + "#Conditions_ARN", condition("ArnEquals", "aws:SourceArn", `"arn:aws:lambda:*:1:function:*"`), "a:B", pool, tagged("aws:SourceArn", "arn:aws:lambda:us-east-1:1:function:f"), true},
		{"ArnNotLike", operators + "#Conditions_ARN", condition("ArnNotLike", "aws:SourceArn", `"arn:aws:lambda:*:1:function:*"`), "a:B", pool, tagged("aws:SourceArn", "arn:aws:lambda:us-east-1:2:function:f"), true},
		{"all conditions of a statement", combined, allow(anything + `,"Condition":{"StringEquals":{"a:x":"1","a:y":"2"}}`), "a:B", pool, tagged("a:x", "1"), false},
		{"ForAllValues of values that are all there", multivalue, condition("ForAllValues:StringEquals", "aws:TagKeys", `["a","b"]`), "a:B", pool, iam.Context{"aws:tagkeys": {"a", "b"}}, true},
		{"ForAllValues with one more", multivalue, condition("ForAllValues:StringEquals", "aws:TagKeys", `["a"]`), "a:B", pool, iam.Context{"aws:tagkeys": {"a", "b"}}, false},
		{"ForAllValues of none holds", multivalue, condition("ForAllValues:StringEquals", "aws:TagKeys", `["a"]`), "a:B", pool, nil, true},
		{"ForAnyValue with one", multivalue, condition("ForAnyValue:StringEquals", "aws:TagKeys", `["a"]`), "a:B", pool, iam.Context{"aws:tagkeys": {"a", "b"}}, true},
		{"ForAnyValue of none does not hold", multivalue, condition("ForAnyValue:StringEquals", "aws:TagKeys", `["a"]`), "a:B", pool, nil, false},

		{"the caller's account in a resource", variables, allow(`"Action":"*","Resource":"arn:aws:cognito-idp:*:${aws:PrincipalAccount}:userpool/*"`), "a:B", pool, nil, true},
		{"a session's tag in a condition", variables, condition("StringEquals", "aws:ResourceTag/team", `"${aws:PrincipalTag/team}"`), "a:B", pool, tagged("aws:ResourceTag/team", "shop"), true},
		{"a variable's value is compared literally", variables, condition("StringLike", "aws:ResourceTag/team", `"${aws:PrincipalTag/star}"`), "a:B", pool, tagged("aws:ResourceTag/team", "shop"), false},
		{"a variable without a value matches nothing", variables, condition("StringEquals", "aws:ResourceTag/team", `"${aws:PrincipalTag/none}"`), "a:B", pool, tagged("aws:ResourceTag/team", ""), false},
		{"unless it has a default", variables, condition("StringEquals", "aws:ResourceTag/team", `"${aws:PrincipalTag/none, 'shop'}"`), "a:B", pool, tagged("aws:ResourceTag/team", "shop"), true},
		{"a star that is a star", variables + "#policy-vars-specialchars", condition("StringLike", "aws:ResourceTag/team", `"${*}"`), "a:B", pool, tagged("aws:ResourceTag/team", "*"), true},
		{"and no other text", variables + "#policy-vars-specialchars", condition("StringLike", "aws:ResourceTag/team", `"${*}"`), "a:B", pool, tagged("aws:ResourceTag/team", "x"), false},
		{"aws:PrincipalArn is the role's", keys, condition("ArnEquals", "aws:PrincipalArn", `"`+role+`"`), "a:B", pool, nil, true},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			var s iam.Service
			s.PutRole(role, iam.Role{Policies: []iam.Policy{parsed(t, tt.policy)}})
			denial := s.Authorize(operator(), iam.Request{Action: tt.action, Resource: tt.resource, Context: tt.context})
			if (denial == nil) != tt.want {
				t.Errorf("got %v, want allowed: %v", denial, tt.want)
			}
		})
	}
}

func operator() iam.Principal {
	return iam.Principal{
		ARN: "arn:aws:sts::111111111111:assumed-role/operator/s", Role: role, Account: "111111111111",
		Tags: map[string]string{"team": "shop", "star": "*"},
	}
}

func parsed(t *testing.T, text string) iam.Policy {
	t.Helper()
	policy, err := iam.Parse("p", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// What identity-based and session policies are together, in AWS's words.
func TestPoliciesTogether(t *testing.T) {
	const (
		reads = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:Read","Resource":"*"}}`
		both  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["a:Read","a:Write"],"Resource":"*"}}`
		never = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"a:Write","Resource":"*"}}`
		who   = "User: arn:aws:sts::111111111111:assumed-role/operator/s is not authorized to perform: a:Write on resource: " + pool + " "
	)
	for _, tt := range []struct {
		reason, source string
		identity       []string
		session, want  string
	}{
		{"allowed", logic, []string{both}, "", ""},
		{"by one of several", logic, []string{reads, both}, "", ""},
		{"by none", denials, []string{reads}, "", who + "because no identity-based policy allows the a:Write action"},
		{"a denial wins, whatever allows", denials, []string{both, never}, "", who + "with an explicit deny in an identity-based policy"},
		{"a session policy allows, too", logic, []string{both}, both, ""},
		{"a session policy only takes away", denials, []string{reads}, both, who + "because no identity-based policy allows the a:Write action"},
		{"what a session policy doesn't allow", denials, []string{both}, reads, who + "because no session policy allows the a:Write action"},
		{"what a session policy denies", denials, []string{both}, never, who + "with an explicit deny in a session policy"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			var s iam.Service
			var attached iam.Role
			for _, text := range tt.identity {
				attached.Policies = append(attached.Policies, parsed(t, text))
			}
			s.PutRole(role, attached)
			caller, got := operator(), ""
			if tt.session != "" {
				session := parsed(t, tt.session)
				caller.Session = &session
			}
			if denial := s.Authorize(caller, iam.Request{Action: "a:Write", Resource: pool}); denial != nil {
				got = denial.Message()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Whom the trust policy of a role lets in who has no role: a service of AWS, and who shows an identity provider's token.
func TestTrust(t *testing.T) {
	const (
		pods     = "pods.eks.amazonaws.com"
		provider = "arn:aws:iam::111111111111:oidc-provider/oidc.example.com"
	)
	assume := iam.Request{Action: "sts:AssumeRole", Resource: role}
	for _, tt := range []struct {
		reason, source, principal string
		who                       iam.Principal
		request                   iam.Request
		want                      bool
	}{
		{"a service by its name", principals, `{"Service":"` + pods + `"}`, iam.Principal{Service: pods}, assume, true},
		{"another service", principals, `{"Service":"` + pods + `"}`, iam.Principal{Service: "lambda.amazonaws.com"}, assume, false},
		{"one of several services", principals, `{"Service":["lambda.amazonaws.com","` + pods + `"]}`, iam.Principal{Service: pods}, assume, true},
		{"a role is no service", principals, `{"Service":"` + pods + `"}`, operator(), assume, false},
		{"a service is no role", principals, `{"AWS":"` + role + `"}`, iam.Principal{Service: pods}, assume, false},
		{"who shows a provider's token", federated, `{"Federated":"` + provider + `"}`, iam.Principal{Provider: provider}, assume, true},
		{"another provider's", federated, `{"Federated":"` + provider + `"}`, iam.Principal{Provider: provider + "x"}, assume, false},
		{"a service shows none", federated, `{"Federated":"` + provider + `"}`, iam.Principal{Service: provider}, assume, false},
		{"another action", actions, `{"Service":"` + pods + `"}`, iam.Principal{Service: pods}, iam.Request{Action: "sts:TagSession", Resource: role}, false},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			trust, err := iam.ParseTrust("t", []byte(allow(`"Action":"sts:AssumeRole","Principal":`+tt.principal)))
			if err != nil {
				t.Fatal(err)
			}
			var s iam.Service
			s.PutRole(role, iam.Role{Trust: &trust})
			if denial := s.Assume(tt.who, role, tt.request); (denial == nil) != tt.want {
				t.Errorf("got %v, want let in: %v", denial, tt.want)
			}
		})
	}
}

// A policy whose elements would have no effect here is refused.
func TestRefusedPolicies(t *testing.T) {
	for reason, text := range map[string]string{
		"no JSON":                    `{`,
		"an older version":           `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
		"no statement":               `{"Version":"2012-10-17","Statement":[]}`,
		"an effect that is none":     `{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}`,
		"an element that is none":    allow(anything + `,"Conditions":{}`),
		"no action":                  allow(`"Resource":"*"`),
		"an action and its opposite": allow(anything + `,"NotAction":"*"`),
		"no resource":                allow(`"Action":"*"`),
		"a principal":                allow(anything + `,"Principal":"*"`),
		"an operator that is none":   condition("StringEqual", "a:b", `"c"`),
		"an operator not known here": condition("DateLessThan", "aws:CurrentTime", `"2026-01-01T00:00:00Z"`),
		"Null of neither":            condition("Null", "a:b", `"maybe"`),
		"a set operator of Null":     condition("ForAllValues:Null", "a:b", `"true"`),
		"a value that is an object":  condition("StringEquals", "a:b", `{}`),
		"two documents":              allow(anything) + allow(anything),
	} {
		if _, err := iam.Parse("p", []byte(text)); err == nil {
			t.Errorf("%s was taken", reason)
		}
	}
	for reason, text := range map[string]string{
		"a resource":                 allow(`"Action":"*","Resource":"*","Principal":"*"`),
		"no principal":               allow(`"Action":"*"`),
		"a kind that isn't known":    allow(`"Action":"*","Principal":{"CanonicalUser":"x"}`),
		"a principal that is a list": allow(`"Action":"*","Principal":["x"]`),
		"a principal without a name": allow(`"Action":"*","Principal":{"Service":""}`),
	} {
		if _, err := iam.ParseTrust("p", []byte(text)); err == nil {
			t.Errorf("as a trust policy, %s was taken", reason)
		}
	}
}

// Grants that nothing was allowed by alone are told.
func TestUnneeded(t *testing.T) {
	var s iam.Service
	s.PutRole(role, iam.Role{Policies: []iam.Policy{parsed(t, `{"Version":"2012-10-17","Statement":[
		{"Sid":"One","Effect":"Allow","Action":["a:Read","a:Write"],"Resource":["arn:aws:a:::x","arn:aws:a:::y"]},
		{"Effect":"Allow","Action":"a:Read","Resource":"arn:aws:a:::y"},
		{"Effect":"Deny","Action":"a:Drop","Resource":"*"}]}`)}})
	for _, request := range []iam.Request{
		{Action: "a:Read", Resource: "arn:aws:a:::x"}, {Action: "a:Write", Resource: "arn:aws:a:::x"}, {Action: "a:Read", Resource: "arn:aws:a:::y"},
	} {
		if denial := s.Authorize(operator(), request); denial != nil {
			t.Fatal(denial.Message())
		}
	}
	want := "{p One a:Read arn:aws:a:::y} {p One a:Write arn:aws:a:::y} {p 1 a:Read arn:aws:a:::y}"
	var got []string
	for _, grant := range s.Unneeded(role) {
		got = append(got, "{"+strings.Join([]string{grant.Policy, grant.Statement, grant.Action, grant.Resource}, " ")+"}")
	}
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
