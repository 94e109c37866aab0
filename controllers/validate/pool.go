package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// phoneNumberAlone: who signs up with a phone number is confirmed by a code that goes there.
func phoneNumberAlone(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	confirms := pool.SMS != nil && slices.Contains(pool.AutoVerify, v1alpha1.VerifiedPhoneNumber)
	alone := slices.Equal(pool.SignInWith, []v1alpha1.SignInAttribute{v1alpha1.SignInPhoneNumber})
	if !alone || confirms || pool.SelfSignUp == v1alpha1.Disabled {
		return nil
	}
	return []Finding{{
		"spec.userPool.signInWith", "[PhoneNumber]",
		"needs codes by SMS with selfSignUp Enabled, and spec.userPool.sms is not set, or spec.userPool.autoVerify has no PhoneNumber",
		"set both, add Email, or set spec.userPool.selfSignUp to Disabled",
	}}
}

// unconfirmed: Cognito confirms who signs up by a code to an address that it verifies (developer guide, "Signing up and confirming
// user accounts").
func unconfirmed(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.AutoVerify == nil || len(pool.AutoVerify) > 0 || pool.SelfSignUp == v1alpha1.Disabled {
		return nil
	}
	return []Finding{{
		"spec.userPool.autoVerify", "[]", "verifies no address, so who signs up gets no code, and an administrator has to confirm each user",
		"add Email, or set spec.userPool.selfSignUp to Disabled",
	}}
}

// maxAttributes is how many attributes a user pool can be made with (CreateUserPoolInput, Schema).
const maxAttributes = 50

func attributeCount(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	standard, custom := len(spec.UserPool.StandardAttributes), len(spec.UserPool.CustomAttributes)
	// E-mail may be required without being named.
	if spec.UserPool.Adopt != nil || standard+custom < maxAttributes {
		return nil
	}
	return []Finding{{
		"spec.userPool.customAttributes", strconv.Itoa(custom),
		fmt.Sprintf("attributes are too many beside %d standardAttributes; a user pool is made with %d at most, e-mail included",
			standard, maxAttributes),
		"take some off",
	}}
}

// needsEmail says that codes go to an e-mail address which is not the user name itself.
func needsEmail(pool *v1alpha1.UserPoolSpec) bool {
	verifies := pool.AutoVerify == nil || slices.Contains(pool.AutoVerify, v1alpha1.VerifiedEmail)
	return verifies && !slices.Equal(pool.SignInWith, []v1alpha1.SignInAttribute{v1alpha1.SignInEmail})
}

// emailNotRequired: the login pages ask for required attributes only, so nobody would get the code that confirms a sign-up.
func emailNotRequired(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if !needsEmail(pool) || pool.Adopt != nil || pool.SelfSignUp == v1alpha1.Disabled {
		return nil
	}
	for i := range pool.StandardAttributes {
		if one := &pool.StandardAttributes[i]; one.Name == "email" && !one.Required {
			return []Finding{{
				fmt.Sprintf("spec.userPool.standardAttributes[%d].required", i), "false",
				"lets people sign up without the e-mail address that the code goes to, which confirms them (spec.userPool.autoVerify)",
				"set it to true, take Email off autoVerify, or set spec.userPool.selfSignUp to Disabled",
			}}
		}
	}
	return nil
}

// sharedWith refuses a selector that Kubernetes cannot read: it would select nobody.
func sharedWith(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	shared := spec.UserPool.SharedWith
	if shared == nil || shared.Selector == nil {
		return nil
	}
	if _, err := metav1.LabelSelectorAsSelector(shared.Selector); err != nil {
		return []Finding{{
			"spec.userPool.sharedWith.selector", "", "selects nothing, because it cannot be read: " + err.Error(),
			"write it as the selector of a Deployment",
		}}
	}
	return nil
}
