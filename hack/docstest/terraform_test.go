package docstest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// resourceType is a type of resource in Terraform: its arguments, and what it exports beside them.
type resourceType struct {
	required, optional []string
	exports            func(arguments map[string]cty.Value) map[string]cty.Value
}

// resourceTypes are those that documents use. Each is as its page says: https://registry.terraform.io/providers/hashicorp/aws/latest/docs.
var resourceTypes = map[string]resourceType{
	"aws_iam_role": { // resources/iam_role
		required: []string{"assume_role_policy"},
		optional: []string{"description", "force_detach_policies", "max_session_duration", "name", "name_prefix", "path", "permissions_boundary", "tags"},
		exports: func(arguments map[string]cty.Value) map[string]cty.Value {
			name := cty.StringVal("named-by-terraform")
			if given, ok := arguments["name"]; ok {
				name = given
			}
			return map[string]cty.Value{
				"arn": cty.StringVal(arnOfRole(name.AsString())), "id": name, "name": name, "unique_id": cty.StringVal("AROAEXAMPLE"),
			}
		},
	},
	"aws_iam_role_policy": { // resources/iam_role_policy
		required: []string{"policy", "role"}, optional: []string{"name", "name_prefix"},
	},
	"aws_eks_pod_identity_association": { // resources/eks_pod_identity_association
		required: []string{"cluster_name", "namespace", "role_arn", "service_account"},
		optional: []string{"disable_session_tags", "region", "tags", "target_role_arn"},
	},
}

// configuration is a block of Terraform, as far as it is evaluated.
type configuration struct {
	functions map[string]function.Function
	declared  map[string]*hclsyntax.Block // by address
	resources map[string]map[string]cty.Value
}

// terraform evaluates a block of Terraform in a folder with these files. The error names all that is wrong with it.
func terraform(path string, b block, files map[string]string) (installed, error) {
	file, diagnostics := hclsyntax.ParseConfig([]byte(b.text), path, hcl.Pos{Line: b.line, Column: 1})
	if diagnostics.HasErrors() {
		return installed{}, errors.Join(diagnostics.Errs()...)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return installed{}, fmt.Errorf("%s: %T is no body of Terraform", path, file.Body)
	}
	c := configuration{
		functions: map[string]function.Function{"file": fileFunction(files), "jsonencode": stdlib.JSONEncodeFunc},
		declared:  map[string]*hclsyntax.Block{}, resources: map[string]map[string]cty.Value{},
	}
	var wrong error
	for _, declared := range body.Blocks {
		wrong = errors.Join(wrong, c.declare(declared))
	}
	for _, a := range body.Attributes {
		wrong = errors.Join(wrong, fmt.Errorf("%s: an argument outside of blocks: %s", a.SrcRange, a.Name))
	}
	if wrong = errors.Join(wrong, c.evaluate()); wrong != nil {
		return installed{}, wrong
	}
	return c.installed()
}

// declare notes a resource, and looks at its arguments. Blocks that only let go of a resource declare nothing.
func (c *configuration) declare(b *hclsyntax.Block) error {
	at := b.DefRange()
	switch {
	case b.Type == "removed" && len(b.Labels) == 0:
		return checkRemoved(b)
	case b.Type != "resource" || len(b.Labels) != 2:
		return fmt.Errorf("%s: a block %s %v, want resource TYPE NAME, or removed", at, b.Type, b.Labels)
	}
	kind, known := resourceTypes[b.Labels[0]]
	if !known {
		return fmt.Errorf("%s: the type %s is not in resourceTypes", at, b.Labels[0])
	}
	var wrong error
	for _, name := range kind.required {
		if b.Body.Attributes[name] == nil {
			wrong = errors.Join(wrong, fmt.Errorf("%s: %s has no %s, which its type needs", at, b.Labels[0], name))
		}
	}
	for name := range b.Body.Attributes {
		if !slices.Contains(kind.required, name) && !slices.Contains(kind.optional, name) {
			wrong = errors.Join(wrong, fmt.Errorf("%s: %s has an argument %s, which its type does not have", at, b.Labels[0], name))
		}
	}
	for _, nested := range b.Body.Blocks {
		wrong = errors.Join(wrong, fmt.Errorf("%s: %s has a block %s, which its type does not have", at, b.Labels[0], nested.Type))
	}
	address := strings.Join(b.Labels, ".")
	if c.declared[address] != nil {
		wrong = errors.Join(wrong, fmt.Errorf("%s: %s is declared twice", at, address))
	}
	c.declared[address] = b
	return wrong
}

