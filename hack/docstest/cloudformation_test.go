package docstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// cfnType is a type of resource in CloudFormation: its properties, what Ref returns, and what Fn::GetAtt does.
type cfnType struct {
	required, optional []string
	ref                func(properties map[string]any) string
	attributes         map[string]func(properties map[string]any) string
}

// cfnTypes are those that documents use. Each is as its page says:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference.
var cfnTypes = map[string]cfnType{
	"AWS::IAM::Role": { // aws-resource-iam-role.html
		required: []string{"AssumeRolePolicyDocument"},
		optional: []string{"Description", "ManagedPolicyArns", "MaxSessionDuration", "Path", "PermissionsBoundary", "Policies", "RoleName", "Tags"},
		ref:      roleName,
		attributes: map[string]func(map[string]any) string{
			"Arn":    func(properties map[string]any) string { return arnOfRole(roleName(properties)) },
			"RoleId": func(map[string]any) string { return "AROAEXAMPLE" },
		},
	},
	"AWS::EKS::PodIdentityAssociation": { // aws-resource-eks-podidentityassociation.html
		required: []string{"ClusterName", "Namespace", "RoleArn", "ServiceAccount"},
		optional: []string{"DisableSessionTags", "Policy", "Tags", "TargetRoleArn"},
		ref:      func(map[string]any) string { return "a-example" },
		attributes: map[string]func(map[string]any) string{
			"AssociationArn": func(map[string]any) string { return "arn:aws:eks:example" },
			"AssociationId":  func(map[string]any) string { return "a-example" },
			"ExternalId":     func(map[string]any) string { return "example" },
		},
	},
}

func roleName(properties map[string]any) string {
	if name, ok := properties["RoleName"].(string); ok {
		return name
	}
	return "named-by-cloudformation"
}

// pseudo are parameters that every template has (pseudo-parameter-reference.html).
var pseudo = map[string]string{
	"AWS::AccountId": snippetAccount, "AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::StackName": "securedapi",
	"AWS::URLSuffix": "amazonaws.com",
}

// template is a template of CloudFormation.
type template struct {
	files      map[string]string // that AWS::Include may include
	parameters map[string]string
	declared   map[string]cfnResource
	resolving  []string
	properties map[string]map[string]any // of resources that are resolved
	// includes says that the template has a transform, which a stack may have with CAPABILITY_AUTO_EXPAND only.
	includes bool
}

type cfnResource struct {
	Type       string               `yaml:"Type"`
	Properties map[string]yaml.Node `yaml:"Properties"`
}

// cfnDocument is what is allowed at the top of a template that documents have.
type cfnDocument struct {
	Version     string `yaml:"AWSTemplateFormatVersion"`
	Description string `yaml:"Description"`
	Parameters  map[string]struct {
		Type    string `yaml:"Type"`
		Default string `yaml:"Default"`
	} `yaml:"Parameters"`
	Resources map[string]cfnResource `yaml:"Resources"`
	Outputs   map[string]struct {
		Value yaml.Node `yaml:"Value"`
	} `yaml:"Outputs"`
}

// cloudFormation evaluates a template, in a folder with these files. The error says what is wrong with it.
func cloudFormation(text string, files map[string]string) (*template, installed, error) {
	var document cfnDocument
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&document); err != nil {
		return nil, installed{}, err
	}
	t := &template{files: files, parameters: maps.Clone(pseudo), declared: document.Resources, properties: map[string]map[string]any{}}
	for name, parameter := range document.Parameters {
		t.parameters[name] = parameter.Default
	}
	if len(t.declared) == 0 {
		return nil, installed{}, errors.New("the template has no Resources")
	}
	var wrong error
	for _, name := range slices.Sorted(maps.Keys(t.declared)) {
		_, err := t.resource(name)
		wrong = errors.Join(wrong, err)
	}
	for _, name := range slices.Sorted(maps.Keys(document.Outputs)) {
		value := document.Outputs[name].Value
		_, err := t.value(&value)
		wrong = errors.Join(wrong, err)
	}
	if wrong != nil {
		return t, installed{}, wrong
	}
	made, err := t.installed()
	return t, made, err
}

