package userpool

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestPoolIsMade(t *testing.T) {
	w := newWorld(t)
	if diff := cmp.Diff("+ userPool default-notes; + client/web implicit; + domain notes-beta", w.planned()); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	if changed := w.changed(); len(changed) > 0 || len(w.object.Status.Resources) > 0 {
		t.Errorf("a plan changes nothing: got %v, %v", changed, w.object.Status.Resources)
	}
	w.converge()
	pool := w.ourPool()
	tags := w.last.Owner.Tags(pool.UserPoolTags[engine.TagToken])
	if diff := cmp.Diff(tags, pool.UserPoolTags); diff != "" || pool.UserPoolTags[engine.TagToken] == "" {
		t.Errorf("tags, with a token (-want +got):\n%s", diff)
	}
	if *pool.Name != "default-notes" || *pool.UsernameConfiguration.CaseSensitive || pool.AdminCreateUserConfig.AllowAdminCreateUserOnly {
		t.Errorf("got %+v", pool)
	}
	want := &types.PasswordPolicyType{MinimumLength: new(int32(6)), RequireUppercase: true, RequireNumbers: true, TemporaryPasswordValidityDays: 7}
	if diff := cmp.Diff(want, pool.Policies.PasswordPolicy, cmpopts.IgnoreUnexported(types.PasswordPolicyType{})); diff != "" {
		t.Errorf("password policy (-want +got):\n%s", diff)
	}
	if verified, before := specNames(pool.AutoVerifiedAttributes), specNames(verifyBeforeUpdate(pool)); verified != "Email" || before != "Email" {
		t.Errorf("got %q verified, and %q before an update, want Email in both", verified, before)
	}
	if got := recoveryWords(recoveryMethods(pool)); got != "Email, PhoneNumber" {
		t.Errorf("got recovery by %q, want by Email, PhoneNumber", got)
	}
	if got := w.object.Status.Account; got != awslocal.DefaultAccount {
		t.Errorf("the account is the pool's: got %q", got)
	}
	if !w.cognito.Modified.Equal(*pool.LastModifiedDate) {
		t.Errorf("got modified %v, want %v", w.cognito.Modified, pool.LastModifiedDate)
	}
}

func TestPoolKeepsWhatTheSpecDoesNotName(t *testing.T) {
	w := newWorld(t)
	w.converge()
	pool := w.ourPool()
	w.updatePool(func(in *cip.UpdateUserPoolInput) {
		in.EmailVerificationSubject, in.PoolName = new("Welcome"), new("renamed")
		in.UserPoolTags["team"] = "x"
		in.AutoVerifiedAttributes, in.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate = []types.VerifiedAttributeType{"phone_number"}, []types.VerifiedAttributeType{"phone_number"}
		in.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{{Name: "admin_only", Priority: new(int32(1))}}}
		in.Policies.PasswordPolicy.MinimumLength = new(int32(20))
	})
	w.pause(time.Second)
	if diff := cmp.Diff("", w.converge()); diff != "" {
		t.Errorf("nothing is due: %s", diff)
	}
	if !w.cognito.Modified.IsZero() {
		t.Errorf("got modified %v of a pool that was not looked at", w.cognito.Modified)
	}
	want := "~ userPool.passwordPolicy.minimumLength: 20 -> 6"
	if diff := cmp.Diff(want, w.planned()); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, w.converge(whole)); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	now := w.ourPool()
	if *now.EmailVerificationSubject != "Welcome" || *now.Name != "renamed" || now.UserPoolTags["team"] != "x" || now.UserPoolTags[engine.TagToken] != pool.UserPoolTags[engine.TagToken] ||
		specNames(now.AutoVerifiedAttributes) != "PhoneNumber" || specNames(verifyBeforeUpdate(now)) != "PhoneNumber" || recoveryWords(recoveryMethods(now)) != "AdminOnly" {
		t.Errorf("got %+v", now)
	}
	if !w.cognito.Modified.Equal(*now.LastModifiedDate) || !now.LastModifiedDate.After(*pool.LastModifiedDate) {
		t.Errorf("got modified %v, want %v", w.cognito.Modified, now.LastModifiedDate)
	}
}

