package controllers

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// maxSpec bounds a spec, which the operator keeps in memory, in bytes of JSON: 256 KB. The largest API that API Gateway takes, of
// 300 paths, has room in it.
const maxSpec = 256 << 10

// check refuses a spec that cannot work, or is too large, before the first call to AWS.
func check(object *v1alpha1.SecuredAPI) error {
	text, err := json.Marshal(&object.Spec)
	if err != nil {
		return fmt.Errorf("write the spec as JSON: %w", err)
	}
	if len(text) > maxSpec {
		return awserr.Because(v1alpha1.ReasonInvalidSpec, fmt.Errorf("spec: it has %d bytes as JSON, and a SecuredAPI may have %d; "+
			"move some routes to another SecuredAPI", len(text), maxSpec))
	}
	return errors.Join(userpool.Check(&object.Spec), restapi.Check(&object.Spec, object.Status.Region))
}
