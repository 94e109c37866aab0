package policy_test

import (
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tenancy/policy"
)

const account = "111111111111"

func request(edit func(*policy.Request)) policy.Request {
	r := policy.Request{
		Region: "eu-west-1", Deletion: v1alpha1.DeletionProtect, Account: account,
		Spec: &v1alpha1.SecuredAPISpec{
			Domain: &v1alpha1.DomainSpec{Prefix: "shop-a"},
			Clients: []v1alpha1.Client{{
				Name: "web", CallbackURLs: []v1alpha1.URL{"https://www.shop.example.com/back"}, LogoutURLs: []v1alpha1.URL{"https://www.shop.example.com/"},
			}},
			Routes: []v1alpha1.Route{
				{Path: "/a", Backend: v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "shop-list"}}},
				{Path: "/b", Backend: v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://api.shop.example.com/b"}}},
			},
		},
	}
	if edit != nil {
		edit(&r)
	}
	return r
}

func function(name string) func(*policy.Request) {
	return func(r *policy.Request) { r.Spec.Routes[0].Backend.Lambda.Function = name }
}

func callback(url string) func(*policy.Request) {
	return func(r *policy.Request) { r.Spec.Clients[0].CallbackURLs[0] = v1alpha1.URL(url) }
}

func host(url string) func(*policy.Request) {
	return func(r *policy.Request) { r.Spec.Routes[1].Backend.HTTP.URL = url }
}

func texts(account, role string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.SMS = &v1alpha1.SMS{RoleARN: "arn:aws:iam::" + account + ":role/" + role}
	}
}

func mail(identity string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.Email = &v1alpha1.Email{IdentityARN: "arn:aws:ses:eu-west-1:" + account + ":identity/" + identity}
	}
}

func trigger(function string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.Triggers = []v1alpha1.Trigger{
			{Event: v1alpha1.TriggerPreSignUp, Function: "shop-sign-up"}, {Event: v1alpha1.TriggerPreTokenGeneration, Function: function},
		}
	}
}

func ownDomain(name, certificate string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.Domain.Custom = &v1alpha1.CustomDomain{
			Name: name, CertificateARN: "arn:aws:acm:us-east-1:" + account + ":certificate/" + certificate,
		}
	}
}

func failover(healthCheck string) func(*policy.Request) {
	return func(r *policy.Request) {
		ownDomain("auth.shop.example.com", "shop")(r)
		r.Spec.Domain.Custom.FailoverHealthCheckID = healthCheck
	}
}

// inReplica asks for a replica in an allowed Region.
func inReplica(of v1alpha1.Replica) func(*policy.Request) {
	return func(r *policy.Request) {
		of.Region = "eu-west-1"
		r.Spec.UserPool.Replica = &of
	}
}

func replica(region string) func(*policy.Request) {
	return func(r *policy.Request) { r.Spec.UserPool.Replica = &v1alpha1.Replica{Region: region} }
}

func senderKey(account, id string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.SenderKeyARN = "arn:aws:kms:eu-west-1:" + account + ":key/" + id
	}
}