// updatePool changes our pool by hand.
func (w *world) updatePool(edit func(*cip.UpdateUserPoolInput)) {
	w.Helper()
	in := updatePoolInput(w.ourPool(), w.ourPool().UserPoolTags)
	// As AWS asks it of everybody.
	in.AdminCreateUserConfig.UnusedAccountValidityDays = 0
	edit(in)
	must[cip.UpdateUserPoolOutput](w)(w.cip.UpdateUserPool(w.Context(), in))
}

// Whatever becomes of the reply, there is one pool.
func TestPoolIsMadeOnce(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fault  awslocal.Kind
		// lag is for how long lists do not show what was made.
		wants int
	}{
		{"the reply is lost", awslocal.LoseReply, 1},
		{"the answer is garbage", awslocal.Garbage, 1},
		{"AWS fails after it was made", awslocal.RefuseAfter, 1},
		{"the call is cut off before", awslocal.Cut, 0},
	} {
		w := newWorld(t)
		w.aws.Inject(awslocal.Fault{Operation: "CreateUserPool", Kind: tc.fault, Times: 1})
		if err := w.apply(); err == nil {
			t.Fatalf("%s: got no error", tc.reason)
		}
		if got := len(w.pools()); got != tc.wants {
			t.Fatalf("%s: got %d pools, want %d", tc.reason, got, tc.wants)
		}
		if tc.wants == 0 {
			_, unsettled := errors.AsType[*engine.UnsettledError](w.apply())
			if changed := w.changed(); !unsettled || len(changed) > 0 {
				t.Errorf("%s: it is looked for until it cannot come any more: got %v", tc.reason, changed)
			}
			w.pause(grace)
		}
		w.converge()
		if got := w.pools(); len(got) != 1 || got[0] != w.last.ID(NamePool) {
			t.Errorf("%s: got pools %v, want the one of status", tc.reason, got)
		}
		if got := w.clients(); len(got) != 1 {
			t.Errorf("%s: got clients %v", tc.reason, got)
		}
	}
}

func TestTwoPoolsAreForAPerson(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.makePool(func(in *cip.CreateUserPoolInput) {
			in.PoolName, in.UserPoolTags = new("default-notes"), engine.Owner{Cluster: "c", Namespace: "default", Name: "notes"}.Tags("")
		})
	}
	w.wantFailure(w.apply(), v1alpha1.ReasonDuplicateFound)
	if changed := w.changed(); len(changed) > 0 {
		t.Errorf("got %v, want nothing changed", changed)
	}
}

func TestOtherPoolsAreNotOurs(t *testing.T) {
	named := func(tags map[string]string) func(*cip.CreateUserPoolInput) {
		return func(in *cip.CreateUserPoolInput) { in.PoolName, in.UserPoolTags = new("default-notes"), tags }
	}
	for _, tc := range []struct {
		reason string
		other  func(*cip.CreateUserPoolInput)
	}{
		{"another name", func(*cip.CreateUserPoolInput) {}},
		{"our name and no tags", named(nil)},
		{"our name and the tags of another cluster", named(engine.Owner{Cluster: "d", Namespace: "default", Name: "notes"}.Tags(""))},
	} {
		w := newWorld(t)
		other := w.makePool(tc.other)
		w.converge()
		if got := w.calls(); !slices.Contains(got, "DescribeUserPoolDomain") {
			t.Errorf("%s: another pool may have the domain, so it is asked for first: got %v", tc.reason, got)
		}
		if w.last.ID(NamePool) == other || len(w.pools()) != 2 {
			t.Errorf("%s: it was taken for ours", tc.reason)
		}
	}
}

