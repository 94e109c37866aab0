package controllers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/controllers/kube/clientsecret"
	"github.com/securedapi/securedapi/controllers/kube/inputs"
	"github.com/securedapi/securedapi/controllers/kube/owned"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/userpool"
	"github.com/securedapi/securedapi/controllers/validate"
)

// work is what one pass over one object works with.
type work struct {
	object  *v1alpha1.SecuredAPI
	status  *statusWriter
	clients *awsclient.Clients
	secrets *clientsecret.Secrets
	pass    *engine.Pass
	cognito *userpool.Cognito
	// role is the IAM role that everything is made with, empty for the operator's own.
	role string
	// denied says what the policies do not allow of what the spec asks for.
	denied error
	// account is the one of the credentials, as far as they or STS tell it. What status says, a user pool told.
	account string
	// replica is where the replica of the user pool is, as far as AWS has such a Region.
	replica validate.Place
	// pool and api are the two lists of what can be in AWS, in the order in which it is made.
	pool, api []engine.Kind
}

// begin prepares a pass: whose credentials, which Region, and what is looked at.
func (r *SecuredAPIReconciler) begin(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (*work, error) {
	// What status says stays, also when the operator's default Region changes, or the Regions that it knows.
	region := object.Status.Region
	if region == "" {
		if region = r.AWS.Region(object.Spec.Region); region == "" {
			return nil, validate.Spec(&object.Spec, validate.Facts{})
		}
	}
	tenants := r.tenants()
	a, err := tenants.Access(ctx, object.Namespace)
	if err != nil {
		return nil, err
	}
	clients, err := r.AWS.For(awsclient.Target{Region: region, Role: a.Role})
	if err != nil {
		return nil, awserr.Because(v1alpha1.ReasonAccessDenied, fmt.Errorf("%s: %w", a.From, err))
	}
	loan, err := tenants.Lender(ctx, object)
	if err != nil {
		return nil, err
	}
	w := &work{
		object:  object,
		role:    a.Role,
		status:  newStatusWriter(r.Client, r.Reader, object),
		clients: clients,
		secrets: &clientsecret.Secrets{Objects: owned.Objects{
			Client: client.WithFieldOwner(r.Client, string(fieldOwner)), Reader: r.Reader, Owner: object,
		}},
	}
	if replica := object.Spec.UserPool.Replica; replica != nil && r.AWS.Region(replica.Region) != "" {
		w.replica = validate.Place{Region: replica.Region, Partition: awsclient.URLs{Region: replica.Region}.Partition()}
	}
	w.denied = tenants.Allowed(ctx, &a, object)
	object.Status.Region, object.Status.Policy = region, a.Grant.Names()
	namespace := a.NamespaceUID
	if len(object.Status.Resources) == 0 {
		if namespace, err = tenants.NamespaceUID(ctx, object.Namespace); err != nil {
			return nil, err
		}
	}
	w.pass = &engine.Pass{
		Object: object,
		Owner: engine.Owner{
			Cluster: r.Cluster, Namespace: object.Namespace, Name: object.Name, UID: string(object.UID), NamespaceUID: namespace,
		},
		Whole: now.Kind == schedule.Full, Grace: r.CreationGracePeriod, Now: r.Clock.Now,
		Save: w.save, Unchanged: w.unchanged, Reserve: clients.Reserve, Digests: &r.digests,
	}
	if a.Grant.Any() {
		w.pass.MayAdopt = func(root, id string) error {
			if root == restapi.NameAPI {
				return a.Grant.MayAdoptAPI(id)
			}
			return a.Grant.MayAdoptPool(id)
		}
	}
	w.pass.Drifted = func(repair plan.Plan) {
		if schedule.Observed(object) {
			quota.Repair(ctx)
		}
		r.drifted(ctx, object, repair)
	}
	poolARN := func(id string) string {
		return clients.URLs.UserPoolARN(cmp.Or(w.account, object.Status.Account), id)
	}
	w.cognito = &userpool.Cognito{
		API: clients.Cognito, Lambda: clients.Lambda, WAF: clients.WAF, PoolARN: poolARN,
		Secrets: w.secrets, SecretOverlap: r.SecretOverlap, Inputs: inputs.Of(ctx, w.secrets.Objects), Loan: loan,
		Borrowers: func() ([]engine.Owner, error) { return tenants.Borrowers(ctx, object) },
		Made:      func(pool string) bool { return r.sweeper().Made(ctx, pool) },
		Elsewhere: func(region string) (*userpool.Regional, error) { return r.elsewhere(region, a.Role) },
	}
	w.pool = userpool.Kinds(w.cognito)
	w.api = restapi.Kinds(&restapi.Gateway{API: clients.APIGateway, Lambda: clients.Lambda, PoolARN: poolARN})
	w.pass.Checks = now.Pick(w.pass.Checkable(slices.Concat(w.pool, w.api)), r.sweeper().Vouches(object))
	return w, nil
}

// elsewhere are the clients for another Region. A record may name one that AWS does not have.
func (r *SecuredAPIReconciler) elsewhere(region, role string) (*userpool.Regional, error) {
	if r.AWS.Region(region) == "" {
		return nil, awserr.Because(v1alpha1.ReasonUnknownResource, fmt.Errorf("%q is not a Region of AWS", region))
	}
	clients, err := r.AWS.For(awsclient.Target{Region: region, Role: role})
	if err != nil {
		return nil, err
	}
	return &userpool.Regional{API: clients.Cognito, Lambda: clients.Lambda, WAF: clients.WAF}, nil
}

// check refuses a spec that cannot work, before the first call to Cognito and API Gateway. Of the account, the credentials know more
// than status. Where neither does and the spec names one, STS is asked, once for all objects.
func (w *work) check(ctx context.Context) error {
	w.account = w.clients.KnownAccount(ctx)
	facts := validate.Facts{
		Region: w.clients.URLs.Region, Partition: w.clients.URLs.Partition(), Account: cmp.Or(w.account, w.object.Status.Account),
		Replica: w.replica,
	}
	err := validate.Spec(&w.object.Spec, facts)
	if err != nil || facts.Account != "" || !validate.NamesAccount(&w.object.Spec) {
		return err
	}
	if facts.Account, err = w.clients.Account(ctx); err != nil {
		return w.named(ctx, err)
	}
	w.account = facts.Account
	return validate.Spec(&w.object.Spec, facts)
}

// prepare begins a pass that may change AWS. It fails, and then nothing is made, if the spec is not allowed or cannot work, or adopts
// what is not there.
func (r *SecuredAPIReconciler) prepare(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (*work, error) {
	w, err := r.begin(ctx, object, now)
	if err != nil {
		return nil, err
	}
	if err := r.borrow(ctx, w); err != nil {
		return nil, err
	}
	if len(object.Status.Resources) == 0 && w.denied != nil {
		return nil, w.denied
	}
	if err := w.check(ctx); err != nil {
		return nil, err
	}
	// What there is already is kept guarded.
	w.pass.Denied = w.denied != nil
	if w.pass.Consent, err = r.consents(ctx, object); err != nil {
		return nil, err
	}
	// The plan that was agreed to is of everything.
	w.pass.Whole = w.pass.Whole || !w.pass.Consent.Empty()
	return w, w.named(ctx, w.pass.Foresee(ctx, slices.Concat(w.pool, w.api)))
}

// borrow finds the user pool of another SecuredAPI. Where that cannot be used, what there is in it already stays as it was made.
func (r *SecuredAPIReconciler) borrow(ctx context.Context, w *work) error {
	if w.object.PoolOwner() == nil {
		return nil
	}
	lent, refused, err := r.tenants().Borrow(ctx, w.object, w.role)
	if err != nil {
		return err
	}
	loan := w.cognito.Loan
	if refused == nil {
		loan.ID, loan.Domain = lent.PoolID, lent.Domain
		return nil
	}
	w.denied = errors.Join(w.denied, refused)
	if known := w.pass.Known(userpool.NamePool); known != nil {
		loan.ID, loan.Domain = known.ID, known.Kept[userpool.KeptDomain]
	}
	return nil
}
