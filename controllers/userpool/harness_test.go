package userpool

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	// grace is the creation grace period, and overlap how long a former secret stays good.
	grace   = time.Minute
	overlap = time.Hour
	// secretDelay is how late Cognito's token endpoint learns of a new secret.
	secretDelay = 20 * time.Second
)

// world is an AWS account, and one object with its Secrets. There is no Kubernetes: passes are made by hand.
type world struct {
	*testing.T
	aws     *awslocal.Server
	cip     *cip.Client
	clock   *clocktesting.FakeClock
	object  *v1alpha1.SecuredAPI
	secrets secrets
	inputs  inputs
	// cognito and last are of the last pass.
	cognito *Cognito
	last    *engine.Pass
	saved   int
	// made says which pools the cluster's objects made; none, until a test says it.
	made func(pool string) bool
	// edge is called at every write of status, and before every use of a Secret.
	edge func()
}

func newWorld(t *testing.T, edits ...func(*v1alpha1.SecuredAPISpec)) *world {
	t.Helper()
	return newWorldWith(t, nil, edits...)
}

// newWorldWith is a world whose AWS has switches on.
func newWorldWith(t *testing.T, switches []awslocal.Option, edits ...func(*v1alpha1.SecuredAPISpec)) *world {
	t.Helper()
	clock := clocktesting.NewFakeClock(time.Now().Truncate(time.Second))
	server := awslocal.Start(t, append([]awslocal.Option{
		awslocal.WithClock(clock), awslocal.WithCognito(cognito.WithSecretDelay(secretDelay)),
	}, switches...)...)
	w := &world{
		T: t, aws: server, clock: clock, secrets: secrets{stored: map[string]map[string]string{}}, inputs: inputs{},
		cip: cip.NewFromConfig(server.Config(), func(o *cip.Options) { o.Retryer = aws.NopRetryer{} }),
		object: &v1alpha1.SecuredAPI{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "notes", UID: "u1"},
			Spec:       recipe(),
			Status:     v1alpha1.SecuredAPIStatus{Region: awslocal.DefaultRegion},
		},
	}
	w.edge, w.made = func() {}, func(string) bool { return false }
	w.secrets.edge = func() { w.edge() }
	for _, edit := range edits {
		edit(&w.object.Spec)
	}
	return w
}

// recipe is the half of the recipe that is in Cognito (DESIGN.md, section 1).
func recipe() v1alpha1.SecuredAPISpec {
	return v1alpha1.SecuredAPISpec{
		DeletionPolicy: v1alpha1.DeletionDelete,
		UserPool: v1alpha1.UserPoolSpec{
			SignInWith:     []v1alpha1.SignInAttribute{v1alpha1.SignInEmail},
			PasswordPolicy: &v1alpha1.PasswordPolicy{MinimumLength: 6, RequireUppercase: true, RequireNumbers: true},
		},
		Domain: &v1alpha1.DomainSpec{Prefix: "notes-beta"},
		Clients: []v1alpha1.Client{{
			Name: "web", CallbackURLs: []v1alpha1.URL{"http://localhost:3000/callback"}, LogoutURLs: []v1alpha1.URL{"http://localhost:3000/"},
			Flows: []v1alpha1.Flow{v1alpha1.FlowImplicit}, Scopes: []string{"openid", "email"},
		}},
	}
}

// withJob adds a program's client, with the scopes that it asks for.
func withJob(spec *v1alpha1.SecuredAPISpec) {
	spec.ResourceServers = []v1alpha1.ResourceServer{{
		Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}, {Name: "write", Description: "Change notes"}},
	}}
	spec.Clients = append(spec.Clients, v1alpha1.Client{
		Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"},
	})
}