// A domain that another pool of the account has is found before anything is made.
func TestATakenDomainMakesNothing(t *testing.T) {
	for _, tc := range []struct {
		reason string
		tags   map[string]string
		want   string
		words  []string
	}{
		{"of nobody's pool", nil, v1alpha1.ReasonDomainTaken, []string{`spec.domain.prefix: "notes-beta"`, "belongs to user pool"}},
		{
			"of another object's", engine.Owner{Cluster: "c", Namespace: "shop", Name: "cart"}.Tags(""), v1alpha1.ReasonOwnershipConflict,
			[]string{`spec.domain.prefix: "notes-beta"`, "SecuredAPI shop/cart of cluster c"},
		},
	} {
		w := newWorld(t)
		w.makeDomain(w.makePool(func(in *cip.CreateUserPoolInput) { in.UserPoolTags = tc.tags }), "notes-beta")
		w.wantFailure(w.apply(), tc.want, tc.words...)
		if changed := w.changed(); len(changed) > 0 {
			t.Errorf("%s: got %v, want nothing changed", tc.reason, changed)
		}
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		made   bool
		asks   bool
	}{
		{"without a domain there is nothing to ask", func(spec *v1alpha1.SecuredAPISpec) { spec.Domain = nil }, false, false},
		{"a pool that nobody here made may have it", func(*v1alpha1.SecuredAPISpec) {}, false, true},
		{"of what SecuredAPIs made, it is known who asks for which domain", func(*v1alpha1.SecuredAPISpec) {}, true, false},
	} {
		w := newWorld(t, tc.edit)
		other := w.makePool()
		w.made = func(pool string) bool { return tc.made && pool == other }
		w.converge()
		if got := slices.Contains(w.calls(), "DescribeUserPoolDomain"); got != tc.asks {
			t.Errorf("%s: got calls %v, want DescribeUserPoolDomain %t", tc.reason, w.calls(), tc.asks)
		}
	}
}

func TestARestoredObjectFindsItsOwn(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	before := map[string]string{}
	for _, name := range []string{NamePool, PrefixServer + "notes", PrefixClient + "web", PrefixClient + "job", NameDomain} {
		before[name] = w.last.ID(name)
	}
	secret := w.secrets.stored["job"][keyPresent]
	w.object.UID = "u2"
	w.object.Status = v1alpha1.SecuredAPIStatus{Region: awslocal.DefaultRegion}
	if diff := cmp.Diff("~ userPool.tags.securedapi.dev/uid: u1 -> u2", w.converge()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	after := map[string]string{}
	for name := range before {
		after[name] = w.last.ID(name)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the same resources (-before +after):\n%s", diff)
	}
	if got := w.ourPool().UserPoolTags[engine.TagUID]; got != "u2" || w.object.Status.Account != awslocal.DefaultAccount {
		t.Errorf("got uid %s, account %s", got, w.object.Status.Account)
	}
	if w.secrets.stored["job"][keyPresent] != secret || w.object.Status.Resource(PrefixSecret + "job").Kept[KeptGeneration] != "1" {
		t.Error("the secret is the one that the spec asks for")
	}
	w.converge()
	w.wantCalls("it has converged")
}

func TestWhatIsNotOursIsNotTouched(t *testing.T) {
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
	}{
		{"the pool", func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.PasswordPolicy.MinimumLength = 9 }},
		{"a resource server", func(spec *v1alpha1.SecuredAPISpec) { spec.ResourceServers[0].Scopes[0].Description = "Read" }},
		{"a client", func(spec *v1alpha1.SecuredAPISpec) { spec.Clients[0].LogoutURLs = nil }},
		{"a new client", func(spec *v1alpha1.SecuredAPISpec) {
			spec.Clients = append(spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"app:/x"}, Flows: []v1alpha1.Flow{v1alpha1.FlowCode}})
		}},
		{"a client that goes", func(spec *v1alpha1.SecuredAPISpec) { spec.Clients = spec.Clients[1:] }},
		{"a client's secret", func(spec *v1alpha1.SecuredAPISpec) { spec.Clients[1].Secret = &v1alpha1.ClientSecret{Generation: 2} }},
		{"the domain", func(spec *v1alpha1.SecuredAPISpec) { spec.Domain.Prefix = "other" }},
		{"a domain that goes", func(spec *v1alpha1.SecuredAPISpec) { spec.Domain = nil }},
	} {
		w := newWorld(t, withJob)
		w.converge()
		w.untag()
		tc.edit(&w.object.Spec)
		w.wantFailure(w.apply(), v1alpha1.ReasonOwnershipConflict, "nothing was changed", *w.id(NamePool))
		if changed := w.changed(); len(changed) > 0 {
			t.Errorf("%s: got %v, want nothing changed", tc.reason, changed)
		}
		if err := w.remove(); err != nil || len(w.changed()) > 0 || len(w.object.Status.Resources) > 0 {
			t.Errorf("%s: a deletion leaves it alone: got %v, %v, %v", tc.reason, err, w.changed(), w.object.Status.Resources)
		}
	}
}