// resource resolves the properties of a resource, after those of the resources that they refer to.
func (t *template) resource(name string) (map[string]any, error) {
	if done := t.properties[name]; done != nil {
		return done, nil
	}
	r, found := t.declared[name]
	kind, known := cfnTypes[r.Type]
	switch {
	case !found:
		return nil, fmt.Errorf("%s is neither a parameter nor a resource of the template", name)
	case !known:
		return nil, fmt.Errorf("%s: the type %q is not in cfnTypes", name, r.Type)
	case slices.Contains(t.resolving, name):
		return nil, fmt.Errorf("%s refers to itself by way of %v", name, t.resolving)
	}
	t.resolving = append(t.resolving, name)
	defer func() { t.resolving = t.resolving[:len(t.resolving)-1] }()
	properties, wrong := map[string]any{}, error(nil)
	for _, property := range kind.required {
		if _, given := r.Properties[property]; !given {
			wrong = errors.Join(wrong, fmt.Errorf("%s has no %s, which %s needs", name, property, r.Type))
		}
	}
	for _, property := range slices.Sorted(maps.Keys(r.Properties)) {
		if !slices.Contains(kind.required, property) && !slices.Contains(kind.optional, property) {
			wrong = errors.Join(wrong, fmt.Errorf("%s has a property %s, which %s does not have", name, property, r.Type))
			continue
		}
		node := r.Properties[property]
		value, err := t.value(&node)
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("%s.%s: %w", name, property, err))
		}
		properties[property] = value
	}
	if wrong != nil {
		return nil, wrong
	}
	t.properties[name] = properties
	return properties, nil
}

// value is that of a node, with its functions carried out.
func (t *template) value(node *yaml.Node) (any, error) {
	if short, ok := strings.CutPrefix(node.Tag, "!"); ok && !strings.HasPrefix(short, "!") {
		argument := *node
		argument.Tag = ""
		if short == "Ref" {
			return t.function("Ref", &argument)
		}
		return t.function("Fn::"+short, &argument)
	}
	switch node.Kind {
	case yaml.MappingNode:
		if name := node.Content[0].Value; len(node.Content) == 2 && (name == "Ref" || strings.HasPrefix(name, "Fn::")) {
			return t.function(name, node.Content[1])
		}
		all := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			value, err := t.value(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			all[node.Content[i].Value] = value
		}
		return all, nil
	case yaml.SequenceNode:
		all := make([]any, 0, len(node.Content))
		for _, item := range node.Content {
			value, err := t.value(item)
			if err != nil {
				return nil, err
			}
			all = append(all, value)
		}
		return all, nil
	default:
		if node.Tag == "!!timestamp" { // the Version of a policy, which CloudFormation takes as text
			return node.Value, nil
		}
		var value any
		err := node.Decode(&value)
		return value, err
	}
}

// function carries out one of CloudFormation's (intrinsic-function-reference.html).
func (t *template) function(name string, node *yaml.Node) (any, error) {
	argument, err := t.value(node)
	if err != nil {
		return nil, err
	}
	switch argument := argument.(type) {
	case string:
		switch name {
		case "Ref":
			return t.ref(argument)
		case "Fn::Sub":
			return t.sub(argument)
		case "Fn::GetAtt":
			of, attribute, _ := strings.Cut(argument, ".")
			return t.attribute(of, attribute)
		}
	case []any:
		if name == "Fn::GetAtt" && len(argument) == 2 {
			return t.attribute(fmt.Sprint(argument[0]), fmt.Sprint(argument[1]))
		}
	case map[string]any:
		parameters, _ := argument["Parameters"].(map[string]any)
		if location, ok := parameters["Location"].(string); ok && name == "Fn::Transform" && argument["Name"] == "AWS::Include" {
			return t.include(location)
		}
	}
	return nil, fmt.Errorf("no test knows %s of %v", name, argument)
}

func (t *template) ref(name string) (string, error) {
	if value, ok := t.parameters[name]; ok {
		return value, nil
	}
	properties, err := t.resource(name)
	if err != nil {
		return "", err
	}
	return cfnTypes[t.declared[name].Type].ref(properties), nil
}

func (t *template) attribute(name, attribute string) (string, error) {
	properties, err := t.resource(name)
	if err != nil {
		return "", err
	}
	kind := t.declared[name].Type
	value := cfnTypes[kind].attributes[attribute]
	if value == nil {
		return "", fmt.Errorf("%s has no attribute %q", kind, attribute)
	}
	return value(properties), nil
}

var substituted = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)

// sub fills a text. What begins with an exclamation mark stays, without it.
func (t *template) sub(text string) (string, error) {
	var wrong error
	filled := substituted.ReplaceAllStringFunc(text, func(found string) string {
		m := substituted.FindStringSubmatch(found)
		if m[1] == "!" {
			return "${" + m[2] + "}"
		}
		of, attribute, isAttribute := strings.Cut(m[2], ".")
		if isAttribute {
			value, err := t.attribute(of, attribute)
			wrong = errors.Join(wrong, err)
			return value
		}
		value, err := t.ref(of)
		wrong = errors.Join(wrong, err)
		return value
	})
	return filled, wrong
}

// include is the transform AWS::Include. `aws cloudformation package` uploads the file that it names
// (https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html).
func (t *template) include(location string) (any, error) {
	t.includes = true
	text, found := t.files[location]
	if !found {
		return nil, fmt.Errorf("no command writes the file %s", location)
	}
	var included map[string]any
	err := json.Unmarshal([]byte(text), &included)
	return included, err
}