// checkRemoved holds a removed block to leaving the resource where it is
// (https://developer.hashicorp.com/terraform/language/block/removed).
func checkRemoved(b *hclsyntax.Block) error {
	at := b.DefRange()
	from := b.Body.Attributes["from"]
	if from == nil || len(b.Body.Attributes) != 1 {
		return fmt.Errorf("%s: a removed block has the argument from, and no other", at)
	}
	traversal, diagnostics := hcl.AbsTraversalForExpr(from.Expr)
	if diagnostics.HasErrors() || len(traversal) != 2 {
		return fmt.Errorf("%s: from is not the address of a resource, TYPE.NAME", at)
	}
	for _, nested := range b.Body.Blocks {
		destroy := nested.Body.Attributes["destroy"]
		if nested.Type != "lifecycle" || destroy == nil {
			continue
		}
		if value, diagnostics := destroy.Expr.Value(nil); !diagnostics.HasErrors() && value.Type() == cty.Bool && value.False() {
			return nil
		}
	}
	return fmt.Errorf("%s: without lifecycle { destroy = false }, Terraform destroys the resource", at)
}

// evaluate gives each resource its values, those that others refer to first. What is left in the end refers to nothing, or to itself.
func (c *configuration) evaluate() error {
	left := slices.Sorted(maps.Keys(c.declared))
	for len(left) > 0 {
		ready := slices.IndexFunc(left, func(address string) bool { return c.known(c.declared[address]) })
		last := ready < 0
		if last {
			ready = 0
		}
		if err := c.resource(left[ready]); err != nil || last {
			return err
		}
		left = slices.Delete(left, ready, ready+1)
	}
	return nil
}

// known tells whether all resources that a block refers to are evaluated.
func (c *configuration) known(b *hclsyntax.Block) bool {
	for _, a := range b.Body.Attributes {
		for _, t := range a.Expr.Variables() {
			name, ok := hcl.TraverseAttr{}, false
			if len(t) > 1 {
				name, ok = t[1].(hcl.TraverseAttr)
			}
			if !ok || c.resources[t.RootName()+"."+name.Name] == nil {
				return false
			}
		}
	}
	return true
}

func (c *configuration) resource(address string) error {
	values, b := map[string]cty.Value{}, c.declared[address]
	context := &hcl.EvalContext{Functions: c.functions, Variables: map[string]cty.Value{}}
	byType := map[string]map[string]cty.Value{}
	for other, values := range c.resources {
		kind, name, _ := strings.Cut(other, ".")
		if byType[kind] == nil {
			byType[kind] = map[string]cty.Value{}
		}
		byType[kind][name] = cty.ObjectVal(values)
	}
	for kind, named := range byType {
		context.Variables[kind] = cty.ObjectVal(named)
	}
	for name, a := range b.Body.Attributes {
		value, diagnostics := a.Expr.Value(context)
		if diagnostics.HasErrors() {
			return errors.Join(diagnostics.Errs()...)
		}
		values[name] = value
	}
	if exports := resourceTypes[b.Labels[0]].exports; exports != nil {
		maps.Copy(values, exports(values))
	}
	c.resources[address] = values
	return nil
}

// installed reads what the resources make.
func (c *configuration) installed() (installed, error) {
	made := installed{roles: map[string]role{}}
	text := func(values map[string]cty.Value, name string) string {
		if value := values[name]; value.Type() == cty.String && value.IsKnown() && !value.IsNull() {
			return value.AsString()
		}
		return ""
	}
	ofType := func(kind string) (all []map[string]cty.Value) {
		for _, address := range slices.Sorted(maps.Keys(c.resources)) {
			if strings.HasPrefix(address, kind+".") {
				all = append(all, c.resources[address])
			}
		}
		return all
	}
	for _, r := range ofType("aws_iam_role") {
		made.roles[text(r, "name")] = role{trust: text(r, "assume_role_policy"), policies: map[string]string{}}
	}
	for _, p := range ofType("aws_iam_role_policy") {
		of, found := made.roles[text(p, "role")]
		if !found {
			return made, fmt.Errorf("a policy is for the role %q, which is not declared", text(p, "role"))
		}
		of.policies[text(p, "name")] = text(p, "policy")
	}
	for _, a := range ofType("aws_eks_pod_identity_association") {
		made.associations = append(made.associations,
			association{text(a, "cluster_name"), text(a, "namespace"), text(a, "service_account"), text(a, "role_arn")})
	}
	return made, nil
}

