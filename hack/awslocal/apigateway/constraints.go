package apigateway

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// constraints collects what a request breaks of the service's model. AWS checks the model before it looks at any
// state, and names everything that is broken at once: members of the body first, then those of the URI.
type constraints struct {
	input  string // as AWS names it: updateRestApiInput
	broken []string
}

func constrain(r wire.Request) *constraints {
	return &constraints{input: strings.ToLower(r.Operation[:1]) + r.Operation[1:] + "Input"}
}

func (c *constraints) breaks(value, at, rule string) {
	c.broken = append(c.broken, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, at, rule))
}

// notNull checks a required member of the body.
func (c *constraints) notNull(member string, value any) *constraints {
	if v := reflect.ValueOf(value); v.IsZero() {
		c.breaks("null", c.input+"."+member, "Member must not be null")
	}
	return c
}

// enum checks a member of the body.
func (c *constraints) enum(member, value string, set []string) *constraints {
	return c.enumAt(c.input+"."+member, value, set)
}

// enumAt checks a member of the URI, which AWS names without the input.
func (c *constraints) enumAt(at, value string, set []string) *constraints {
	if value != "" && !slices.Contains(set, value) {
		c.breaks("'"+value+"'", at, enumRule(set))
	}
	return c
}

func enumRule(set []string) string {
	return "Member must satisfy enum value set: [" + strings.Join(set, ", ") + "]"
}

var statusCode = regexp.MustCompile(`^[1-5]\d\d$`)

// status checks the status code in a URI.
func (c *constraints) status(value *string) *constraints {
	if v := text(value); !statusCode.MatchString(v) {
		c.breaks("'"+v+"'", "statusCode", `Member must satisfy regular expression pattern: [1-5]\d\d`)
	}
	return c
}

var patchOps = []string{"add", "remove", "move", "test", "replace", "copy"}

// patch checks the operations of an update.
func (c *constraints) patch(ops []types.PatchOperation) *constraints {
	for i, op := range ops {
		c.enum(fmt.Sprintf("patchOperations.%d.member.op", i+1), string(op.Op), patchOps)
	}
	return c
}

func (c *constraints) err() error {
	switch n := len(c.broken); n {
	case 0:
		return nil
	case 1:
		return wire.Errorf("ValidationException", "1 validation error detected: %s", c.broken[0])
	default:
		return wire.Errorf("ValidationException", "%d validation errors detected: %s", n, strings.Join(c.broken, "; "))
	}
}
