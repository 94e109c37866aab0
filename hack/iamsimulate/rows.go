package main

import "maps"

const (
	queue  = "arn:aws:sqs:eu-west-1:" + account + ":securedapi"
	passed = "arn:aws:iam::" + account + ":role/Readers"
	pools  = "arn:aws:cognito-idp:eu-west-1:" + account + ":userpool/"
	apis   = "arn:aws:apigateway:eu-west-1::/restapis"
	tags   = "arn:aws:apigateway:eu-west-1::/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2F"
	lambda = "arn:aws:lambda:eu-west-1:" + account + ":function:"
)

// row is a request that both evaluate.
type row struct {
	reason, action, resource string
	context                  map[string]string
}

// variant is a way in which tags come with a request.
type variant struct {
	reason  string
	context map[string]string
}

func tag(prefix, cluster string) map[string]string {
	return map[string]string{prefix + "/securedapi.dev/cluster": cluster}
}

func both(a, b map[string]string) map[string]string {
	context := maps.Clone(a)
	maps.Copy(context, b)
	return context
}

var (
	owner    = map[string]string{"aws:RequestTag/securedapi.dev/namespace": "shop", "aws:RequestTag/securedapi.dev/name": "notes"}
	variants = []variant{
		{"no tags", map[string]string{}},
		{"ours", tag("aws:ResourceTag", cluster)},
		{"another cluster's", tag("aws:ResourceTag", "c2")},
		{"the cluster in capitals", tag("aws:ResourceTag", "C1")},
		{"asks for our tags", both(tag("aws:RequestTag", cluster), owner)},
		{"takes our tags off", both(tag("aws:ResourceTag", cluster), map[string]string{"aws:TagKeys": "securedapi.dev/cluster"})},
		{"takes another tag off", both(tag("aws:ResourceTag", cluster), map[string]string{"aws:TagKeys": "team"})},
		{"asks for another's", both(tag("aws:RequestTag", "c2"), owner)},
		{"asks for our cluster alone", tag("aws:RequestTag", cluster)},
	}
)

// rows are every action of Cognito and every method of API Gateway that the operator uses, and some that it does not, with the
// tags of each variant, and the rest by itself.
func rows() []row {
	var all []row
	each := func(action, resource string) {
		for _, v := range variants {
			all = append(all, row{v.reason, action, resource, v.context})
		}
	}
	for _, operation := range []string{
		"UpdateUserPool", "DeleteUserPool", "TagResource", "UntagResource", "ListUsers", "AdminCreateUser", "CreateUserPoolClient",
		"DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient", "ListUserPoolClients", "AddUserPoolClientSecret",
		"ListUserPoolClientSecrets", "DeleteUserPoolClientSecret", "CreateUserPoolDomain", "DeleteUserPoolDomain", "CreateResourceServer",
		"UpdateResourceServer", "DeleteResourceServer", "ListResourceServers", "CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup",
		"DescribeUserPool", "AddCustomAttributes", "GetUserPoolMfaConfig", "SetUserPoolMfaConfig", "CreateIdentityProvider",
		"DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider", "ListIdentityProviders", "UpdateUserPoolDomain",
		"CreateManagedLoginBranding", "DescribeManagedLoginBrandingByClient", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding",
		"CreateTerms", "ListTerms", "SetUICustomization", "SetRiskConfiguration", "DescribeRiskConfiguration", "SetLogDeliveryConfiguration",
		"AssociateWebACL",
	} {
		each("cognito-idp:"+operation, pools+"eu-west-1_Ours")
	}
	for _, operation := range []string{"TagResource", "GetGroup", "DescribeUserPoolClient", "UpdateUserPool"} {
		each("cognito-idp:"+operation, pools+"eu-west-1_Theirs")
	}
	for _, operation := range []string{"CreateUserPool", "ListUserPools", "DescribeUserPoolDomain"} {
		each("cognito-idp:"+operation, "*")
	}
	each("cognito-idp:UpdateUserPool", "arn:aws:cognito-idp:us-east-1:"+account+":userpool/us-east-1_Ours")
	for _, of := range []struct{ method, resource string }{
		{"GET", apis},
		{"GET", apis + "/abc"},
		{"GET", apis + "/abc/stages/beta"},
		{"POST", apis},
		{"PUT", apis + "/abc"},
		{"PATCH", apis + "/abc"},
		{"DELETE", apis + "/abc"},
		{"POST", apis + "/abc/stages"},
		{"POST", apis + "/abc/deployments"},
		{"PATCH", apis + "/abc/stages/beta"},
		{"DELETE", apis + "/abc/stages/beta"},
		{"UpdateRestApiPolicy", apis + "/abc"},
		{"PUT", tags + "abc"},
		{"PUT", tags + "abc%2Fstages%2Fbeta"},
		{"DELETE", tags + "abc"},
		{"GET", tags + "abc"},
		{"PATCH", apis + "/theirs0000"},
		{"PATCH", apis + "/theirs0000/stages/beta"},
		{"PUT", apis + "/theirs0000"},
		{"GET", "arn:aws:apigateway:eu-west-1::/account"},
		{"PUT", "arn:aws:apigateway:us-east-1::/restapis/abc"},
	} {
		each("apigateway:"+of.method, of.resource)
	}
	return append(append(all, functionRows()...), otherRows()...)
}

func functionRows() []row {
	principal := func(name string) map[string]string { return map[string]string{"lambda:Principal": name} }
	invoke := func(value string) map[string]string {
		return map[string]string{"aws:ResourceTag/securedapi.dev/invoke": value}
	}
	gateway := principal("apigateway.amazonaws.com")
	var all []row
	for _, action := range []string{"lambda:AddPermission", "lambda:RemovePermission", "lambda:GetPolicy", "lambda:InvokeFunction"} {
		for _, v := range []variant{
			{"API Gateway, with the tag", both(gateway, invoke("true"))},
			{"API Gateway, with the tag's other value", both(gateway, invoke("false"))},
			{"API Gateway, without the tag", gateway},
			{"everybody, with the tag", both(principal("*"), invoke("true"))},
			{"another service, with the tag", both(principal("sns.amazonaws.com"), invoke("true"))},
			{"nobody, with the tag", invoke("true")},
			{"a public URL, with the tag", both(both(gateway, invoke("true")), map[string]string{"lambda:FunctionUrlAuthType": "NONE"})},
			{"a signed URL, with the tag", both(both(gateway, invoke("true")), map[string]string{"lambda:FunctionUrlAuthType": "AWS_IAM"})},
		} {
			all = append(all, row{v.reason, action, lambda + "Orders", v.context}, row{v.reason, action, lambda + "Orders:live", v.context})
		}
	}
	return all
}

// otherRows have none of kms: a key's own policy would have to allow it, too.
func otherRows() []row {
	none := map[string]string{}
	service := func(name string) map[string]string { return map[string]string{"iam:PassedToService": name} }
	return []row{
		{"the queue", "sqs:ReceiveMessage", queue, none},
		{"the queue", "sqs:DeleteMessage", queue, none},
		{"the queue", "sqs:SendMessage", queue, none},
		{"another queue", "sqs:ReceiveMessage", queue + "2", none},
		{"to Cognito", "iam:PassRole", passed, service("cognito-idp.amazonaws.com")},
		{"to another service", "iam:PassRole", passed, service("lambda.amazonaws.com")},
		{"to nobody", "iam:PassRole", passed, none},
		{"another role", "iam:PassRole", passed + "2", service("cognito-idp.amazonaws.com")},
	}
}
