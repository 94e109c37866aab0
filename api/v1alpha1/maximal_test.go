package v1alpha1_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// maxCRD bounds the CRD as JSON, in bytes. kubectl apply keeps that in an annotation, and annotations come to 262,144 at most.
const maxCRD = 200_000

func TestTheCRDFitsIntoAnAnnotation(t *testing.T) {
	text, err := os.ReadFile("../../config/crd/bases/securedapi.dev_securedapis.yaml")
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, crd); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(crd)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) > maxCRD {
		t.Errorf("got %d bytes, want %d at most", len(written), maxCRD)
	}
	t.Logf("the CRD has %d bytes as JSON, of %d", len(written), maxCRD)
}

// The API server counts what the rules of an object cost while it runs them, and refuses the object above its bound. Lists that are as
// long as they may be stay below, with values as long as a request takes.
func TestTheRulesOfTheLongestSpecsAreRun(t *testing.T) {
	long := func(prefix string, length, i int) string {
		return prefix + strings.Repeat("a", max(0, length-len(prefix)-6)) + fmt.Sprintf("%06d", i)
	}
	url := func(i int) v1alpha1.URL { return v1alpha1.URL(long("https://app.example.com/", 180, i)) }
	for _, tc := range []struct {
		reason string
		fill   func(*v1alpha1.SecuredAPISpec)
	}{
		{"clients with URLs and scopes", func(s *v1alpha1.SecuredAPISpec) {
			for i := range 32 {
				c := v1alpha1.Client{Name: fmt.Sprintf("%s%02d", strings.Repeat("c", 60), i), Secret: &v1alpha1.ClientSecret{
					Name: fmt.Sprintf("%s%02d", strings.Repeat("s", 250), i), From: &v1alpha1.SecretKey{Name: strings.Repeat("i", 253), Key: "a"},
				}}
				for j := range 100 {
					c.CallbackURLs, c.LogoutURLs = append(c.CallbackURLs, url(j)), append(c.LogoutURLs, url(j))
				}
				for j := range 50 {
					c.Scopes = append(c.Scopes, long("https://notes.example.com/", 200, j))
				}
				c.DefaultRedirectURL = string(c.CallbackURLs[99])
				s.Clients = append(s.Clients, c)
			}
		}},
		{"routes", func(s *v1alpha1.SecuredAPISpec) {
			for i := range 300 {
				r := v1alpha1.Route{
					Path: fmt.Sprintf("/%s/{id}/%03d", strings.Repeat("a", 500), i), Methods: []v1alpha1.Method{"GET", "PUT", "POST", "DELETE"},
					Backend: v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: long("https://b.example.com/{id}/", 1000, i)}},
				}
				for j := range 20 {
					r.Scopes = append(r.Scopes, long("notes/", 100, j))
				}
				s.Routes = append(s.Routes, r)
			}
		}},
		{"resource servers", func(s *v1alpha1.SecuredAPISpec) {
			for i := range 25 {
				server := v1alpha1.ResourceServer{Identifier: long("https://notes.example.com/", 256, i)}
				for j := range 100 {
					server.Scopes = append(server.Scopes, v1alpha1.ResourceServerScope{Name: long("", 200, j), Description: long("", 250, j)})
				}
				s.ResourceServers = append(s.ResourceServers, server)
			}
		}},
		{"tags and the user pool", func(s *v1alpha1.SecuredAPISpec) {
			s.Tags = map[string]v1alpha1.TagValue{}
			for i := range 40 {
				s.Tags[long("team", 128, i)] = v1alpha1.TagValue(long("", 256, i))
			}
			for i := range 50 {
				s.UserPool.CustomAttributes = append(s.UserPool.CustomAttributes, v1alpha1.CustomAttribute{Name: long("a", 20, i), MaxLength: new(int32(2048))})
			}
			for i := range 100 {
				s.UserPool.Groups = append(s.UserPool.Groups, v1alpha1.Group{
					Name: long("g", 128, i), Description: long("d", 2000, i), RoleARN: "arn:aws:iam::111111111111:role/" + strings.Repeat("r", 64),
				})
			}
			s.UserPool.Messages = &v1alpha1.Messages{Invitation: &v1alpha1.Invitation{Email: "{username} {####}" + strings.Repeat("m", 19_900)}}
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			o := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "maximal"}}
			o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: "maximal"}
			tc.fill(&o.Spec)
			text, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			if err := kube.Create(t.Context(), o); err != nil {
				t.Fatalf("got %.600s from an object of %d bytes, want it accepted", err, len(text))
			}
			// An update runs the rules that compare, too.
			o.Spec.Suspend = true
			if err := kube.Update(t.Context(), o); err != nil {
				t.Errorf("got %.600s from an update of %d bytes, want it accepted", err, len(text))
			}
			if err := kube.Delete(t.Context(), o); err != nil {
				t.Error(err)
			}
		})
	}
}