// untag takes a tag of ours off our pool.
func (w *world) untag() {
	w.Helper()
	must[cip.UntagResourceOutput](w)(w.cip.UntagResource(w.Context(), &cip.UntagResourceInput{
		ResourceArn: w.ourPool().Arn, TagKeys: []string{engine.TagName},
	}))
}

func TestSignInCannotBeChanged(t *testing.T) {
	w := newWorld(t)
	w.converge()
	w.object.Spec.UserPool.SignInWith = []v1alpha1.SignInAttribute{v1alpha1.SignInPhoneNumber}
	todo, err := w.plan()
	if err != nil || todo.String() != "~ userPool.signInWith: Email -> PhoneNumber" || !todo.Has(plan.LosesUsers) {
		t.Errorf("got plan %v, %v", todo, err)
	}
	w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec, "spec.userPool.signInWith: ", "has [Email]", "asks for [PhoneNumber]", "set it to [Email]")
	if changed := w.changed(); len(changed) > 0 {
		t.Errorf("got %v, want nothing changed", changed)
	}
}

// adopting is the recipe for a pool that somebody made.
func adopting(w *world, pool string) {
	w.object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: pool}
	w.object.Spec.Domain.Prefix = "legacy"
}

func TestAdoption(t *testing.T) {
	w := newWorld(t)
	pool := w.makePool(func(in *cip.CreateUserPoolInput) {
		in.EmailVerificationSubject, in.UserPoolTags = new("Welcome"), map[string]string{"team": "x"}
	})
	w.makeDomain(pool, "legacy")
	ids := map[string]string{}
	for _, name := range []string{"web", "batch"} {
		ids[name] = *must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
			UserPoolId: &pool, ClientName: &name, RefreshTokenValidity: 90,
		})).UserPoolClient.ClientId
	}
	adopting(w, pool)

	planned := w.planned()
	kept := "= userPool " + pool + "; = client/batch " + ids["batch"] + "; "
	if !strings.HasPrefix(planned, kept+"~ userPool.passwordPolicy.minimumLength") || !strings.Contains(planned, "~ client/web.flows: \"\" -> implicit") || strings.Contains(planned, "domain") {
		t.Errorf("got plan %s", planned)
	}
	if _, waits := errors.AsType[*engine.ConsentError](w.apply()); !waits || len(w.changed()) > 0 {
		t.Errorf("it waits for a person: got %v", w.changed())
	}
	_, unsettled := errors.AsType[*engine.UnsettledError](w.apply(w.consent))
	if diff := cmp.Diff([]string{"TagResource"}, w.changed()); diff != "" || !unsettled {
		t.Errorf("the tags come first (-want +got):\n%s", diff)
	}
	w.pause(grace)
	// It was taken over, and the tags are there by then.
	planned = strings.TrimPrefix(planned, kept)
	for key, value := range w.last.Owner.Tags("") {
		planned = strings.Replace(planned, ` ~ userPool.tags.`+key+`: "" -> `+value+`;`, "", 1)
	}
	if diff := cmp.Diff(planned, w.converge()); diff != "" {
		t.Errorf("what was planned is done (-want +got):\n%s", diff)
	}
	tags := maps.Clone(w.ourPool().UserPoolTags)
	if w.last.ID(NamePool) != pool || !w.object.Status.Resource(NamePool).Adopted || tags["team"] != "x" || *w.ourPool().EmailVerificationSubject != "Welcome" {
		t.Errorf("got %+v", w.object.Status.Resource(NamePool))
	}
	if got := w.last.ID(PrefixClient + "web"); got != ids["web"] || w.client(got).RefreshTokenValidity != 90 {
		t.Errorf("the client of the same name is taken over: got %s, want %s", got, ids["web"])
	}
	if got := w.last.ID(NameDomain); got != "legacy" {
		t.Errorf("so is the domain: got %q", got)
	}
	if diff := cmp.Diff([]string{"batch", "web"}, w.clients()); diff != "" {
		t.Errorf("others stay (-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeAdopted(t *testing.T) {
	for _, tc := range []struct {
		reason string
		id     func(*world) string
		want   string
		words  []string
		calls  int
	}{
		{
			"no such pool", func(*world) string { return "us-east-1_AbCdEf" },
			v1alpha1.ReasonInvalidSpec,
			[]string{fieldAdopt, `"us-east-1_AbCdEf"`},
			1,
		},
		{
			"users sign in with something else", func(w *world) string {
				return w.makePool(func(in *cip.CreateUserPoolInput) { in.UsernameAttributes = nil })
			},
			v1alpha1.ReasonInvalidSpec,
			[]string{"spec.userPool.signInWith: ", "has []", "asks for [Email]"},
			1,
		},
		{
			"somebody else's", func(w *world) string {
				return w.makePool(func(in *cip.CreateUserPoolInput) {
					in.UserPoolTags = engine.Owner{Cluster: "c", Namespace: "shop", Name: "cart"}.Tags("")
				})
			},
			v1alpha1.ReasonOwnershipConflict,
			[]string{"shop/cart"},
			1,
		},
	} {
		w := newWorld(t)
		adopting(w, tc.id(w))
		w.wantFailure(w.apply(w.consent), tc.want, tc.words...)
		if got := w.calls(); len(got) != tc.calls {
			t.Errorf("%s: got calls %v, want %d", tc.reason, got, tc.calls)
		}
	}
	w := newWorld(t)
	w.converge()
	w.object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: w.makePool()}
	w.wantFailure(w.apply(whole), v1alpha1.ReasonInvalidSpec, fieldAdopt)
}

