package userpool

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// wantDomain fails the test unless our pool has that domain, and the record says so.
func (w *world) wantDomain(reason, want string) {
	w.Helper()
	if got := aws.ToString(w.ourPool().Domain); got != want || w.last.ID(NameDomain) != want {
		w.Errorf("%s: got domain %q, recorded as %q, want %q", reason, got, w.last.ID(NameDomain), want)
	}
}

func asked(prefix string) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) { spec.Domain = &v1alpha1.DomainSpec{Prefix: prefix} }
}

func none(spec *v1alpha1.SecuredAPISpec) { spec.Domain = nil }

func TestDomainInItsLife(t *testing.T) {
	w := newWorld(t, none)
	w.converge()
	w.wantDomain("none is asked for", "")
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		want   string
		class  plan.Class
		calls  []string
		has    string
	}{
		{"it is asked for", asked("notes-beta"), "+ domain notes-beta", plan.InPlace, []string{"DescribeUserPool", "CreateUserPoolDomain", "DescribeUserPoolDomain"}, "notes-beta"},
		{
			"another one is", asked("notes-live"), "~ domain: notes-beta -> notes-live", plan.Replace,
			[]string{"DescribeUserPool", "DescribeUserPoolDomain", "DeleteUserPoolDomain", "CreateUserPoolDomain", "DescribeUserPoolDomain"},
			"notes-live",
		},
		{"none is", none, "- domain notes-live", plan.InPlace, []string{"DescribeUserPool", "DeleteUserPoolDomain"}, ""},
	} {
		tc.edit(&w.object.Spec)
		if diff := cmp.Diff(tc.want, w.planned()); diff != "" || w.last.Done()[0].Class != tc.class {
			t.Errorf("%s: the plan (-want +got):\n%s", tc.reason, diff)
		}
		if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
			t.Errorf("%s: done (-want +got):\n%s", tc.reason, diff)
		}
		w.wantCalls(tc.reason, tc.calls...)
		w.wantDomain(tc.reason, tc.has)
		w.converge()
		w.wantCalls(tc.reason + ": it has converged")
	}
}

func TestDomainsOfOthers(t *testing.T) {
	for _, tc := range []struct {
		reason string
		// byHand gives the pool another domain than we did.
		from   func(*v1alpha1.SecuredAPISpec)
		byHand string
		asked  func(*v1alpha1.SecuredAPISpec)
		want   string
		has    string
	}{
		{"the spec asks for none, so a person's stays", none, "by-hand", none, "", "by-hand"},
		{"the spec asks for one where a person's is", none, "by-hand", asked("notes-beta"), "~ domain: by-hand -> notes-beta", "notes-beta"},
		{"the spec asks for the very one", none, "notes-beta", asked("notes-beta"), "+ domain notes-beta", "notes-beta"},
		{"a person took ours away", asked("notes-beta"), "", asked("notes-beta"), "+ domain notes-beta", "notes-beta"},
		{"a person put another in its place", asked("notes-beta"), "by-hand", asked("notes-beta"), "~ domain: by-hand -> notes-beta", "notes-beta"},
		{"a person did what the spec asks for next", asked("notes-beta"), "notes-live", asked("notes-live"), "+ domain notes-live", "notes-live"},
		{"a person put another in its place, and the spec asks for a third", asked("notes-beta"), "by-hand", asked("notes-live"), "~ domain: by-hand -> notes-live", "notes-live"},
		{"a person put another in its place, and the spec drops ours", asked("notes-beta"), "by-hand", none, "- domain notes-beta", "by-hand"},
	} {
		w := newWorld(t, tc.from)
		w.converge()
		if has := aws.ToString(w.ourPool().Domain); has != "" {
			w.deleteDomain(*w.id(NamePool), has)
		}
		if tc.byHand != "" {
			w.makeDomain(*w.id(NamePool), tc.byHand)
		}
		tc.asked(&w.object.Spec)
		if diff := cmp.Diff(tc.want, w.planned()); diff != "" {
			t.Errorf("%s: the plan (-want +got):\n%s", tc.reason, diff)
		}
		if diff := cmp.Diff(tc.want, w.converge(whole)); diff != "" {
			t.Errorf("%s: done (-want +got):\n%s", tc.reason, diff)
		}
		if got := aws.ToString(w.ourPool().Domain); got != tc.has {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.has)
		}
		if got := w.last.ID(NameDomain); w.object.Spec.Domain != nil && got != tc.has || w.object.Spec.Domain == nil && got != "" {
			t.Errorf("%s: got record %q", tc.reason, got)
		}
		w.converge(whole)
		if changed := w.changed(); len(changed) > 0 {
			t.Errorf("%s: it has converged: got %v", tc.reason, changed)
		}
	}
}

