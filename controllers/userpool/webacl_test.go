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

// A web ACL that somebody changes is repaired where the spec has one, and kept where it has none.
func TestAWebACLSetByHand(t *testing.T) {
	w := newWorld(t)
	w.aws.WAF.Put(testWebACL, otherWebACL)
	w.converge()
	byHand := func(acl string) {
		if _, err := w.cognito.WAF.AssociateWebACL(t.Context(), &wafv2.AssociateWebACLInput{ResourceArn: w.ourPool().Arn, WebACLArn: &acl}); err != nil {
			t.Fatal(err)
		}
	}
	byHand(otherWebACL)
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
