package schedules_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// history is what an object and its account went through, and the judge of it.
type history struct {
	*schedule
	began time.Time
	key   client.ObjectKey
	// object is as the API server has it, nil if there is none, since gone; last is as it last was.
	object, last *v1alpha1.SecuredAPI
	gone         time.Time
	// versions are all that there were, also of objects before.
	versions []*v1alpha1.SecuredAPI
	// retained says that an object was let go, so that AWS may hold what no status knows of.
	retained bool
	// disowned is the id of the user pool whose tags somebody took off last: from then on it is theirs.
	disowned string
	// pools are the user pools of ours that were seen last.
	pools []string
	// foreign and inForeign describe what is not ours, from outside and from within.
	foreign, inForeign string
	// dirty says that AWS may have changed since the last look; littered, that there may be Secrets of objects that are gone.
	dirty, littered bool
}

// begin puts into the account what is not ours: the same names, with the tags of the same object in another cluster.
func (h *history) begin(s *schedule) {
	*h = history{schedule: s, began: s.clock.Now(), key: client.ObjectKey{Namespace: s.Namespace, Name: "notes"}}
	addForeign(s.World)
	s.clock.Step(s.lag)
	h.foreign, h.inForeign, h.gone = h.look().foreign(), h.describeForeign(), h.began
}

func addForeign(w *harness.World) {
	w.T.Helper()
	ctx, owner := w.T.Context(), engine.Owner{Cluster: "other-cluster", Namespace: w.Namespace, Name: "notes"}
	pool := harness.Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String(owner.ResourceName()), UserPoolTags: owner.Tags(""),
	})).UserPool
	harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{UserPoolId: pool.Id, ClientName: aws.String("web")}))
	harness.Must[*cip.CreateUserPoolDomainOutput](w)(w.Cognito().CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: pool.Id, Domain: aws.String("notes-foreign")}))
	harness.Must[*apigateway.CreateRestApiOutput](w)(w.Gateway().CreateRestApi(ctx, &apigateway.CreateRestApiInput{
		Name: aws.String(owner.ResourceName()), Tags: owner.Tags(""),
	}))
}

// holdings are what the account holds, ours and others'.
type holdings struct {
	pools, otherPools []*ciptypes.UserPoolType
	apis, otherAPIs   []apigwtypes.RestApi
}

// look lists what the account holds. What the lists do not show yet is seen by a later look.
func (h *history) look() holdings {
	h.T.Helper()
	ctx, us := h.T.Context(), engine.Owner{Cluster: "test-cluster", Namespace: h.Namespace, Name: "notes"}
	var all holdings
	for _, listed := range harness.Must[*cip.ListUserPoolsOutput](h.World)(h.Cognito().ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools {
		pool := harness.Must[*cip.DescribeUserPoolOutput](h.World)(h.Cognito().DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: listed.Id})).UserPool
		if us.Owns(pool.UserPoolTags) {
			all.pools = append(all.pools, pool)
		} else {
			all.otherPools = append(all.otherPools, pool)
		}
	}
	for _, api := range harness.Must[*apigateway.GetRestApisOutput](h.World)(h.Gateway().GetRestApis(ctx, &apigateway.GetRestApisInput{})).Items {
		if us.Owns(api.Tags) {
			all.apis = append(all.apis, api)
		} else {
			all.otherAPIs = append(all.otherAPIs, api)
		}
	}
	return all
}

func (held holdings) foreign() string { return inWords(held.otherPools, held.otherAPIs) }

// describeForeign is what there is in what is not ours.
func (h *history) describeForeign() string {
	h.T.Helper()
	var all []any
	held := h.look()
	for _, pool := range held.otherPools {
		all = append(all, h.Pool(h.T.Context(), *pool.Id))
	}
	for _, api := range held.otherAPIs {
		all = append(all, h.API(h.T.Context(), api))
	}
	return inWords(all...)
}