// pass begins a pass. It looks at everything if a check is given as true.
func (w *world) pass(options ...func(*engine.Pass)) (*engine.Pass, []engine.Kind) {
	w.Helper()
	p := &engine.Pass{
		Object:  w.object,
		Owner:   engine.Owner{Cluster: "c", Namespace: w.object.Namespace, Name: w.object.Name, UID: string(w.object.UID), NamespaceUID: "n"},
		Grace:   grace,
		Now:     w.clock.Now,
		Digests: &engine.Digests{},
		Save: func(context.Context) error {
			w.saved++
			w.edge()
			// What was read again after a write is another status.
			w.object.Status = *w.object.Status.DeepCopy()
			return nil
		},
		Unchanged: func(context.Context) error { return nil },
	}
	for _, option := range options {
		option(p)
	}
	w.cognito = &Cognito{
		API: w.cip, Lambda: lambda.NewFromConfig(w.aws.Config(), func(o *lambda.Options) { o.Retryer = aws.NopRetryer{} }),
		Elsewhere: w.elsewhere, Made: w.made,
		Borrowers: func() ([]engine.Owner, error) { return nil, nil },
		Secrets:   &w.secrets, Inputs: w.inputs, SecretOverlap: overlap,
		PoolARN: func(id string) string { return "arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + id },
		WAF:     wafv2.NewFromConfig(w.aws.Config(), func(o *wafv2.Options) { o.Retryer = aws.NopRetryer{} }),
	}
	w.last = p
	w.aws.ResetCalls()
	return p, Kinds(w.cognito)
}

// elsewhere are the clients for another Region, of which AWS has all but Atlantis.
func (w *world) elsewhere(region string) (*Regional, error) {
	if region == "atlantis-1" {
		return nil, errors.New("atlantis-1 is not a Region of AWS")
	}
	return &Regional{
		API:    cip.NewFromConfig(w.aws.Config(), func(o *cip.Options) { o.Region, o.Retryer = region, aws.NopRetryer{} }),
		Lambda: lambda.NewFromConfig(w.aws.Config(), func(o *lambda.Options) { o.Region, o.Retryer = region, aws.NopRetryer{} }),
		WAF:    wafv2.NewFromConfig(w.aws.Config(), func(o *wafv2.Options) { o.Region, o.Retryer = region, aws.NopRetryer{} }),
	}, nil
}

// whole makes a pass look at everything.
func whole(p *engine.Pass) { p.Whole = true }

// consent says that a person agreed to the plan of now, as far as there is one.
func (w *world) consent(p *engine.Pass) { p.Consent, _ = w.plan() }

// apply makes one pass.
func (w *world) apply(options ...func(*engine.Pass)) error {
	w.Helper()
	p, kinds := w.pass(options...)
	return p.Apply(w.Context(), kinds)
}

// converge makes a pass that has to succeed, and returns what it did in words.
func (w *world) converge(options ...func(*engine.Pass)) string {
	w.Helper()
	if err := w.apply(options...); err != nil {
		w.Fatal(err)
	}
	return w.last.Done().String()
}

// plan is what a pass would do, in words and classes. It works on a draft.
func (w *world) plan() (plan.Plan, error) {
	w.Helper()
	object := w.object
	w.object = object.DeepCopy()
	defer func() { w.object = object }()
	err := w.apply(whole, func(p *engine.Pass) { p.Plan = true })
	return w.last.Done(), err
}

// planned is plan in words, where it has to succeed.
func (w *world) planned() string {
	w.Helper()
	todo, err := w.plan()
	if err != nil {
		w.Fatal(err)
	}
	return todo.String()
}

// remove makes a pass that takes everything down.
func (w *world) remove(options ...func(*engine.Pass)) error {
	w.Helper()
	p, kinds := w.pass(options...)
	return p.Remove(w.Context(), kinds)
}

// pause lets time pass.
func (w *world) pause(d time.Duration) { w.clock.SetTime(w.clock.Now().Add(d)) }

// calls are the operations that AWS was asked for in the last pass.
func (w *world) calls() []string {
	var names []string
	for _, call := range w.aws.Calls() {
		names = append(names, call.Operation)
	}
	return names
}

// changed are those of them that change something.
func (w *world) changed() []string {
	var names []string
	for _, call := range w.aws.Calls() {
		if call.Mutating {
			names = append(names, call.Operation)
		}
	}
	return names
}

// wantCalls fails the test unless the last pass made those calls.
func (w *world) wantCalls(reason string, want ...string) {
	w.Helper()
	if diff := cmp.Diff(want, w.calls()); diff != "" {
		w.Errorf("%s: calls (-want +got):\n%s", reason, diff)
	}
}

// must is the answer of a call by hand.
func must[O any](w *world) func(*O, error) *O {
	return func(out *O, err error) *O {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
		return out
	}
}

func (w *world) id(name string) *string { return new(w.last.ID(name)) }

func (w *world) describePool(id string) *types.UserPoolType {
	w.Helper()
	return must[cip.DescribeUserPoolOutput](w)(w.cip.DescribeUserPool(w.Context(), &cip.DescribeUserPoolInput{UserPoolId: &id})).UserPool
}

// ourPool is the pool as it is in AWS.
func (w *world) ourPool() *types.UserPoolType {
	w.Helper()
	return w.describePool(*w.id(NamePool))
}

// client is a client of our pool as it is in AWS.
func (w *world) client(id string) *types.UserPoolClientType {
	w.Helper()
	return must[cip.DescribeUserPoolClientOutput](w)(w.cip.DescribeUserPoolClient(w.Context(), &cip.DescribeUserPoolClientInput{
		UserPoolId: w.id(NamePool), ClientId: &id,
	})).UserPoolClient
}

func (w *world) updateClient(in *cip.UpdateUserPoolClientInput) {
	w.Helper()
	must[cip.UpdateUserPoolClientOutput](w)(w.cip.UpdateUserPoolClient(w.Context(), in))
}

// pools are the ids of all pools of the account.
func (w *world) pools() []string {
	w.Helper()
	var ids []string
	for _, pool := range must[cip.ListUserPoolsOutput](w)(w.cip.ListUserPools(w.Context(), &cip.ListUserPoolsInput{MaxResults: new(int32(60))})).UserPools {
		ids = append(ids, *pool.Id)
	}
	return ids
}

// clients are the names of all clients of our pool.
func (w *world) clients() []string {
	w.Helper()
	var names []string
	for _, client := range must[cip.ListUserPoolClientsOutput](w)(w.cip.ListUserPoolClients(w.Context(), &cip.ListUserPoolClientsInput{
		UserPoolId: w.id(NamePool), MaxResults: new(int32(60)),
	})).UserPoolClients {
		names = append(names, *client.ClientName)
	}
	slices.Sort(names)
	return names
}

// makePool makes a pool by hand.
func (w *world) makePool(edits ...func(*cip.CreateUserPoolInput)) string {
	w.Helper()
	in := &cip.CreateUserPoolInput{PoolName: new("legacy"), UsernameAttributes: []types.UsernameAttributeType{"email"}}
	for _, edit := range edits {
		edit(in)
	}
	return *must[cip.CreateUserPoolOutput](w)(w.cip.CreateUserPool(w.Context(), in)).UserPool.Id
}

// makeDomain gives a pool a domain by hand.
func (w *world) makeDomain(pool, prefix string) {
	w.Helper()
	must[cip.CreateUserPoolDomainOutput](w)(w.cip.CreateUserPoolDomain(w.Context(), &cip.CreateUserPoolDomainInput{UserPoolId: &pool, Domain: &prefix}))
}

func (w *world) deleteDomain(pool, prefix string) {
	w.Helper()
	must[cip.DeleteUserPoolDomainOutput](w)(w.cip.DeleteUserPoolDomain(w.Context(), &cip.DeleteUserPoolDomainInput{UserPoolId: &pool, Domain: &prefix}))
}

// deletePool deletes our pool by hand, with its domain.
func (w *world) deletePool() string {
	w.Helper()
	pool := w.ourPool()
	if prefix := aws.ToString(pool.Domain); prefix != "" {
		w.deleteDomain(*pool.Id, prefix)
	}
	must[cip.DeleteUserPoolOutput](w)(w.cip.DeleteUserPool(w.Context(), &cip.DeleteUserPoolInput{UserPoolId: pool.Id}))
	return *pool.Id
}

func (w *world) addUser(pool string) {
	w.Helper()
	must[cip.AdminCreateUserOutput](w)(w.cip.AdminCreateUser(w.Context(), &cip.AdminCreateUserInput{
		UserPoolId: &pool, Username: new("ann@example.com"),
	}))
}

// wantFailure fails the test unless err has that reason and says each of the words.
func (w *world) wantFailure(err error, reason string, words ...string) {
	w.Helper()
	failure, ok := errors.AsType[*awserr.Failure](err)
	if !ok || failure.Reason != reason {
		w.Errorf("got %v, want a failure because of %s", err, reason)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			w.Errorf("got %q, want it to say %q", err, word)
		}
	}
}

