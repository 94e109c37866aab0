package localcluster

import (
	"context"
	"fmt"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
)

// waitForOpenAPI waits until the API server describes the CRDs in its OpenAPI
// document, which kubectl reads to explain and to validate. That is a moment
// after it serves them, for which envtest waits.
func waitForOpenAPI(ctx context.Context, config *rest.Config, crds []*apiextensionsv1.CustomResourceDefinition) error {
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return fmt.Errorf("make a discovery client: %w", err)
	}
	described := func(context.Context) (bool, error) {
		paths, err := client.OpenAPIV3().Paths()
		if err != nil {
			return false, err
		}
		for _, crd := range crds {
			for _, version := range crd.Spec.Versions {
				if _, ok := paths["apis/"+crd.Spec.Group+"/"+version.Name]; version.Served && !ok {
					return false, nil
				}
			}
		}
		return true, nil
	}
	if err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, startTimeout, true, described); err != nil {
		return fmt.Errorf("wait for the CRDs in the OpenAPI document: %w", err)
	}
	return nil
}
