package schedules_test

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// wish is what a spec asks for, as far as schedules change it.
type wish struct {
	policy                        v1alpha1.DeletionPolicy
	stage, domain, client, guests string
	length                        int32
	// secret: the client has one. app: there is a second client. open: /guest is for guests.
	secret, app, open bool
}

var recipeWish = wish{
	policy: v1alpha1.DeletionDelete, stage: "beta", domain: "notes-beta", client: "web", guests: "GuestHandler", length: 6, open: true,
}

// scheduleStages are those that a wish can name.
var scheduleStages = []string{"beta", "live"}

// guardedStages are all at which the routes are called: those, and such as nobody asked for.
var guardedStages = append([]string{"", "prod"}, scheduleStages...)

// change is the wish with one or two things changed.
func (w wish) change(s *schedule) wish {
	for range 1 + s.random.IntN(2) {
		switch s.random.IntN(8) {
		case 0:
			w.stage = choose(s, scheduleStages)
		case 1:
			w.domain = choose(s, []string{"notes-beta", "notes-live", ""})
		case 2:
			w.client = choose(s, []string{"web", "other"})
		case 3:
			w.guests = choose(s, []string{"GuestHandler", "OtherHandler"})
		case 4:
			w.length = choose(s, []int32{6, 9})
		case 5:
			w.secret = !w.secret
		case 6:
			w.app = !w.app
		default:
			w.open = !w.open
		}
	}
	return w
}

// apply makes the recipe, or what apply made of it, into what is wished.
func (w wish) apply(o *v1alpha1.SecuredAPI) {
	o.Spec.DeletionPolicy, o.Spec.Stage = w.policy, w.stage
	o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: w.domain}
	o.Spec.UserPool.PasswordPolicy.MinimumLength = w.length
	o.Spec.Clients = o.Spec.Clients[:1]
	c := &o.Spec.Clients[0]
	c.CallbackURLs, c.LogoutURLs = []v1alpha1.URL{"http://localhost:3000/callback"}, []v1alpha1.URL{"http://localhost:3000/"}
	c.Name, c.Flows, c.Scopes, o.Spec.ResourceServers = w.client, []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}, nil
	if w.secret {
		c.Flows, c.Scopes = []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, []string{"notes/read"}
		o.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	}
	if w.app {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"notes:/callback"}})
	}
	guest := &o.Spec.Routes[1]
	guest.Backend.Lambda.Function = w.guests
	if guest.Access = v1alpha1.AccessRegistered; w.open {
		guest.Access = v1alpha1.AccessGuest
	}
	if w.domain == "" {
		harness.WithoutDomain(o)
	}
}

// wishOf is the wish that the spec was made of.
func wishOf(o *v1alpha1.SecuredAPI) wish {
	w := wish{
		policy: o.Spec.DeletionPolicy, stage: o.Spec.Stage, client: o.Spec.Clients[0].Name, guests: o.Spec.Routes[1].Backend.Lambda.Function,
		length: o.Spec.UserPool.PasswordPolicy.MinimumLength, secret: o.Spec.ResourceServers != nil, app: len(o.Spec.Clients) > 1,
		open: o.Spec.Routes[1].Access == v1alpha1.AccessGuest,
	}
	if o.Spec.Domain != nil {
		w.domain = o.Spec.Domain.Prefix
	}
	return w
}

// guarded are the routes for registered users.
func (w wish) guarded() []string {
	if w.open {
		return []string{"/registered"}
	}
	return []string{"/registered", "/guest"}
}

// plan plans the object's life: it is created, edited, perhaps deleted, perhaps created again.
func (s *schedule) plan() {
	wanted := recipeWish
	for range 3 {
		s.life = append(s.life, s.create(wanted))
		for range s.random.IntN(5) {
			wanted = wanted.change(s)
			s.life = append(s.life, s.edit(wanted))
		}
		if s.percent(50) {
			return
		}
		wanted.policy = choose(s, []v1alpha1.DeletionPolicy{v1alpha1.DeletionDelete, v1alpha1.DeletionDelete, v1alpha1.DeletionProtect, v1alpha1.DeletionRetain})
		s.life = append(s.life, s.edit(wanted))
		if s.percent(20) {
			s.life = append(s.life, s.disown, s.delete)
			return
		}
		if s.life = append(s.life, s.delete); s.percent(50) {
			return
		}
	}
}

// create creates the object, once the one before is gone and lists show what it left.
func (s *schedule) create(as wish) func() bool {
	return func() bool {
		if s.history.object != nil || s.clock.Since(s.history.gone) < s.lag {
			return false
		}
		object := s.Recipe()
		as.apply(object)
		s.Create(object)
		s.sayf("somebody creates %+v", as)
		return true
	}
}

func (s *schedule) edit(as wish) func() bool {
	return func() bool {
		s.Update(s.history.object.DeepCopy(), as.apply)
		s.sayf("somebody edits it: %+v", as)
		return true
	}
}

func (s *schedule) delete() bool {
	s.T.Helper()
	if err := s.Client.Delete(s.T.Context(), s.history.object.DeepCopy()); client.IgnoreNotFound(err) != nil {
		s.T.Fatal(err)
	}
	s.sayf("somebody deletes it")
	return true
}

// disown takes our tags off by hand, while nobody is at work who has seen them: from now on all of it is somebody else's.
func (s *schedule) disown() bool {
	s.T.Helper()
	held, status := s.history.look(), s.history.object.Status
	if len(s.flights) > 0 || status.UserPool == nil || status.API == nil || len(held.pools)+len(held.apis) < 2 {
		return false
	}
	ctx, tags := s.T.Context(), []string{engine.TagName}
	harness.Must[*cip.UntagResourceOutput](s.World)(s.Cognito().UntagResource(ctx, &cip.UntagResourceInput{ResourceArn: &status.UserPool.ARN, TagKeys: tags}))
	harness.Must[*apigateway.UntagResourceOutput](s.World)(s.Gateway().UntagResource(ctx, &apigateway.UntagResourceInput{
		ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + status.API.ID), TagKeys: tags,
	}))
	s.history.disowned = status.UserPool.ID
	s.history.foreign, s.history.inForeign, s.history.pools = s.history.look().foreign(), s.history.describeForeign(), nil
	s.sayf("somebody takes our tags off")
	return true
}

// agree agrees to the plan that the object waits with: to take back a pool that holds a client of a former spec.
func (s *schedule) agree() bool {
	o := s.history.object
	if o == nil || o.Status.Plan == nil || o.Spec.Acknowledge == o.Status.Plan.Hash {
		return false
	}
	hash := o.Status.Plan.Hash
	s.Update(o.DeepCopy(), func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = hash })
	s.sayf("somebody agrees to %s", hash)
	s.history.check()
	return true
}