// fileFunction is Terraform's function file, in a folder with these files.
func fileFunction(files map[string]string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, found := files[args[0].AsString()]
			if !found {
				return cty.NilVal, fmt.Errorf("no command writes the file %s", args[0].AsString())
			}
			return cty.StringVal(text), nil
		},
	})
}

// TestBrokenTerraformIsFound holds the evaluation to finding each kind of mistake.
func TestBrokenTerraformIsFound(t *testing.T) {
	const role = `resource "aws_iam_role" "a" {
  name = "r"
  assume_role_policy = file("trust.json")
}
`
	for _, tc := range []struct{ reason, text, want string }{
		{"a role with a policy", role + `resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.a.id
  policy = jsonencode({Version = "2012-10-17"})
}`, ""},
		{"a resource may stand before the one that it refers to", `resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.a.id
  policy = "{}"
}
` + role, ""},
		{"no Terraform at all", `resource "aws_iam_role" {`, "Unclosed configuration block"},
		{"a required argument is missing", `resource "aws_iam_role" "a" {}`, "aws_iam_role has no assume_role_policy, which its type needs"},
		{"an argument is of no such type", strings.Replace(role, "name =", "role_name =", 1), "an argument role_name, which its type does not have"},
		{"a block within is of no such type", strings.Replace(role, "name =", "inline {}\nname =", 1), "a block inline, which its type does not have"},
		{"a type that nobody looked up", `resource "aws_iam_policy" "a" {}`, "the type aws_iam_policy is not in resourceTypes"},
		{"a reference to nothing", role + `resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.b.id
  policy = "{}"
}`, `does not have an attribute named "b"`},
		{"a reference to a type that is not there", `resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.a.id
  policy = "{}"
}`, `no variable named "aws_iam_role"`},
		{"a reference to what a role does not export", role + `resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.a.role_id
  policy = "{}"
}`, `does not have an attribute named "role_id"`},
		{"resources that need each other", `resource "aws_iam_role" "a" {
  assume_role_policy = aws_iam_role.b.arn
}
resource "aws_iam_role" "b" {
  assume_role_policy = aws_iam_role.a.arn
}`, `no variable named "aws_iam_role"`},
		{"a file that no command writes", strings.Replace(role, "trust.json", "trus.json", 1), "no command writes the file trus.json"},
		{"a function that Terraform does not have", strings.Replace(role, "file(", "read(", 1), `no function named "read"`},
		{"a policy of a role that is not declared", `resource "aws_iam_role_policy" "a" {
  role = "other"
  policy = "{}"
}`, `a policy is for the role "other", which is not declared`},
		{"an address twice", role + role, "aws_iam_role.a is declared twice"},
		{"an argument of nothing", `name = "a"`, "an argument outside of blocks: name"},
		{"a resource is let go of", "removed {\n  from = aws_cognito_user_pool.notes\n  lifecycle { destroy = false }\n}", ""},
		{"it is destroyed, if that is left out", "removed {\n  from = aws_cognito_user_pool.notes\n}", "Terraform destroys the resource"},
		{"and if the opposite is said", "removed {\n  from = aws_cognito_user_pool.notes\n  lifecycle { destroy = true }\n}", "Terraform destroys the resource"},
		{"an instance is not let go of by itself", "removed {\n  from = aws_cognito_user_pool.notes[0]\n  lifecycle { destroy = false }\n}", "from is not the address of a resource"},
	} {
		_, err := terraform("a.md", block{piece: piece{1, tc.text + "\n"}}, map[string]string{"trust.json": "{}"})
		if got := fmt.Sprint(err); tc.want == "" && err != nil || !strings.Contains(got, tc.want) {
			t.Errorf("%s: got %v, want %q in it", tc.reason, err, tc.want)
		}
	}
}