func TestAdoptedPoolsGetTheirTagsOnce(t *testing.T) {
	w := newWorld(t)
	adopting(w, w.makePool())
	w.refuse("TagResource", "NotAuthorizedException")
	if err := w.apply(w.consent); err == nil || !strings.Contains(err.Error(), "tag it: ") {
		t.Errorf("got %v, want it to say what failed", err)
	}
	if tags := w.describePool(w.object.Spec.UserPool.Adopt.ID).UserPoolTags; len(tags) > 0 {
		t.Errorf("got %v", tags)
	}
}

func TestDeletionIsGuarded(t *testing.T) {
	protect := func(w *world) {
		w.updatePool(func(in *cip.UpdateUserPoolInput) { in.DeletionProtection = types.DeletionProtectionTypeActive })
	}
	users := func(w *world) { w.addUser(*w.id(NamePool)) }
	for _, tc := range []struct {
		reason string
		policy v1alpha1.DeletionPolicy
		before func(*world)
		words  string
	}{
		{"Cognito protects it", v1alpha1.DeletionDelete, protect, "turn it off to delete it"},
		{"it has users", v1alpha1.DeletionProtect, users, "set deletionPolicy to Delete"},
		{"it has users, and the policy is the default", "", users, "set deletionPolicy to Delete"},
		{"it has users, whom the policy does not protect", v1alpha1.DeletionDelete, users, ""},
		{"it has none", v1alpha1.DeletionProtect, func(*world) {}, ""},
	} {
		w := newWorld(t)
		w.converge()
		w.object.Spec.DeletionPolicy = tc.policy
		tc.before(w)
		err := w.remove(func(p *engine.Pass) { p.Plan = true })
		want := "- domain notes-beta; - client/web " + w.last.ID(PrefixClient+"web") + "; - userPool " + w.last.ID(NamePool)
		if diff := cmp.Diff(want, w.last.Done().String()); diff != "" || err != nil || !w.last.Done().Has(plan.LosesUsers) {
			t.Errorf("%s: the plan: %v (-want +got):\n%s", tc.reason, err, diff)
		}
		err = w.remove()
		if tc.words == "" {
			if err != nil || len(w.pools()) != 0 {
				t.Errorf("%s: got %v, pools %v", tc.reason, err, w.pools())
			}
			continue
		}
		w.wantFailure(err, v1alpha1.ReasonUsersWouldBeLost, tc.words, w.last.ID(NamePool))
		if changed := w.changed(); len(changed) > 0 {
			t.Errorf("%s: got %v, want nothing changed", tc.reason, changed)
		}
	}
}