// installed reads what the resources make.
func (t *template) installed() (installed, error) {
	made := installed{roles: map[string]role{}}
	for _, name := range slices.Sorted(maps.Keys(t.properties)) {
		properties := t.properties[name]
		var resource struct {
			AssumeRolePolicyDocument json.RawMessage
			Policies                 []struct {
				PolicyName     string
				PolicyDocument json.RawMessage
			}
			ClusterName, Namespace, ServiceAccount, RoleArn string
		}
		encoded, err := json.Marshal(properties)
		if err == nil {
			err = json.Unmarshal(encoded, &resource)
		}
		if err != nil {
			return made, fmt.Errorf("%s: %w", name, err)
		}
		if t.declared[name].Type != "AWS::IAM::Role" {
			made.associations = append(made.associations,
				association{resource.ClusterName, resource.Namespace, resource.ServiceAccount, resource.RoleArn})
			continue
		}
		policies := map[string]string{}
		for _, p := range resource.Policies {
			policies[p.PolicyName] = string(p.PolicyDocument)
		}
		made.roles[roleName(properties)] = role{trust: string(resource.AssumeRolePolicyDocument), policies: policies}
	}
	return made, nil
}

// TestBrokenTemplatesAreFound holds the evaluation to finding each kind of mistake.
func TestBrokenTemplatesAreFound(t *testing.T) {
	const role = `
Parameters: {Name: {Type: String, Default: r}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref Name
      AssumeRolePolicyDocument: {"Fn::Transform": {Name: AWS::Include, Parameters: {Location: trust.json}}}
`
	association := func(arn string) string {
		return role + `
  Association:
    Type: AWS::EKS::PodIdentityAssociation
    Properties: {ClusterName: c, Namespace: n, ServiceAccount: a, RoleArn: ` + arn + `}
`
	}
	for _, tc := range []struct{ reason, text, want string }{
		{"a role", role, ""},
		{"GetAtt by its short form", association("!GetAtt Role.Arn"), ""},
		{"GetAtt by its long form", association(`{"Fn::GetAtt": [Role, Arn]}`), ""},
		{"Sub of a parameter, a pseudo parameter and an attribute", association(`!Sub "${Name} ${AWS::Region} ${Role.Arn} ${!Literal}"`), ""},
		{"no YAML", "Resources: [", "did not find expected node content"},
		{"no resources", "Description: none", "the template has no Resources"},
		{"a section that templates do not have", "Resource: {}", "field Resource not found"},
		{"a key twice", role + "Resources: {}\n", "already defined"},
		{"a type that nobody looked up", strings.Replace(role, "IAM::Role", "IAM::Rolle", 1), `the type "AWS::IAM::Rolle" is not in cfnTypes`},
		{"a required property is missing", strings.Replace(role, "AssumeRolePolicyDocument:", "Tags:", 1), "Role has no AssumeRolePolicyDocument, which AWS::IAM::Role needs"},
		{"a property is of no such type", strings.Replace(role, "RoleName", "Name", 1), "Role has a property Name, which AWS::IAM::Role does not have"},
		{"Ref of nothing", strings.Replace(role, "!Ref Name", "!Ref Nam", 1), "Nam is neither a parameter nor a resource of the template"},
		{"GetAtt of nothing", association("!GetAtt Rolle.Arn"), "Rolle is neither a parameter nor a resource of the template"},
		{"GetAtt of what a role does not return", association("!GetAtt Role.ARN"), `AWS::IAM::Role has no attribute "ARN"`},
		{"Sub of nothing", association(`!Sub "${Nam}"`), "Nam is neither a parameter nor a resource of the template"},
		{"Sub of what a role does not return", association(`!Sub "${Role.Id}"`), `AWS::IAM::Role has no attribute "Id"`},
		{"a function that there is not", association("!Get Role.Arn"), "no test knows Fn::Get of Role.Arn"},
		{"a role that needs itself", strings.Replace(role, "!Ref Name", "!GetAtt Role.Arn", 1), "Role refers to itself"},
		{"a file that no command writes", strings.Replace(role, "trust.json", "trus.json", 1), "no command writes the file trus.json"},
		{"another transform", strings.Replace(role, "AWS::Include", "AWS::Includes", 1), "no test knows Fn::Transform"},
	} {
		_, _, err := cloudFormation(tc.text, map[string]string{"trust.json": "{}"})
		if got := fmt.Sprint(err); tc.want == "" && err != nil || !strings.Contains(got, tc.want) {
			t.Errorf("%s: got %v, want %q in it", tc.reason, err, tc.want)
		}
	}
}