// wantAwaited fails the test unless err says that AWS is waited for, until the next look in that time, with each of the words.
func (w *world) wantAwaited(err error, in time.Duration, words ...string) {
	w.Helper()
	if got := w.untilNextLook(err); got != in {
		w.Errorf("got the next look in %s, want it in %s", got, in)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			w.Errorf("got %q, want it to say %q", err, word)
		}
	}
}

// untilNextLook is the time until what err says is awaited is looked at again.
func (w *world) untilNextLook(err error) time.Duration {
	w.Helper()
	awaited, ok := errors.AsType[*engine.AwaitedError](err)
	if !ok {
		w.Fatalf("got %v, want an error that says what is awaited", err)
	}
	return awaited.Until.Sub(w.clock.Now())
}

// secrets keeps Secrets in memory, as controllers keeps them in Kubernetes.
type secrets struct {
	stored map[string]map[string]string
	moved  []string
	// err is what every call fails with.
	err  error
	edge func()
}

const (
	keyPresent = "clientSecret"
	keyNext    = "nextClientSecret"
	keyID      = "clientSecretID"
)

func (s *secrets) store(client, key, value string) (string, error) {
	if s.stored[client] == nil {
		s.stored[client] = map[string]string{}
	}
	if s.stored[client][key] == "" && value == "" {
		value = rand.Text()
	}
	if value != "" {
		s.stored[client][key] = value
	}
	return s.stored[client][key], nil
}

