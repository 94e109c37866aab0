package userpool

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// slow is an AWS in which domains take their time.
func slow(creation, deletion time.Duration) []awslocal.Option {
	return []awslocal.Option{awslocal.WithCognito(cognito.WithDomainDelay(creation), cognito.WithDomainDeletion(deletion))}
}

// settles makes passes, each when the one before says, until one succeeds, and returns how long that takes.
func (w *world) settles(pass func(...func(p *enginePass)) error) time.Duration {
	w.Helper()
	began := w.clock.Now()
	for range 20 {
		err := pass()
		if err == nil {
			return w.clock.Now().Sub(began)
		}
		w.pause(w.untilNextLook(err))
	}
	w.Fatalf("got no success, last calls %v", w.calls())
	return 0
}

func TestADomainIsVerifiedOnceItIsActive(t *testing.T) {
	w := newWorldWith(t, slow(10*time.Second, 0), none)
	w.converge()
	asked("notes-beta")(&w.object.Spec)
	w.wantAwaited(w.apply(), time.Second, "domain notes-beta is CREATING")
	if rec := w.object.Status.Resource(NameDomain); rec.ID != "notes-beta" || rec.Verified != nil || rec.Awaited == nil {
		t.Errorf("got record %+v, want it in doubt", rec)
	}
	if got := w.last.Done().String(); got != "+ domain notes-beta" {
		t.Errorf("got %q done, want its creation", got)
	}
	w.pause(time.Second)
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.wantCalls("a look", "DescribeUserPool", "DescribeUserPoolDomain")
	if took := w.settles(w.apply); took > 20*time.Second || w.object.Status.Resource(NameDomain).Verified == nil {
		t.Errorf("it took %s, want at most twice the 10 s that it is CREATING", took)
	}
	w.converge(whole)
	if slices.Contains(w.calls(), "DescribeUserPoolDomain") {
		t.Errorf("it is known to be ACTIVE: got calls %v", w.calls())
	}
}

// One whose creation was not answered is not taken for one that works.
func TestADomainThatIsFoundIsNotActiveYet(t *testing.T) {
	w := newWorldWith(t, slow(10*time.Second, 0), none)
	w.converge()
	asked("notes-beta")(&w.object.Spec)
	w.loseReply("CreateUserPoolDomain")
	if err := w.apply(); err == nil {
		t.Fatal("got no error")
	}
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.settles(w.apply)
	w.wantDomain("it is found", "notes-beta")
}

// Deletions and creations wait for each other.
func TestDomainsWaitForEachOther(t *testing.T) {
	w := newWorldWith(t, slow(5*time.Second, 20*time.Second), asked("notes-beta"))
	w.converge()
	w.pause(time.Minute)
	asked("notes-live")(&w.object.Spec)
	w.wantAwaited(w.apply(), time.Second, "domain notes-beta is being deleted")
	w.wantAwaited(w.apply(), time.Second, "domain notes-beta is being deleted")
	w.settles(w.apply)
	w.wantDomain("another prefix", "notes-live")

	// Its former prefix is not taken: it is waited for, and ours stays as long.
	w.aws.ResetCalls()
	w.pause(time.Minute)
	none(&w.object.Spec)
	w.converge()
	asked("notes-live")(&w.object.Spec)
	w.wantAwaited(w.apply(), time.Second, "notes-live is being deleted")
	w.settles(w.apply)
	w.wantDomain("the same prefix again", "notes-live")

	// A domain goes before its pool.
	err := w.remove()
	w.wantAwaited(err, time.Second, "once the deletion of its domain has ended")
	if took := w.settles(w.remove); took < 20*time.Second || took > 40*time.Second || len(w.object.Status.Resources) != 0 {
		t.Errorf("got %+v left after %s", w.object.Status.Resources, took)
	}
}

