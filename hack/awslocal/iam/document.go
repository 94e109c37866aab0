// Package iam evaluates policies as AWS Identity and Access Management does: the identity-based policies of a role, the
// policy of its session, and the trust policy of a role that somebody assumes. It knows no service: what a call asks for
// comes as a [Request], with its action, its resource and the values of condition keys.
//
// The rules are those of the IAM User Guide; the tests have a row with its page for each. What this package does not
// know is refused when a policy is parsed, so that no element of a policy is silently without effect.
package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Policy is a policy document.
type Policy struct {
	// Name is how uses of the policy are reported, the name of its file for example.
	Name       string
	text       string
	statements []statement
}

// statement is one element of Statement. Of each pair like Action and NotAction exactly one is set.
type statement struct {
	sid                     string
	deny                    bool
	principals              []principal // of trust policies only
	actions, notActions     []string
	resources, notResources []string
	conditions              []condition
}

// principal is an entry of Principal: {"AWS": "111122223333"} is kind AWS, name 111122223333. "*" is of no kind.
type principal struct{ kind, name string }

// Parse reads a policy that is attached to a role, or passed with a session: it says resources and no principals.
func Parse(name string, text []byte) (Policy, error) { return parse(name, text, false) }

// ParseTrust reads the trust policy of a role: it says principals and no resources.
func ParseTrust(name string, text []byte) (Policy, error) { return parse(name, text, true) }

// words is an element that is a string or a list of strings.
type words []string

func (w *words) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte(`"`)) {
		*w = words{""}
		return json.Unmarshal(text, &(*w)[0])
	}
	return json.Unmarshal(text, (*[]string)(w))
}

// document is the grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type document struct {
	Version   string
	ID        string `json:"Id"`
	Statement json.RawMessage
}

type rawStatement struct {
	Sid, Effect           string
	Principal             json.RawMessage
	Action, NotAction     words
	Resource, NotResource words
	Condition             map[string]map[string]scalars
}

// version is the only version of the language with policy variables, and the one that AWS recommends.
const version = "2012-10-17"

func parse(name string, text []byte, trust bool) (Policy, error) {
	policy, err := parseDocument(text, trust)
	if err != nil {
		return Policy{}, fmt.Errorf("policy %s: %w", name, err)
	}
	policy.Name, policy.text = name, string(text)
	return policy, nil
}

func parseDocument(text []byte, trust bool) (Policy, error) {
	var d document
	if err := strict(text, &d); err != nil {
		return Policy{}, err
	}
	if d.Version != version {
		return Policy{}, fmt.Errorf("the Version is %q, want %q", d.Version, version)
	}
	var list []json.RawMessage
	if trimmed := bytes.TrimSpace(d.Statement); bytes.HasPrefix(trimmed, []byte("{")) {
		list = []json.RawMessage{trimmed}
	} else if err := json.Unmarshal(d.Statement, &list); err != nil {
		return Policy{}, fmt.Errorf("in Statement: %w", err)
	}
	var policy Policy
	for i, raw := range list {
		s, err := parseStatement(raw, trust)
		if err != nil {
			return Policy{}, fmt.Errorf("in Statement[%d]: %w", i, err)
		}
		policy.statements = append(policy.statements, s)
	}
	if len(policy.statements) == 0 {
		return Policy{}, errors.New("no Statement")
	}
	return policy, nil
}

// strict refuses members that the grammar does not have.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is more after the document")
	}
	return nil
}

func parseStatement(text []byte, trust bool) (statement, error) {
	var raw rawStatement
	if err := strict(text, &raw); err != nil {
		return statement{}, err
	}
	s := statement{
		sid: raw.Sid, deny: raw.Effect == "Deny", actions: raw.Action, notActions: raw.NotAction,
		resources: raw.Resource, notResources: raw.NotResource,
	}
	resources, principals := len(s.resources)+len(s.notResources) > 0, raw.Principal != nil
	switch {
	case raw.Effect != "Allow" && raw.Effect != "Deny":
		return s, fmt.Errorf("the Effect is %q", raw.Effect)
	case (len(s.actions) == 0) == (len(s.notActions) == 0):
		return s, errors.New("want one of Action and NotAction")
	case !trust && (len(s.resources) == 0) == (len(s.notResources) == 0):
		return s, errors.New("want one of Resource and NotResource")
	case trust == resources || trust != principals:
		return s, errors.New("a trust policy has principals, and any other policy has resources")
	}
	var err error
	if s.principals, err = parsePrincipals(raw.Principal); err != nil {
		return s, err
	}
	for operator, keys := range raw.Condition {
		for key, values := range keys {
			c, err := newCondition(operator, key, values)
			if err != nil {
				return s, err
			}
			s.conditions = append(s.conditions, c)
		}
	}
	return s, nil
}

func parsePrincipals(raw json.RawMessage) ([]principal, error) {
	if raw == nil {
		return nil, nil
	}
	if strings.TrimSpace(string(raw)) == `"*"` {
		return []principal{{"", "*"}}, nil
	}
	var kinds map[string]words
	if err := json.Unmarshal(raw, &kinds); err != nil {
		return nil, fmt.Errorf("in Principal: %w", err)
	}
	var all []principal
	for kind, names := range kinds {
		switch kind {
		case "AWS", "Service", "Federated":
		default:
			return nil, fmt.Errorf("a Principal has no kind %q", kind)
		}
		for _, name := range names {
			if name == "" {
				return nil, fmt.Errorf("a Principal of kind %s has no name", kind)
			}
			all = append(all, principal{kind, name})
		}
	}
	return all, nil
}
