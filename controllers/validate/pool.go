package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// region refuses a Region that AWS does not have. The operator's own list of Regions decides.
func region(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	switch name := spec.Region; {
	case facts.Region != "":
		return nil
	case name == "":
		return []Finding{{
			"spec.region", "", "it is not set, and the operator has no Region of its own", "set it, or AWS_REGION for the operator",
		}}
	default:
		return []Finding{{
			"spec.region", quote(name), "is not a Region of AWS",
			"the field is immutable, so delete the SecuredAPI and create it with another one, or ask an administrator to allow a Region " +
				"that is newer than this version of the operator with --regions=" + name,
		}}
	}
}

func adoptedPoolRegion(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	adopt := spec.UserPool.Adopt
	if adopt == nil || facts.Region == "" {
		return nil
	}
	// A pool's id begins with its Region.
	of, _, _ := strings.Cut(adopt.ID, "_")
	if of == facts.Region {
		return nil
	}
	return []Finding{{
		"spec.userPool.adopt.id", quote(adopt.ID),
		fmt.Sprintf("is of Region %s, and this object of %s; a user pool cannot move", of, facts.Region),
		"adopt it with a SecuredAPI whose spec.region is " + of,
	}}
}

func phoneNumberAlone(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.SelfSignUp == v1alpha1.Disabled || !slices.Equal(pool.SignInWith, []v1alpha1.SignInAttribute{v1alpha1.SignInPhoneNumber}) {
		return nil
	}
	return []Finding{{
		"spec.userPool.signInWith", "[PhoneNumber]",
		"is not possible with selfSignUp Enabled: it needs codes by SMS, and this version does not set up the IAM role for SMS",
		"add Email, or set spec.userPool.selfSignUp to Disabled",
	}}
}