// A prefix whose domain another pool is losing is waited for, also before a pool is made for it.
func TestAPrefixThatIsBecomingFree(t *testing.T) {
	for _, tc := range []struct {
		reason string
		from   func(*v1alpha1.SecuredAPISpec)
	}{{"the object has none", none}, {"ours would have to go", asked("notes-beta")}} {
		w := newWorldWith(t, slow(0, 20*time.Second), tc.from)
		w.converge()
		other := w.makePool()
		w.makeDomain(other, "free-soon")
		w.deleteDomain(other, "free-soon")
		asked("free-soon")(&w.object.Spec)
		w.wantAwaited(w.apply(), time.Second, `spec.domain.prefix: "free-soon" waits: the domain of user pool `+other)
		if slices.Contains(w.changed(), "DeleteUserPoolDomain") {
			t.Errorf("%s: it stays until the other is free: got %v", tc.reason, w.changed())
		}
		w.settles(w.apply)
		w.wantDomain(tc.reason, "free-soon")
	}

	w := newWorldWith(t, slow(0, 20*time.Second), asked("free-soon"))
	other := w.makePool()
	w.makeDomain(other, "free-soon")
	w.deleteDomain(other, "free-soon")
	w.wantAwaited(w.apply(), time.Second, "is being deleted")
	if diff := cmp.Diff([]string{other}, w.pools()); diff != "" {
		t.Errorf("no pool is made: pools (-want +got):\n%s", diff)
	}
	w.settles(w.apply)
	w.wantDomain("a new object", "free-soon")
}

// The pool shows a domain late, and so does its description: neither is a conflict, and nothing is made twice.
func TestADomainThatThePoolShowsLate(t *testing.T) {
	const lag = 10 * time.Second
	w := newWorldWith(t, []awslocal.Option{awslocal.WithReadLag(lag)}, none)
	w.converge()
	w.converge(whole)
	asked("notes-beta")(&w.object.Spec)
	w.converge()
	w.converge(whole)
	if changed := w.changed(); len(changed) > 0 {
		t.Errorf("it was not lost: got %v", changed)
	}

	// The reply is lost, the creation is made again after the grace period, and the reads still trail.
	w = newWorldWith(t, []awslocal.Option{awslocal.WithReadLag(2 * grace)}, none)
	w.converge()
	w.converge(whole)
	asked("notes-beta")(&w.object.Spec)
	w.loseReply("CreateUserPoolDomain")
	if err := w.apply(); err == nil {
		t.Fatal("got no error")
	}
	w.converge()
	if got := w.last.ID(NameDomain); got != "notes-beta" || len(w.changed()) > 0 {
		t.Errorf("got domain %q and %v, want it found by its description", got, w.changed())
	}
}

func TestADomainThatCannotBeLookedAt(t *testing.T) {
	w := newWorld(t, none)
	w.converge()
	asked("notes-beta")(&w.object.Spec)
	w.refuse("DescribeUserPoolDomain", "TooManyRequestsException")
	w.wantAwaited(w.apply(), time.Second, "not described yet")
	w.converge()
	w.wantDomain("its first look failed", "notes-beta")
}

// deletedAside is another's change while the operator is at work.
func (w *world) deletedAside(prefix string) {
	w.Helper()
	api := cip.NewFromConfig(awslocal.Aside(w.aws.Config()))
	_, err := api.DeleteUserPoolDomain(w.Context(), &cip.DeleteUserPoolDomainInput{UserPoolId: w.id(NamePool), Domain: &prefix})
	if err != nil {
		w.Error(err)
	}
}

// A domain that somebody else deletes is made anew once that has ended.
func TestADomainThatSomebodyDeletes(t *testing.T) {
	w := newWorldWith(t, slow(0, 20*time.Second))
	w.converge()
	w.deletedAside("notes-beta")
	w.wantAwaited(w.apply(whole, func(p *enginePass) { p.Object.Status.Resource(NameDomain).Verified = nil }), time.Second, "notes-beta is being deleted")
	w.settles(w.apply)
	w.wantDomain("it is made anew", "notes-beta")
	if aws.ToString(w.ourPool().Domain) != "notes-beta" {
		t.Error("the pool has no domain")
	}
}

func TestWhichDomainsAreInEffect(t *testing.T) {
	for status, want := range map[types.DomainStatusType]string{
		"": "", types.DomainStatusTypeActive: "", types.DomainStatusTypeUpdating: "is UPDATING", unseen: "is not described yet",
		types.DomainStatusTypeFailed: "or choose another prefix", types.DomainStatusTypeDeleting: "is being deleted",
	} {
		if got := effect(&givenDomain{Prefix: "notes", Status: status}); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("status %s: got %q, want %q", status, got, want)
		}
	}
}