// A prefix that another pool has costs no downtime: ours is not deleted for it.
func TestATakenDomain(t *testing.T) {
	cart := engine.Owner{Cluster: "c", Namespace: "shop", Name: "cart"}
	for _, tc := range []struct {
		reason string
		from   func(*v1alpha1.SecuredAPISpec)
		byHand string
		tags   map[string]string
		want   string
		words  string
		// attempts are the changes that were tried.
		attempts []string
	}{
		{"ours would have to go", asked("notes-beta"), "", nil, v1alpha1.ReasonDomainTaken, `spec.domain.prefix: "taken" is taken`, nil},
		{"ours would have to go for another object's", asked("notes-beta"), "", cart.Tags(""), v1alpha1.ReasonOwnershipConflict, "SecuredAPI shop/cart", nil},
		{"there is none", none, "", nil, v1alpha1.ReasonDomainTaken, "it belongs to user pool", []string{"CreateUserPoolDomain"}},
		{"there is none, and it is another object's", none, "", cart.Tags(""), v1alpha1.ReasonOwnershipConflict, "SecuredAPI shop/cart", []string{"CreateUserPoolDomain"}},
		{"a person's would have to go", none, "by-hand", nil, v1alpha1.ReasonDomainTaken, "it belongs to user pool", []string{"CreateUserPoolDomain"}},
	} {
		w := newWorld(t, tc.from)
		w.converge()
		w.makeDomain(w.makePool(func(in *cip.CreateUserPoolInput) { in.UserPoolTags = tc.tags }), "taken")
		if tc.byHand != "" {
			w.makeDomain(*w.id(NamePool), tc.byHand)
		}
		before := aws.ToString(w.ourPool().Domain)
		asked("taken")(&w.object.Spec)
		w.wantFailure(w.apply(), tc.want, tc.words)
		if diff := cmp.Diff(tc.attempts, w.changed()); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", tc.reason, diff)
		}
		if got := aws.ToString(w.ourPool().Domain); got != before {
			t.Errorf("%s: got %q, want %q", tc.reason, got, before)
		}
		if pending := w.object.Status.Resource(NameDomain).Pending; pending != nil {
			t.Errorf("%s: AWS refused, so nothing is in doubt: got %+v", tc.reason, pending)
		}
		tc.from(&w.object.Spec)
		w.converge()
	}
}

// A domain of another account shows only when it is asked for. The former one comes back then.
func TestADomainOfAnotherAccount(t *testing.T) {
	for _, tc := range []struct {
		reason string
		from   func(*v1alpha1.SecuredAPISpec)
		byHand string
		tried  []string
	}{
		{"ours comes back", asked("notes-beta"), "", []string{"DeleteUserPoolDomain", "CreateUserPoolDomain", "CreateUserPoolDomain"}},
		{"a person's comes back", none, "by-hand", []string{"CreateUserPoolDomain"}},
		{
			"a person's that is in the place of ours stays", asked("notes-beta"), "by-hand",
			[]string{"DeleteUserPoolDomain", "CreateUserPoolDomain", "CreateUserPoolDomain"},
		},
	} {
		w := newWorld(t, tc.from)
		w.converge()
		if tc.byHand != "" {
			if ours := aws.ToString(w.ourPool().Domain); ours != "" {
				w.deleteDomain(*w.id(NamePool), ours)
			}
			w.makeDomain(*w.id(NamePool), tc.byHand)
		}
		before := aws.ToString(w.ourPool().Domain)
		other := cip.NewFromConfig(w.aws.ConfigFor("222222222222"))
		pool := must[cip.CreateUserPoolOutput](w)(other.CreateUserPool(w.Context(), &cip.CreateUserPoolInput{PoolName: new("theirs")})).UserPool
		must[cip.CreateUserPoolDomainOutput](w)(other.CreateUserPoolDomain(w.Context(), &cip.CreateUserPoolDomainInput{UserPoolId: pool.Id, Domain: new("taken")}))
		asked("taken")(&w.object.Spec)
		err := w.apply()
		w.wantFailure(err, v1alpha1.ReasonDomainTaken, "choose another", "already associated")
		if strings.Contains(err.Error(), "already has a domain") {
			t.Errorf("%s: the pool has a domain, so none is missing: got %v", tc.reason, err)
		}
		if diff := cmp.Diff(tc.tried, w.changed()); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", tc.reason, diff)
		}
		if got := aws.ToString(w.ourPool().Domain); got != before {
			t.Errorf("%s: got %q, want %q", tc.reason, got, before)
		}
		tc.from(&w.object.Spec)
		w.converge()
		if got := aws.ToString(w.ourPool().Domain); w.object.Spec.Domain != nil && got != "notes-beta" || w.object.Spec.Domain == nil && got != before {
			t.Errorf("%s: the former spec is the former state: got %q, want %q", tc.reason, got, before)
		}
	}
}

