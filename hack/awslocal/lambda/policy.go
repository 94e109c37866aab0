package lambda

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// maxPolicyBytes is the quota of a function's resource-based policy
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxPolicyBytes = 20480

// policy is a resource-based policy, its members in the order in which Lambda prints them.
type policy struct {
	Version   string
	ID        string `json:"Id"`
	Statement []*statement
}

type statement struct {
	Sid       string
	Effect    string
	Principal any // "*", or an object with Service or AWS
	Action    string
	Resource  string
	// Condition maps an operator to the keys and values it compares.
	Condition map[string]map[string]string `json:",omitempty"`
}

// newStatement says in a policy what AddPermission asks for.
func newStatement(in *sdk.AddPermissionInput, resource string) (*statement, *wire.Error) {
	principal, err := newPrincipal(aws.ToString(in.Principal))
	if err != nil {
		return nil, err
	}
	st := &statement{
		Sid:       aws.ToString(in.StatementId),
		Effect:    "Allow",
		Principal: principal,
		Action:    aws.ToString(in.Action),
		Resource:  resource,
	}
	st.require("StringEquals", "lambda:FunctionUrlAuthType", string(in.FunctionUrlAuthType))
	st.require("StringEquals", "aws:PrincipalOrgID", aws.ToString(in.PrincipalOrgID))
	st.require("StringEquals", "AWS:SourceAccount", aws.ToString(in.SourceAccount))
	st.require("StringEquals", "lambda:EventSourceToken", aws.ToString(in.EventSourceToken))
	st.require("ArnLike", "AWS:SourceArn", aws.ToString(in.SourceArn))
	if in.InvokedViaFunctionUrl != nil {
		st.require("Bool", "lambda:InvokedViaFunctionUrl", strconv.FormatBool(*in.InvokedViaFunctionUrl))
	}
	return st, nil
}

func (st *statement) require(operator, key, value string) {
	if value == "" {
		return
	}
	if st.Condition == nil {
		st.Condition = map[string]map[string]string{}
	}
	if st.Condition[operator] == nil {
		st.Condition[operator] = map[string]string{}
	}
	st.Condition[operator][key] = value
}

var accountRegexp = regexp.MustCompile(`^\d{12}$`)

func newPrincipal(principal string) (any, *wire.Error) {
	switch {
	case principal == "*":
		return principal, nil
	case accountRegexp.MatchString(principal):
		return map[string]string{"AWS": "arn:aws:iam::" + principal + ":root"}, nil
	case strings.HasPrefix(principal, "arn:aws:iam:"):
		return map[string]string{"AWS": principal}, nil
	case strings.HasSuffix(principal, ".amazonaws.com"):
		return map[string]string{"Service": principal}, nil
	}
	return nil, wire.Errorf("InvalidParameterValueException",
		"The provided principal was invalid. Please check the principal and try again.")
}

// allows tells whether a service may invoke on behalf of what has the ARN source: a method of an API, or a user pool.
func (p policy) allows(principal, source string) bool {
	return slices.ContainsFunc(p.Statement, func(st *statement) bool { return st.allows(principal, source) })
}

func (st *statement) allows(principal, source string) bool {
	service, _ := st.Principal.(map[string]string)
	if st.Principal != "*" && service["Service"] != principal {
		return false
	}
	if !slices.Contains([]string{"lambda:InvokeFunction", "lambda:*", "*"}, st.Action) {
		return false
	}
	for _, values := range st.Condition {
		for key, value := range values {
			// Any other key is absent from what services send, and a condition on an absent key is false.
			if key != "AWS:SourceArn" && key != "AWS:SourceAccount" ||
				key == "AWS:SourceArn" && !arnLike(value, source) ||
				key == "AWS:SourceAccount" && value != component(source, 4) {
				return false
			}
		}
	}
	return true
}

// arnLike is IAM's operator: each of the six components of an ARN is matched by itself, * and ? are wildcards
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func arnLike(pattern, arn string) bool {
	for i := range 6 {
		expr := regexp.QuoteMeta(component(pattern, i))
		expr = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(expr)
		if !regexp.MustCompile(`^` + expr + `$`).MatchString(component(arn, i)) {
			return false
		}
	}
	return true
}

// component returns the i-th of the six colon-separated parts of an ARN.
func component(arn string, i int) string {
	parts := strings.SplitN(arn, ":", 6)
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}

func (p policy) String() string { return mustMarshal(p) }

func (st *statement) String() string { return mustMarshal(st) }

// mustMarshal prints JSON as a policy reads best: with < and & as they are.
func mustMarshal(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("lambda: marshal %T: %v", v, err))
	}
	return strings.TrimSuffix(b.String(), "\n")
}