func inWords(all ...any) string {
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// foul notes a bad action.
func (s *schedule) foulf(format string, args ...any) {
	s.T.Helper()
	s.bad++
	s.sayf("BAD: "+format, args...)
	s.T.Errorf(format, args...)
}

// check looks at what the last step did.
func (h *history) check() {
	h.T.Helper()
	went := h.observe()
	if h.littered {
		h.littered = false
		h.collect()
	}
	if !h.dirty && !went {
		return
	}
	h.dirty = false
	held := h.look()
	h.checkOne(held)
	h.checkPools(held)
	h.checkGuard(held, h.everGuarded())
	if h.object == nil && h.last != nil && h.last.Spec.DeletionPolicy != v1alpha1.DeletionRetain {
		h.checkEmpty(held)
	}
	if now := held.foreign(); now != h.foreign {
		h.foulf("what is not ours was touched (-before +after):\n%s", cmp.Diff(h.foreign, now))
	}
}

// observe reads the object, and says whether it just went.
func (h *history) observe() bool {
	h.T.Helper()
	object := &v1alpha1.SecuredAPI{}
	if err := h.Client.Get(h.T.Context(), h.key, object); apierrors.IsNotFound(err) {
		object = nil
	} else if err != nil {
		h.T.Fatal(err)
	}
	before := h.object
	if h.object = object; object == nil {
		if before == nil {
			return false
		}
		h.sayf("the object is gone")
		h.gone = h.clock.Now()
		h.retained = h.retained || h.last.Spec.DeletionPolicy == v1alpha1.DeletionRetain
		h.littered = true
		return true
	}
	if h.last = object; version(before) != version(object) {
		h.versions = append(h.versions, object)
	}
	return false
}

// collect removes the Secrets whose object is gone, as the garbage collector of a whole cluster does.
func (h *history) collect() {
	h.T.Helper()
	list := &corev1.SecretList{}
	if err := h.Client.List(h.T.Context(), list, client.InNamespace(h.Namespace)); err != nil {
		h.T.Fatal(err)
	}
	for i := range list.Items {
		if h.object != nil && metav1.IsControlledBy(&list.Items[i], h.object) {
			continue
		}
		if err := h.Client.Delete(h.T.Context(), &list.Items[i]); err != nil {
			h.T.Fatal(err)
		}
	}
}

// checkOne looks for what there is twice. A client that is about to be replaced has a namesake until it goes.
func (h *history) checkOne(held holdings) {
	h.T.Helper()
	if len(held.pools) > 1 {
		h.foulf("%d user pools of ours", len(held.pools))
	}
	if len(held.apis) > 1 {
		h.foulf("%d REST APIs of ours", len(held.apis))
	}
	if len(held.pools) == 0 || h.object == nil || h.object.Status.UserPool == nil {
		return
	}
	var names []string
	for _, c := range harness.Must[*cip.ListUserPoolClientsOutput](h.World)(h.Cognito().ListUserPoolClients(h.T.Context(), &cip.ListUserPoolClientsInput{
		UserPoolId: held.pools[0].Id, MaxResults: aws.Int32(60),
	})).UserPoolClients {
		if !slices.Contains(harness.RetiredClients(&h.object.Status), *c.ClientId) {
			names = append(names, *c.ClientName)
		}
	}
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) < len(names) {
		h.foulf("clients %v: %+v", names, h.object.Status)
	}
}

// checkPools looks for pools that are gone though nobody asked for it.
func (h *history) checkPools(held holdings) {
	h.T.Helper()
	asked := h.last != nil && h.last.Spec.DeletionPolicy != v1alpha1.DeletionRetain && (h.object == nil || !h.object.DeletionTimestamp.IsZero())
	var now []string
	for _, pool := range held.pools {
		now = append(now, *pool.Id)
	}
	for _, id := range h.pools {
		if !asked && !slices.Contains(now, id) {
			h.foulf("user pool %s was deleted", id)
		}
	}
	h.pools = now
}

// everGuarded are the routes that were for registered users in every version of the spec.
func (h *history) everGuarded() []string {
	var open, guarded []string
	for _, v := range h.versions {
		for _, route := range v.Spec.Routes {
			if route.Access == v1alpha1.AccessGuest {
				open = append(open, route.Path)
			} else {
				guarded = append(guarded, route.Path)
			}
		}
	}
	slices.Sort(guarded)
	return slices.DeleteFunc(slices.Compact(guarded), func(path string) bool { return slices.Contains(open, path) })
}

// checkGuard calls the routes without a token, in every stage that there may be.
func (h *history) checkGuard(held holdings, paths []string) {
	h.T.Helper()
	for _, api := range held.apis {
		for _, stage := range guardedStages {
			for _, path := range paths {
				// A stage that is not there says 403, too.
				status := h.StatusCode(strings.Join([]string{h.AWS.URL, "execute-api", *api.Id, stage + path}, "/"))
				if status != http.StatusUnauthorized && status != http.StatusForbidden {
					h.foulf("%s of stage %s answers %d without a token", path, stage, status)
				}
			}
		}
	}
}

// checkEmpty looks for what is left after a deletion.
func (h *history) checkEmpty(held holdings) {
	h.T.Helper()
	// Who took an API over needs its permissions.
	var others []string
	for _, api := range held.otherAPIs {
		others = append(others, *api.Id)
	}
	granted := h.Granted(others...)
	if h.retained {
		granted = nil
	}
	if len(held.pools)+len(held.apis)+len(granted) > 0 {
		h.foulf("the object is gone, and AWS still holds %d user pools, %d REST APIs, permissions on %v", len(held.pools), len(held.apis), granted)
	}
}

// version is an object's version in words.
func version(o *v1alpha1.SecuredAPI) string {
	if o == nil {
		return "nothing"
	}
	return fmt.Sprintf("version %s of generation %d", o.ResourceVersion, o.Generation)
}
