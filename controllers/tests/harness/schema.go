package harness

import (
	"os"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// EachProperty goes through the schema of the object, whose path is empty, and of each property of the spec: spec.routes, then
// spec.routes[], its items.
func EachProperty(t *testing.T, visit func(path string, schema *apiextensionsv1.JSONSchemaProps)) {
	t.Helper()
	text, err := os.ReadFile(File("config/crd/bases/securedapi.dev_securedapis.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, crd); err != nil {
		t.Fatal(err)
	}
	var walk func(string, *apiextensionsv1.JSONSchemaProps)
	walk = func(path string, schema *apiextensionsv1.JSONSchemaProps) {
		visit(path, schema)
		if schema.Items != nil {
			walk(path+"[]", schema.Items.Schema)
		}
		for name, property := range schema.Properties {
			walk(path+"."+name, &property)
		}
	}
	object := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	visit("", object)
	spec := object.Properties["spec"]
	walk("spec", &spec)
}
