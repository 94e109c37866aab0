package userpool

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/webacl"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	testWebACL  = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	otherWebACL = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/other/b"
	thirdWebACL = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/third/c"
)

func withWebACL(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.WebACLARN = testWebACL }

// wantWebACL fails the test unless that web ACL stands before the pool.
func (w *world) wantWebACL(reason, want string) {
	w.Helper()
	if got := w.aws.WAF.WebACL(*w.ourPool().Arn); got != want {
		w.Errorf("%s: got the web ACL %q, want %q", reason, got, want)
	}
}

func TestWebACL(t *testing.T) {
	w := newWorld(t)
	w.aws.WAF.Put(testWebACL, otherWebACL)
	w.converge()
	for _, step := range []struct{ reason, acl, done string }{
		{"the first", testWebACL, "+ webACL " + testWebACL},
		{"another", otherWebACL, "~ webACL.arn: " + testWebACL + " -> " + otherWebACL},
		{"none", "", "- webACL " + webacl.Name},
	} {
		w.object.Spec.UserPool.WebACLARN = step.acl
		todo, err := w.plan()
		if err != nil || todo.Has(plan.Weakens) != (step.acl == "") {
			t.Errorf("%s: got the plan %v, %v, want one that weakens if there is none any more", step.reason, todo, err)
		}
		if got := w.converge(); got != step.done {
			t.Errorf("%s: got %q done, want %q", step.reason, got, step.done)
		}
		w.wantWebACL(step.reason, step.acl)
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q done once more, want nothing", step.reason, left)
		}
	}
	if w.object.Status.Resource(webacl.Name) != nil {
		t.Error("got a record of what the spec does not ask for, want none")
	}
}

// associateByHand puts a web ACL before our pool as a person at the console does.
func (w *world) associateByHand(acl string) {
	w.Helper()
	must[wafv2.AssociateWebACLOutput](w)(w.cognito.WAF.AssociateWebACL(w.Context(), &wafv2.AssociateWebACLInput{
		ResourceArn: w.ourPool().Arn, WebACLArn: &acl,
	}))
}

// A web ACL that leaves the spec is taken off if the operator associated it, and another one is somebody else's.
func TestAWebACLOfSomebodyElseStays(t *testing.T) {
	for reason, tc := range map[string]struct {
		happens func(*world)
		want    string
	}{
		"nothing else happens":                          {func(*world) {}, ""},
		"somebody associates another one":               {func(w *world) { w.associateByHand(otherWebACL) }, otherWebACL},
		"somebody associates another one, and it again": {func(w *world) { w.associateByHand(otherWebACL); w.associateByHand(testWebACL) }, ""},
		"the spec named another one between": {func(w *world) {
			w.object.Spec.UserPool.WebACLARN = otherWebACL
			w.converge()
		}, ""},
		"the spec named another one between, and the former comes back by hand": {func(w *world) {
			w.object.Spec.UserPool.WebACLARN = otherWebACL
			w.converge()
			w.associateByHand(testWebACL)
		}, testWebACL},
		"the reply to another one is lost": {func(w *world) {
			w.object.Spec.UserPool.WebACLARN = otherWebACL
			w.loseReply("AssociateWebACL")
			w.apply() //nolint:errcheck // the reply is lost
		}, ""},
		"the reply to another one is lost, long ago": {func(w *world) {
			w.object.Spec.UserPool.WebACLARN = otherWebACL
			w.loseReply("AssociateWebACL")
			w.apply() //nolint:errcheck // the reply is lost
			w.clock.Step(2 * grace)
		}, ""},
		"the replies to two are lost": {func(w *world) {
			for _, acl := range []string{thirdWebACL, otherWebACL} {
				w.object.Spec.UserPool.WebACLARN = acl
				w.loseReply("AssociateWebACL")
				w.apply() //nolint:errcheck // the reply is lost
			}
			w.associateByHand(thirdWebACL)
		}, ""},
		"status is lost, and somebody associates another one": {func(w *world) {
			w.object.Status.Resources = nil
			w.converge()
			w.associateByHand(otherWebACL)
		}, otherWebACL},
	} {
		w := newWorld(t, withWebACL)
		w.aws.WAF.Put(testWebACL, otherWebACL, thirdWebACL)
		w.converge()
		tc.happens(w)
		w.object.Spec.UserPool.WebACLARN = ""
		for range 3 {
			if err := w.apply(); err != nil {
				t.Log(err)
			}
			w.clock.Step(grace)
		}
		w.converge()
		w.wantWebACL(reason, tc.want)
		if w.object.Status.Resource(webacl.Name) != nil {
			t.Errorf("%s: got the record kept, want it gone", reason)
		}
	}
}

// A web ACL that somebody changes is repaired where the spec has one, and kept where it has none.
func TestAWebACLSetByHand(t *testing.T) {
	w := newWorld(t)
	w.aws.WAF.Put(testWebACL, otherWebACL)
	w.converge()
	w.associateByHand(otherWebACL)
	w.converge(whole)
	w.wantWebACL("the spec has none", otherWebACL)
	withWebACL(&w.object.Spec)
	w.converge()
	if _, err := w.cognito.WAF.DisassociateWebACL(t.Context(), &wafv2.DisassociateWebACLInput{ResourceArn: w.ourPool().Arn}); err != nil {
		t.Fatal(err)
	}
	if got, want := w.converge(whole), `~ webACL.arn: "" -> `+testWebACL; got != want {
		t.Errorf("got %q repaired, want %q", got, want)
	}
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
}

func TestCallsOfAWebACLThatFail(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fail   func(*world, string)
	}{
		{"it is not everywhere yet", func(w *world, operation string) { w.refuse(operation, "WAFUnavailableEntityException") }},
		{"AWS does not carry it out", (*world).cut},
		{"the reply is lost", (*world).loseReply},
	} {
		for _, operation := range []string{"AssociateWebACL", "DisassociateWebACL"} {
			w := newWorld(t)
			w.aws.WAF.Put(testWebACL)
			w.converge()
			withWebACL(&w.object.Spec)
			want := testWebACL
			if operation == "DisassociateWebACL" {
				w.converge()
				w.object.Spec.UserPool.WebACLARN, want = "", ""
			}
			tc.fail(w, operation)
			if err := w.apply(); err == nil {
				t.Fatalf("%s, %s: got no error, want one", operation, tc.reason)
			}
			w.clock.Step(grace)
			w.converge()
			w.wantWebACL(operation+", "+tc.reason, want)
		}
	}
}