// replacing is an object whose domain is to take the place of one that a person gave the pool.
func replacing(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, none)
	w.converge()
	w.makeDomain(*w.id(NamePool), "by-hand")
	asked("notes-beta")(&w.object.Spec)
	return w
}

func TestADomainMadeByHandComesBack(t *testing.T) {
	refusal := awslocal.Fault{Operation: "CreateUserPoolDomain", Kind: awslocal.RefuseBefore, Code: "LimitExceededException", Status: 400, Skip: 1, Times: 1}

	w := replacing(t)
	w.aws.Inject(refusal)
	if err := w.apply(); err == nil || aws.ToString(w.ourPool().Domain) != "by-hand" {
		t.Errorf("AWS refuses ours: got %v, domain %q", err, aws.ToString(w.ourPool().Domain))
	}

	w = replacing(t)
	refusal.Times = 2
	w.aws.Inject(refusal)
	if err := w.apply(); err == nil || !strings.Contains(err.Error(), "bring back domain by-hand") {
		t.Errorf("AWS refuses both: got %v", err)
	}

	w = replacing(t)
	w.aws.Inject(awslocal.Fault{Operation: "CreateUserPoolDomain", Kind: awslocal.LoseReply, Skip: 1, Times: 1})
	if err := w.apply(); err == nil || aws.ToString(w.ourPool().Domain) != "notes-beta" {
		t.Errorf("the reply is lost: got %v, domain %q", err, aws.ToString(w.ourPool().Domain))
	}
	w.converge()
	w.wantDomain("it is found", "notes-beta")

	w = replacing(t)
	w.refuse("DeleteUserPoolDomain", "TooManyRequestsException")
	if err := w.apply(); err == nil || !strings.Contains(err.Error(), "delete domain by-hand") {
		t.Errorf("it cannot be deleted: got %v", err)
	}

	w = replacing(t)
	// The first look is for our tags.
	w.aws.Inject(awslocal.Fault{Operation: "DescribeUserPool", Kind: awslocal.RefuseBefore, Code: "TooManyRequestsException", Status: 400, Skip: 1, Times: 1})
	if err := w.apply(); err == nil || !strings.Contains(err.Error(), "TooManyRequests") || len(w.changed()) != 1 {
		t.Errorf("what the pool has cannot be told: got %v, %v", err, w.changed())
	}

	w = replacing(t)
	w.refuse("DescribeUserPoolDomain", "TooManyRequestsException")
	if err := w.apply(); err == nil || len(w.changed()) != 1 {
		t.Errorf("whether ours is free cannot be told: got %v, %v", err, w.changed())
	}
}

func TestDomainIsGivenOnce(t *testing.T) {
	for _, tc := range []struct {
		reason string
		from   func(*v1alpha1.SecuredAPISpec)
	}{
		{"the first one", none},
		{"another one", asked("notes-live")},
	} {
		w := newWorld(t, tc.from)
		w.converge()
		asked("notes-beta")(&w.object.Spec)
		w.loseReply("CreateUserPoolDomain")
		if err := w.apply(); err == nil {
			t.Fatalf("%s: got no error", tc.reason)
		}
		w.converge()
		w.wantDomain(tc.reason, "notes-beta")
		if changed := w.changed(); len(changed) > 0 {
			t.Errorf("%s: it is there already: got %v", tc.reason, changed)
		}

		w = newWorld(t, tc.from)
		w.converge()
		asked("notes-beta")(&w.object.Spec)
		w.cut("CreateUserPoolDomain")
		if err := w.apply(); err == nil {
			t.Fatalf("%s: got no error", tc.reason)
		}
		if _, unsettled := errors.AsType[*engine.UnsettledError](w.apply()); !unsettled || len(w.changed()) > 0 {
			t.Errorf("%s: it may come yet: got %v", tc.reason, w.changed())
		}
		w.pause(grace)
		w.converge()
		w.wantDomain(tc.reason, "notes-beta")
	}
}