func (s *secrets) Ensure(_ context.Context, client string) (string, error) {
	s.edge()
	if s.err != nil {
		return "", s.err
	}
	return s.store(client, keyPresent, "")
}

func (s *secrets) Put(_ context.Context, client, value string) error {
	s.edge()
	if s.err != nil {
		return s.err
	}
	_, err := s.store(client, keyPresent, value)
	return err
}

func (s *secrets) Value(_ context.Context, client string) (string, error) {
	s.edge()
	return s.stored[client][keyPresent], s.err
}

func (s *secrets) Stage(_ context.Context, client, given string) (string, error) {
	s.edge()
	if s.err != nil {
		return "", s.err
	}
	return s.store(client, keyNext, given)
}

func (s *secrets) Promote(_ context.Context, client, id string) (bool, error) {
	s.edge()
	secret := s.stored[client]
	if s.err != nil || secret == nil {
		return false, s.err
	}
	if secret[keyID] == id {
		return true, nil
	}
	if secret[keyNext] == "" {
		return false, nil
	}
	secret[keyPresent], secret[keyID] = secret[keyNext], id
	delete(secret, keyNext)
	return true, nil
}

func (s *secrets) Name(client string) string { return "notes-" + client }

// Move notes the name: what is stored is found by its client here.
func (s *secrets) Move(_ context.Context, client, name string) error {
	s.edge()
	if s.err == nil {
		s.moved = append(s.moved, client+" to "+name)
	}
	return s.err
}

func (s *secrets) Remove(_ context.Context, client string) error {
	s.edge()
	if s.err == nil {
		delete(s.stored, client)
	}
	return s.err
}

// inputs are values in Secrets and ConfigMaps that the spec names, by name/key.
type inputs map[string]string

func (i inputs) Secret(field string, key v1alpha1.SecretKey) (string, error) {
	return i.value(field, "Secret", key.Name, key.Key)
}

func (i inputs) File(field string, key v1alpha1.ConfigMapKey) (string, error) {
	return i.ConfigMap(field, key)
}

func (i inputs) ConfigMap(field string, key v1alpha1.ConfigMapKey) (string, error) {
	return i.value(field, "ConfigMap", key.Name, key.Key)
}

func (i inputs) value(field, kind, name, key string) (string, error) {
	if value := i[name+"/"+key]; value != "" {
		return value, nil
	}
	return "", awserr.Because(v1alpha1.ReasonDependencyNotReady, &engine.AbsentError{What: field + ": there is no " + kind + " " + name})
}

// refuse makes AWS refuse the next call of an operation, and do nothing.
func (w *world) refuse(operation, code string) {
	w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.RefuseBefore, Code: code, Status: 400, Times: 1})
}

// loseReply makes AWS carry the next call of an operation out, and not answer.
func (w *world) loseReply(operation string) {
	w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
}

// cut makes AWS not carry the next call of an operation out, and not answer.
func (w *world) cut(operation string) {
	w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Cut, Times: 1})
}

// The types of what AWS holds.
type (
	enginePass = engine.Pass
	poolType   = types.UserPoolType
	serverType = types.ResourceServerType
	clientType = types.UserPoolClientType
	termsType  = types.TermsType

	providerType = types.IdentityProviderType
)