func TestCheck(t *testing.T) {
	shop := named("shop", "", func(s *v1alpha1.SecuredAPIPolicySpec) {
		s.Regions = []string{"eu-west-1"}
		s.Functions = []string{"shop-*", "arn:aws:lambda:eu-west-1:333333333333:function:shared"}
		s.HTTPHosts = []string{"*.shop.example.com"}
		s.DomainPrefixes = []string{"shop-*"}
		s.CustomDomains = []string{"*.shop.example.com"}
		s.Certificates = []string{"arn:aws:acm:us-east-1:" + account + ":certificate/shop"}
		s.CallbackHosts = []string{"*.shop.example.com"}
		s.LocalhostCallbacks = v1alpha1.Refused
		s.CognitoRoles = []string{"arn:aws:iam::" + account + ":role/shop-*"}
		s.LogDestinations = []string{"arn:aws:s3:::shop-*"}
		s.HealthChecks = []string{"0f3c5a2e-*"}
		s.WebACLs = []string{"arn:aws:wafv2:eu-west-1:" + account + ":regional/webacl/shop-*"}
		s.KMSKeys = []string{"arn:aws:kms:eu-west-1:" + account + ":key/shop-*"}
		s.EmailIdentities = []string{"arn:aws:ses:eu-west-1:" + account + ":identity/shop.example.com"}
		s.KMSKeys = []string{"arn:aws:kms:eu-west-1:" + account + ":key/shop-*"}
		s.Adopt.UserPoolIDs = []string{"eu-west-1_AbCdEfGhI"}
		s.DeletionPolicies = []v1alpha1.DeletionPolicy{v1alpha1.DeletionProtect, v1alpha1.DeletionRetain}
		s.Limits.Objects, s.Limits.Routes = new(int32(2)), new(int32(4))
	})
	older := func(routes ...int) func(*policy.Request) {
		return func(r *policy.Request) {
			for _, n := range routes {
				r.Older = append(r.Older, v1alpha1.SecuredAPI{Spec: v1alpha1.SecuredAPISpec{Routes: make([]v1alpha1.Route, n)}})
			}
		}
	}
	for _, tc := range []struct {
		reason string
		edit   func(*policy.Request)
		// want is in the message; empty means allowed.
		want string
	}{
		{"everything is allowed", nil, ""},
		{"another Region", func(r *policy.Request) { r.Region = "us-east-1" }, `spec.region: "us-east-1" is not allowed by SecuredAPIPolicy shop, whose regions allows eu-west-1`},
		{"another function", function("pay-charge"), `spec.routes[0].backend.lambda.function: "pay-charge" is not allowed by SecuredAPIPolicy shop`},
		{"a function with an allowed name as its suffix", function("pay-shop-list"), "pay-shop-list"},
		{"an alias of a function", function("shop-list:live"), ""},
		{"an alias named like a function", function("pay:shop-list"), "pay:shop-list"},
		{"an ARN of the own account", function("arn:aws:lambda:eu-west-1:" + account + ":function:shop-list"), ""},
		{"an ARN of the own account with an alias", function("arn:aws:lambda:eu-west-1:" + account + ":function:shop-list:live"), ""},
		{"an ARN of another account with an allowed name", function("arn:aws:lambda:eu-west-1:222222222222:function:shop-list"), "222222222222"},
		{"an ARN that the policy lists", function("arn:aws:lambda:eu-west-1:333333333333:function:shared"), ""},
		{"an ARN while the own account is not known", func(r *policy.Request) {
			r.Account = ""
			function("arn:aws:lambda:eu-west-1:" + account + ":function:shop-list")(r)
		}, "shop-list"},
		{"another host", host("https://api.pay.example.com/"), `spec.routes[1].backend.http.url: "https://api.pay.example.com/"`},
		{"a host with an allowed name as its suffix", host("https://evilshop.example.com/"), "evilshop"},
		{"the domain itself is not below itself", host("https://shop.example.com/"), "shop.example.com/"},
		{"a host in capitals, with a port and a dot at its end", host("https://API.Shop.Example.COM.:8443/"), ""},
		{"a host behind a user", host("https://api.shop.example.com@evil.example.com/"), "evil.example.com"},
		{"a user before an allowed host", host("https://evil@api.shop.example.com/"), "evil@"},
		{"a host from a path variable", host("https://{host}.shop.example.com/"), "{host}"},
		{"a host with a backslash", host(`https://evil.example.com\.shop.example.com/`), "evil"},
		{"another prefix", func(r *policy.Request) { r.Spec.Domain.Prefix = "pay-a" }, "spec.domain.prefix"},
		{"an allowed custom domain", ownDomain("auth.shop.example.com", "shop"), ""},
		{"a custom domain without a prefix", func(r *policy.Request) {
			ownDomain("auth.shop.example.com", "shop")(r)
			r.Spec.Domain.Prefix = ""
		}, ""},
		{"another custom domain", ownDomain("auth.pay.example.com", "shop"), `spec.domain.custom.name: "auth.pay.example.com"`},
		{"a custom domain with an allowed name as its suffix", ownDomain("auth.evilshop.example.com", "shop"), "evilshop"},
		{"another certificate", ownDomain("auth.shop.example.com", "pay"), "spec.domain.custom.certificateARN"},
		{"the team's health check", failover("0f3c5a2e-5f1c"), ""},
		{"another team's health check", failover("1f3c5a2e-5f1c"), `spec.domain.custom.failoverHealthCheckID: "1f3c5a2e-5f1c" is not allowed by SecuredAPIPolicy shop, whose healthChecks allows 0f3c5a2e-*`},
		{"a replica in another Region", replica("us-east-1"), `spec.userPool.replica.region: "us-east-1" is not allowed by SecuredAPIPolicy shop, whose regions allows eu-west-1`},
		{"a replica with the team's functions", inReplica(v1alpha1.Replica{Triggers: []v1alpha1.Trigger{{Function: "shop-claims"}}}), ""},
		{"another team's function, of a replica", inReplica(v1alpha1.Replica{Triggers: []v1alpha1.Trigger{{Function: "pay-claims"}}}), `spec.userPool.replica.triggers[0].function: "pay-claims" is not allowed`},
		{"another team's role for texts of a replica", inReplica(v1alpha1.Replica{SMS: &v1alpha1.SMS{RoleARN: "arn:aws:iam::" + account + ":role/pay-texts"}}), "spec.userPool.replica.sms.roleARN"},
		{"another team's address, of a replica", inReplica(v1alpha1.Replica{Email: &v1alpha1.Email{IdentityARN: "arn:aws:ses:eu-west-1:" + account + ":identity/pay.example.com"}}), "spec.userPool.replica.email.identityARN"},
		{"another team's key, of a replica", inReplica(v1alpha1.Replica{SenderKeyARN: "arn:aws:kms:eu-west-1:" + account + ":key/pay-codes"}), "spec.userPool.replica.senderKeyARN"},
		{"a replica with the team's logs, web ACL and notices", inReplica(v1alpha1.Replica{
			Logs: []v1alpha1.UserPoolLog{{BucketARN: "arn:aws:s3:::shop-logs"}}, WebACLARN: "arn:aws:wafv2:eu-west-1:" + account + ":regional/webacl/shop-a/b",
			Notifications: &v1alpha1.ReplicaNotifications{IdentityARN: "arn:aws:ses:eu-west-1:" + account + ":identity/shop.example.com"},
		}), ""},
		{"a replica's logs in another team's bucket", inReplica(v1alpha1.Replica{Logs: []v1alpha1.UserPoolLog{{BucketARN: "arn:aws:s3:::shop-logs"}, {BucketARN: "arn:aws:s3:::pay-logs"}}}), `spec.userPool.replica.logs[1].bucketARN: "arn:aws:s3:::pay-logs" is not allowed`},
		{"a replica's logs in another team's log group", inReplica(v1alpha1.Replica{Logs: []v1alpha1.UserPoolLog{{LogGroupARN: "arn:aws:logs:eu-west-1:" + account + ":log-group:pay"}}}), "spec.userPool.replica.logs[0].logGroupARN"},
		{"a replica's logs in another team's stream", inReplica(v1alpha1.Replica{Logs: []v1alpha1.UserPoolLog{{StreamARN: "arn:aws:firehose:eu-west-1:" + account + ":deliverystream/pay"}}}), "spec.userPool.replica.logs[0].streamARN"},
		{"another team's web ACL before a replica", inReplica(v1alpha1.Replica{WebACLARN: "arn:aws:wafv2:eu-west-1:" + account + ":regional/webacl/pay/b"}), `spec.userPool.replica.webACLARN: "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/pay/b" is not allowed`},
		{"a replica's notices from another team's address", inReplica(v1alpha1.Replica{Notifications: &v1alpha1.ReplicaNotifications{IdentityARN: "arn:aws:ses:eu-west-1:" + account + ":identity/pay.example.com"}}), "spec.userPool.replica.notifications.identityARN"},
		{"a callback elsewhere", callback("https://evil.example.com/"), `spec.clients[0].callbackURLs[0]: "https://evil.example.com/"`},
		{"a callback to localhost", callback("http://localhost:3000/"), "localhostCallbacks of SecuredAPIPolicy shop is Refused"},
		{"a callback to a loopback address", callback("http://127.0.0.1:3000/"), "is Refused"},
		{"a callback to another name of localhost", callback("http://[::1]:3000/"), "is Refused"},
		{"a callback with an app's own scheme", callback("shop://back"), "shop://back"},
		{"a logout URL elsewhere", func(r *policy.Request) { r.Spec.Clients[0].LogoutURLs[0] = "https://evil.example.com/" }, "logoutURLs[0]"},
		{"the adoption of a listed pool", func(r *policy.Request) {
			r.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: "eu-west-1_AbCdEfGhI"}
		}, ""},
		{"the adoption of a pool that is not listed", func(r *policy.Request) {
			r.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: "eu-west-1_ZzZzZzZzZ"}
		}, "spec.userPool.adopt.id"},
		{"the adoption of an API, and the policy lists none", func(r *policy.Request) {
			r.Spec.API = &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "abc123defg"}}
		}, `whose adopt.restAPIIDs allows nothing`},
		{"an allowed role for texts", texts(account, "shop-texts"), ""},
		{"another team's role for texts", texts(account, "pay-texts"), `spec.userPool.sms.roleARN: "arn:aws:iam::111111111111:role/pay-texts" is not allowed`},
		{"an allowed name of another account's role", texts("222222222222", "shop-texts"), "whose cognitoRoles allows"},
		{"another team's role for a group", func(r *policy.Request) {
			r.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "none"}, {Name: "admins", RoleARN: "arn:aws:iam::" + account + ":role/pay-admins"}}
		}, "spec.userPool.groups[1].roleARN"},
		{"the team's address", mail("shop.example.com"), ""},
		{"another team's address", mail("pay.example.com"), `whose emailIdentities allows arn:aws:ses:eu-west-1:111111111111:identity/shop.example.com`},
		{"notices from the team's address", notices("shop.example.com"), ""},
		{"notices from another team's address", notices("pay.example.com"), `spec.userPool.threatProtection.notifications.identityARN: "arn:aws:ses:eu-west-1:111111111111:identity/pay.example.com" is not allowed`},
		{"logs to the team's bucket", logs(v1alpha1.UserPoolLog{BucketARN: "arn:aws:s3:::shop-logs"}), ""},
		{"logs to another team's bucket", logs(v1alpha1.UserPoolLog{BucketARN: "arn:aws:s3:::pay-logs"}), `spec.userPool.logs[1].bucketARN: "arn:aws:s3:::pay-logs" is not allowed`},
		{"logs to another team's log group", logs(v1alpha1.UserPoolLog{LogGroupARN: "arn:aws:logs:eu-west-1:" + account + ":log-group:pay"}), "spec.userPool.logs[1].logGroupARN"},
		{"logs to another team's stream", logs(v1alpha1.UserPoolLog{StreamARN: "arn:aws:firehose:eu-west-1:" + account + ":deliverystream/shop-logs"}), "whose logDestinations allows arn:aws:s3:::shop-*"},
		{"the team's key", poolKey(account, "shop-pool"), ""},
		{"another team's key", poolKey(account, "pay-pool"), `spec.userPool.kmsKeyARN: "arn:aws:kms:eu-west-1:111111111111:key/pay-pool" is not allowed`},
		{"an allowed id of another account's pool key", poolKey("222222222222", "shop-pool"), "whose kmsKeys allows"},
		{"the team's web ACL", webACL("shop-pool"), ""},
		{"another team's web ACL", webACL("pay-pool"), "spec.userPool.webACLARN"},
		{"mail from Cognito's own address", func(r *policy.Request) { r.Spec.UserPool.Email = &v1alpha1.Email{ReplyTo: "help@pay.example.com"} }, ""},
		{"a trigger's function", trigger("shop-claims:live"), ""},
		{"another team's function as a trigger", trigger("pay-claims"), `spec.userPool.triggers[1].function: "pay-claims" is not allowed by SecuredAPIPolicy shop, whose functions allows shop-*`},
		{"a trigger's function of another account", trigger("arn:aws:lambda:eu-west-1:222222222222:function:shop-claims"), "spec.userPool.triggers[1].function"},
		{"the team's key", senderKey(account, "shop-codes"), ""},
		{"another team's key", senderKey(account, "pay-codes"), `spec.userPool.senderKeyARN: "arn:aws:kms:eu-west-1:111111111111:key/pay-codes" is not allowed`},
		{"an allowed id of another account's key", senderKey("222222222222", "shop-codes"), "whose kmsKeys allows"},
		{"another deletion policy", func(r *policy.Request) { r.Deletion = v1alpha1.DeletionDelete }, `spec.deletionPolicy: "Delete"`},
		{"one older object", older(2), ""},
		{"two older objects", older(0, 0), "the namespace has 2 older SecuredAPIs, and limits.objects of SecuredAPIPolicy shop is 2"},
		{"too many routes together", older(3), "spec.routes: the namespace has 5 routes with these 2, and limits.routes of SecuredAPIPolicy shop is 4"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			grant, err := policy.For("shop", nil, []v1alpha1.SecuredAPIPolicy{shop}, false)
			if err != nil {
				t.Fatal(err)
			}
			err = grant.Check(request(tc.edit))
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got the error %v, want one with %q", err, tc.want)
			}
		})
	}
}