// A creation whose reply was lost may show only after the creation grace period.
func TestADomainThatShowsLate(t *testing.T) {
	w := newWorld(t, none)
	w.converge()
	asked("notes-beta")(&w.object.Spec)
	w.cut("CreateUserPoolDomain")
	if err := w.apply(); err == nil {
		t.Fatal("got no error")
	}
	w.pause(grace)
	w.aws.Inject(awslocal.Fault{Operation: "CreateUserPoolDomain", Kind: awslocal.RefuseAfter, Code: "InvalidParameterException", Message: "User pool already has a domain configured.", Status: 400, Times: 1})
	w.converge()
	w.wantDomain("it is the very one", "notes-beta")
	if slices.Contains(w.changed(), "DeleteUserPoolDomain") {
		t.Errorf("got %v", w.changed())
	}
}

func TestDomainsThatCannotBeRead(t *testing.T) {
	w := newWorld(t)
	w.converge()
	w.refuse("DescribeUserPool", "TooManyRequestsException")
	asked("notes-live")(&w.object.Spec)
	if err := w.apply(); err == nil || len(w.changed()) > 0 {
		t.Errorf("got %v, %v", err, w.changed())
	}
	w.refuse("DescribeUserPoolDomain", "TooManyRequestsException")
	if err := w.apply(); err == nil || len(w.changed()) > 0 {
		t.Errorf("got %v, %v", err, w.changed())
	}
	w.makeDomain(w.makePool(), "taken")
	asked("taken")(&w.object.Spec)
	w.aws.Inject(awslocal.Fault{Operation: "DescribeUserPool", Kind: awslocal.RefuseBefore, Code: "TooManyRequestsException", Status: 400, Skip: 1, Times: 1})
	if err := w.apply(); err == nil || len(w.changed()) > 0 || strings.Contains(err.Error(), "is taken") {
		t.Errorf("whose it is cannot be told: got %v, %v", err, w.changed())
	}
	w.aws.Inject(awslocal.Fault{Operation: "DescribeUserPool", Kind: awslocal.RefuseBefore, Code: "ResourceNotFoundException", Status: 400, Skip: 1, Times: 1})
	w.wantFailure(w.apply(), v1alpha1.ReasonDomainTaken, "it belongs to user pool")
	none(&w.object.Spec)
	w.refuse("DeleteUserPoolDomain", "TooManyRequestsException")
	if err := w.apply(); err == nil || w.last.ID(NameDomain) != "notes-beta" {
		t.Errorf("got %v, want the refusal", err)
	}
}

func TestADomainFromBefore(t *testing.T) {
	for _, tc := range []struct {
		reason string
		asked  func(*v1alpha1.SecuredAPISpec)
		want   string
		has    string
	}{
		{"it is the one that is asked for", asked("legacy"), "", "legacy"},
		{"another one is asked for", asked("notes-beta"), "~ domain: legacy -> notes-beta", "notes-beta"},
		{"none is asked for", none, "", "legacy"},
	} {
		w := newWorld(t)
		pool := w.makePool()
		w.makeDomain(pool, "legacy")
		adopting(w, pool)
		tc.asked(&w.object.Spec)
		planned := w.planned()
		if err := w.apply(w.consent); err == nil {
			t.Fatal("an adoption is not settled at once")
		}
		w.pause(grace)
		for _, said := range []string{planned, w.converge()} {
			if strings.Contains(said, "domain") != (tc.want != "") || !strings.Contains(said, tc.want) {
				t.Errorf("%s: got %q, want %q", tc.reason, said, tc.want)
			}
		}
		if got := aws.ToString(w.ourPool().Domain); got != tc.has {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.has)
		}
	}
}
