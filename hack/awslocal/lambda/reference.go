package lambda

import (
	"fmt"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const latest = "$LATEST"

// reference names a function, or a version or alias of it.
type reference struct {
	region, account, name, qualifier string
}

// A function is named by its name, a partial ARN or its ARN, each with or without a qualifier:
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, FunctionName.
const referencePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?` +
	`([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`

var referenceRegexp = regexp.MustCompile(`^` + referencePattern + `$`)

// parseReference reads a name and the qualifier beside it, if any. $LATEST is the function itself.
func parseReference(name, qualifier string) (reference, *wire.Error) {
	m := referenceRegexp.FindStringSubmatch(name)
	if m == nil {
		return reference{}, invalid(name, "functionName", referencePattern)
	}
	ref := reference{region: trimColon(m[3]), account: trimColon(m[5]), name: m[7], qualifier: m[9]}
	if qualifier != "" && ref.qualifier != "" && qualifier != ref.qualifier {
		return reference{}, wire.Errorf("InvalidParameterValueException",
			"The derived qualifier from the function name does not match the specified qualifier.")
	}
	if qualifier != "" {
		ref.qualifier = qualifier
	}
	if ref.qualifier == latest {
		ref.qualifier = ""
	}
	return ref, nil
}

// reference reads the function that a request is about and sees to it that the caller can reach it.
func (s *Service) reference(req wire.Request, name, qualifier *string) (reference, *wire.Error) {
	if err := matches(qualifierPattern, "qualifier", qualifier); err != nil {
		return reference{}, err
	}
	ref, err := parseReference(aws.ToString(name), aws.ToString(qualifier))
	if err != nil {
		return reference{}, err
	}
	if ref.region == "" {
		ref.region = req.Region
	}
	if ref.account == "" {
		ref.account = req.Account
	}
	if ref.region != req.Region {
		return reference{}, notFound("Functions from '%s' are not reachable in this region ('%s')", ref.region, req.Region)
	}
	if ref.account != req.Account {
		return reference{}, &wire.Error{
			Code: "AccessDeniedException",
			Message: fmt.Sprintf("User: %s is not authorized to perform: lambda:%s on resource: %s "+
				"because no resource-based policy allows the lambda:%[2]s action", req.Caller.ARN, req.Operation, ref.arn()),
			Status: 403,
		}
	}
	return ref, nil
}

func (r reference) arn() string {
	arn := fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", r.region, r.account, r.name)
	if r.qualifier != "" {
		arn += ":" + r.qualifier
	}
	return arn
}

func trimColon(s string) string {
	if s == "" {
		return s
	}
	return s[:len(s)-1]
}

// Constraints of the API model (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
const (
	qualifierPattern   = `(|[a-zA-Z0-9$_-]+)`
	statementIDPattern = `([a-zA-Z0-9-_]+)`
	actionPattern      = `(lambda:[*]|lambda:[a-zA-Z]+|[*])`
	sourceARNPattern   = `arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)`
)

// matches refuses a value that is there and breaks its constraint.
func matches(pattern, member string, value *string) *wire.Error {
	if value == nil || regexp.MustCompile(`^(?:`+pattern+`)$`).MatchString(*value) {
		return nil
	}
	return invalid(*value, member, pattern)
}

func invalid(value, member, pattern string) *wire.Error {
	return wire.Errorf("ValidationException", "1 validation error detected: Value '%s' at '%s' failed to satisfy "+
		"constraint: Member must satisfy regular expression pattern: %s", value, member, pattern)
}