// notices are e-mails about risky sign-ins.
func notices(domain string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.ThreatProtection = &v1alpha1.ThreatProtection{Notifications: &v1alpha1.ThreatNotifications{
			IdentityARN: "arn:aws:ses:eu-west-1:" + account + ":identity/" + domain,
		}}
	}
}

// logs go to the team's bucket, and to a second place.
func logs(second v1alpha1.UserPoolLog) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{{BucketARN: "arn:aws:s3:::shop-logs"}, second}
	}
}

func poolKey(of, id string) func(*policy.Request) {
	return func(r *policy.Request) { r.Spec.UserPool.KMSKeyARN = "arn:aws:kms:eu-west-1:" + of + ":key/" + id }
}

func webACL(name string) func(*policy.Request) {
	return func(r *policy.Request) {
		r.Spec.UserPool.WebACLARN = "arn:aws:wafv2:eu-west-1:" + account + ":regional/webacl/" + name + "/a"
	}
}

func TestPoliciesIntersect(t *testing.T) {
	one := named("one", "", func(s *v1alpha1.SecuredAPIPolicySpec) { s.Functions = []string{"shop-*"} })
	two := named("two", "", func(s *v1alpha1.SecuredAPIPolicySpec) { s.Functions = []string{"*-list"} })
	for name, allowed := range map[string]bool{"shop-list": true, "shop-pay": false, "pay-list": false} {
		grant, err := policy.For("shop", nil, []v1alpha1.SecuredAPIPolicy{one, two}, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := grant.Check(request(function(name))); (err == nil) != allowed {
			t.Errorf("%s: got %v, want allowed: %t", name, err, allowed)
		}
	}
}

func TestALeftOutListAllowsAllAndAnEmptyOneNothing(t *testing.T) {
	for _, tc := range []struct {
		reason string
		list   []string
		// deletion are the deletion policies.
		deletion []v1alpha1.DeletionPolicy
		want     bool
	}{{"left out", nil, nil, true}, {"empty", []string{}, []v1alpha1.DeletionPolicy{}, false}} {
		open := named("open", "", func(s *v1alpha1.SecuredAPIPolicySpec) {
			s.Functions, s.HTTPHosts, s.CallbackHosts, s.DomainPrefixes, s.Regions = tc.list, tc.list, tc.list, tc.list, tc.list
			s.CognitoRoles, s.EmailIdentities, s.LogDestinations, s.KMSKeys, s.WebACLs = tc.list, tc.list, tc.list, tc.list, tc.list
			s.CustomDomains, s.Certificates, s.HealthChecks, s.DeletionPolicies = tc.list, tc.list, tc.list, tc.deletion
		})
		grant, err := policy.For("shop", nil, []v1alpha1.SecuredAPIPolicy{open}, false)
		if err != nil {
			t.Fatal(err)
		}
		err = grant.Check(request(func(r *policy.Request) {
			texts(account, "texts")(r)
			mail("example.com")(r)
			trigger("shop-claims")(r)
			senderKey(account, "codes")(r)
			ownDomain("auth.example.com", "a")(r)
		}))
		if (err == nil) != tc.want {
			t.Errorf("%s: got %v, want allowed: %t", tc.reason, err, tc.want)
		}
		if !tc.want && strings.Count(err.Error(), "\n") != 13 {
			t.Errorf("%s: got %v, want one violation for each of fourteen values", tc.reason, err)
		}
	}
}

// A star stands for any characters, or none. What is before and after it does not overlap.
func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		reason, pattern, name string
		allowed               bool
	}{
		{"a star stands for some characters", "shop-*-list", "shop-cart-list", true},
		{"a star stands for no characters", "shop-*list", "shop-list", true},
		{"the beginning and the end are different characters of the name", "shop-*-list", "shop-list", false},
		{"the parts between two stars are in the name, in their order", "*a*b*", "xaxbx", true},
		{"a part between two stars is not in the name", "*a*b*", "xbxax", false},
	} {
		one := named("one", "", func(s *v1alpha1.SecuredAPIPolicySpec) { s.Functions = []string{tc.pattern} })
		grant, err := policy.For("shop", nil, []v1alpha1.SecuredAPIPolicy{one}, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := grant.Check(request(function(tc.name))); (err == nil) != tc.allowed {
			t.Errorf("%s: %s with the pattern %s: got %v, want allowed: %t", tc.reason, tc.name, tc.pattern, err, tc.allowed)
		}
	}
}