// While the domain goes somebody may sign up, or the object may be edited: the pool is not deleted then.
func TestWhatChangesDuringTheDeletion(t *testing.T) {
	edited := errors.New("it was edited")
	for _, tc := range []struct {
		reason string
		during func(*world) error
		want   string
	}{
		{"somebody signs up", func(w *world) error {
			w.addUser(*w.id(NamePool))
			return nil
		}, "has users"},
		{"the object is edited", func(*world) error { return edited }, edited.Error()},
	} {
		w := newWorld(t)
		w.converge()
		w.object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
		err := w.remove(func(p *engine.Pass) {
			p.Unchanged = func(context.Context) error {
				if aws.ToString(w.ourPool().Domain) != "" {
					return nil
				}
				return tc.during(w)
			}
		})
		if err == nil || !strings.Contains(err.Error(), tc.want) || len(w.pools()) != 1 {
			t.Errorf("%s: got %v, pools %v", tc.reason, err, w.pools())
		}
		if got := aws.ToString(w.ourPool().Domain); got != "" {
			t.Errorf("%s: the domain went first: got %q", tc.reason, got)
		}
	}
}

func TestDeletionFails(t *testing.T) {
	for _, operation := range []string{"DescribeUserPool", "UpdateUserPool", "DeleteUserPoolDomain", "ListUsers", "DeleteUserPool"} {
		w := newWorld(t)
		w.converge()
		w.object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
		w.refuse(operation, "TooManyRequestsException")
		if err := w.remove(); err == nil || len(w.object.Status.Resources) == 0 {
			t.Errorf("%s is refused: got %v and %v left", operation, err, w.object.Status.Resources)
		}
		w.loseReply(operation)
		if err := w.remove(); err == nil {
			t.Errorf("the reply of %s is lost: got no error", operation)
		}
		if err := w.remove(); err != nil || len(w.pools()) != 0 {
			t.Errorf("then all goes well: got %v, pools %v", err, w.pools())
		}
	}
}

func TestALostPool(t *testing.T) {
	for _, tc := range []struct {
		reason string
		policy v1alpha1.DeletionPolicy
		agreed bool
		made   bool
	}{
		{"the policy does not protect users", v1alpha1.DeletionDelete, false, true},
		{"the policy protects users", v1alpha1.DeletionProtect, false, false},
		{"the policy keeps everything", v1alpha1.DeletionRetain, false, false},
		{"a person agreed", v1alpha1.DeletionProtect, true, true},
	} {
		w := newWorld(t, withJob)
		w.converge()
		w.object.Spec.DeletionPolicy = tc.policy
		lost, client := w.deletePool(), w.last.ID(PrefixClient+"web")
		todo, err := w.plan()
		if err != nil || !strings.HasPrefix(todo.String(), "+ userPool default-notes") || !strings.Contains(todo.String(), "+ client/job client_credentials") {
			t.Errorf("%s: got plan %v, %v", tc.reason, todo, err)
		}
		if losing := strings.Contains(todo.String(), lost+", without its users"); losing != (tc.policy != v1alpha1.DeletionDelete) || losing != todo.Has(plan.LosesUsers) {
			t.Errorf("%s: got plan %v", tc.reason, todo)
		}
		secret := w.secrets.stored["job"][keyPresent]
		err = w.apply(whole, func(p *engine.Pass) {
			if tc.agreed {
				w.consent(p)
			}
		})
		if !tc.made {
			w.wantFailure(err, v1alpha1.ReasonUserPoolDeleted, lost, "AWS Support can restore it")
			if _, waits := errors.AsType[*engine.ConsentError](err); !waits || len(w.pools()) > 0 {
				t.Errorf("%s: an empty pool would hide the loss: got %v", tc.reason, err)
			}
			continue
		}
		if err != nil || len(w.pools()) != 1 || w.last.ID(NamePool) == lost || w.last.ID(PrefixClient+"web") == client {
			t.Errorf("%s: got %v, %v", tc.reason, err, w.object.Status.Resources)
		}
		if got := w.client(w.last.ID(PrefixClient + "job")).ClientSecret; *got == secret || *got != w.secrets.stored["job"][keyPresent] {
			t.Errorf("%s: the new client has a new secret, and the Secret holds it", tc.reason)
		}
		w.converge()
		w.wantCalls(tc.reason + ": it has converged")
	}
}

// A child finds out first that the pool is gone: its call fails, and the next pass makes all anew.
func TestALostPoolIsFoundByItsChildren(t *testing.T) {
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
	}{
		{"a client", func(spec *v1alpha1.SecuredAPISpec) { spec.Clients[0].LogoutURLs = nil }},
		{"a resource server", func(spec *v1alpha1.SecuredAPISpec) { spec.ResourceServers[0].Scopes[0].Description = "Read" }},
		{"a secret", func(spec *v1alpha1.SecuredAPISpec) { spec.Clients[1].Secret = &v1alpha1.ClientSecret{Generation: 2} }},
		{"the domain", func(spec *v1alpha1.SecuredAPISpec) { spec.Domain.Prefix = "other" }},
	} {
		w := newWorld(t, withJob)
		w.converge()
		w.deletePool()
		tc.edit(&w.object.Spec)
		if _, lost := errors.AsType[*engine.LostError](w.apply()); !lost {
			t.Errorf("%s: want it to say that the pool is gone", tc.reason)
		}
		w.converge()
		if len(w.pools()) != 1 || len(w.clients()) != 2 || aws.ToString(w.ourPool().Domain) == "" {
			t.Errorf("%s: got pools %v, clients %v", tc.reason, w.pools(), w.clients())
		}
	}
}

func TestReadsThatFail(t *testing.T) {
	for _, operation := range []string{"ListUserPools", "DescribeUserPool"} {
		w := newWorld(t)
		w.makePool(func(in *cip.CreateUserPoolInput) { in.PoolName = new("default-notes") })
		w.refuse(operation, "TooManyRequestsException")
		if err := w.apply(); err == nil || len(w.changed()) > 0 {
			t.Errorf("%s: what was not seen may be there: got %v, %v", operation, err, w.changed())
		}
	}
	w := newWorld(t)
	w.makePool(func(in *cip.CreateUserPoolInput) { in.PoolName = new("default-notes") })
	w.refuse("DescribeUserPool", "ResourceNotFoundException")
	w.converge()
	if len(w.pools()) != 2 {
		t.Error("a pool that went away between two calls is no obstacle")
	}
}

func TestWhatCannotBeReadIsNotDeleted(t *testing.T) {
	w := newWorld(t)
	w.converge()
	p, _ := w.pass()
	r := userPool{w.cognito, p}
	if err := r.delete(t.Context(), "us-east-1_AbCdEf", ""); err != nil || len(w.changed()) > 0 {
		t.Errorf("it is gone: got %v, %v", err, w.changed())
	}
	w.refuse("DescribeUserPool", "TooManyRequestsException")
	if err := r.delete(t.Context(), p.ID(NamePool), ""); err == nil || len(w.changed()) > 0 {
		t.Errorf("got %v, %v, want the refusal", err, w.changed())
	}
}

// A read that trails behind an update is no rejection, and the update is not sent again.
func TestAPoolThatReadsBackLate(t *testing.T) {
	const lag = 4 * time.Second
	w := newWorldWith(t, []awslocal.Option{awslocal.WithReadLag(lag)})
	w.converge()
	w.converge(whole)
	w.object.Spec.UserPool.PasswordPolicy.MinimumLength = 9
	w.wantAwaited(w.apply(), time.Second, "userPool.passwordPolicy.minimumLength: 6 -> 9")
	w.wantCalls("it is sent, and read back", "DescribeUserPool", "UpdateUserPool", "DescribeUserPool")
	w.pause(time.Second)
	w.wantAwaited(w.apply(), time.Second, "userPool")
	w.wantCalls("a look", "DescribeUserPool")
	w.pause(lag)
	w.converge()
	w.wantCalls("it shows", "DescribeUserPool")
	if got := *w.ourPool().Policies.PasswordPolicy.MinimumLength; got != 9 {
		t.Errorf("got a minimum of %d, want 9", got)
	}
	w.converge()
	w.wantCalls("it has converged")
}
