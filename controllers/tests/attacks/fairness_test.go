package attacks_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// restart starts the operator anew, as the world says by now.
func restart(w *harness.World, edit func()) {
	w.Stop()
	edit()
	w.StartOperator()
}

// flaps are ways to keep the operator busy with one object.
var flaps = []struct {
	attack string
	flap   func(o *v1alpha1.SecuredAPI, i int)
	done   func(o *v1alpha1.SecuredAPI) bool
	// calls is how many a pass makes.
	calls int
}{
	{"the annotation that asks for a full check", func(o *v1alpha1.SecuredAPI, i int) {
		o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: strconv.Itoa(i)}
	}, func(o *v1alpha1.SecuredAPI) bool { return o.RequestedReconcile() == "" }, 11},
	{"a spec that changes back and forth", func(o *v1alpha1.SecuredAPI, i int) {
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 6 + int32(i%2)
	}, harness.IsReady, 3},
}

// A tenant edits its object in a loop. Its passes are limited by its policy or by the operator's flag.
func TestATenantsEditsAreRateLimited(t *testing.T) {
	t.Parallel()
	const perMinute = 12 // as many at once, then one in 5 s
	for _, bound := range []string{"policy", "flag"} {
		for _, tc := range flaps {
			t.Run(tc.attack+", bounded by the "+bound, func(t *testing.T) {
				report.Attack(t, "a tenant keeps the operator busy", tc.attack+", bounded by the "+bound)
				t.Parallel()
				w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) {
					if bound == "policy" {
						s.Limits.ReconcilesPerMinute = new(int32(perMinute))
					}
				})
				object := w.Create(w.Recipe())
				w.AwaitReady(object)
				restart(w, func() {
					if bound == "flag" {
						w.PerMinute = perMinute
					}
				})
				const edits = 21
				start, i := time.Now(), 0
				flap := func() {
					i++
					w.Update(object, func(o *v1alpha1.SecuredAPI) { tc.flap(o, i) })
				}
				for range perMinute {
					flap()
					w.Await(object, "the pass that is allowed", tc.done)
				}
				w.AWS.ResetCalls()
				for range edits {
					flap()
				}
				w.Await(object, "the pass that has to wait", tc.done)
				took := time.Since(start)
				// One comes in 5 s, also while the first ones were carried out.
				passes, most := len(w.TakeCalls())/tc.calls, 1+int(took/(5*time.Second))
				t.Logf("%d passes at once; %d edits more are %d, %s after the start", perMinute, edits, passes, took.Round(time.Second))
				if passes > most {
					t.Errorf("got %d passes in %s, want %d at most", passes, took, most)
				}
			})
		}
	}
}

// When a namespace has used up its limit, the operator still closes routes that somebody opened, and deletes objects.
func TestTheRateLimitDelaysNoRepairAndNoDeletion(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a tenant who asks without end delays repairs and deletions", "a namespace's limit used up")
	w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.Limits.ReconcilesPerMinute = new(int32(1)) })
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	restart(w, func() { w.Resync = time.Second })
	for i, tc := range flaps {
		for j := range 3 {
			w.Update(object, func(o *v1alpha1.SecuredAPI) { tc.flap(o, i+j) })
		}
	}
	w.OpenByHand(object, "/registered")
	w.DeployByHand(object)
	start := time.Now()
	w.Eventually("the route to be closed", func(context.Context) (bool, string) {
		code := w.StatusCode(object.Status.Endpoint + "/registered")
		return code == 401, strconv.Itoa(code)
	})
	closed := time.Since(start).Round(100 * time.Millisecond)
	start = time.Now()
	w.Delete(object)
	deleted := time.Since(start).Round(100 * time.Millisecond)
	t.Logf("one pass a minute is used up; the route is closed after %s, the object deleted after %s", closed, deleted)
	if closed > 20*time.Second || deleted > 20*time.Second {
		t.Errorf("closed after %s, deleted after %s, want both before the minute is over", closed, deleted)
	}
}

// The Regions of one namespace do not answer, and its objects are in enough of them to block all workers.
func TestUnreachableRegionsOfATenantDelayNoOtherTenant(t *testing.T) {
	t.Parallel()
	report.Attack(t, "Regions that hang take all workers", "20 objects in 5 Regions")
	w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.Regions, s.DomainPrefixes = nil, nil })
	neighbor := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "neighbor-", Labels: map[string]string{"team": w.Namespace}}}
	if err := w.Client.Create(t.Context(), neighbor); err != nil {
		t.Fatal(err)
	}
	const workers = 16
	restart(w, func() { w.Workers, w.Neighbor = workers, neighbor.Name })
	t.Cleanup(w.AWS.ClearFaults)
	w.AWS.Inject(awslocal.Fault{Operation: "CreateUserPoolDomain", Kind: awslocal.Delay, Delay: time.Hour})
	regions := []string{"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"}
	for i := range len(regions) * schedule.WorkersPerPlace {
		object := w.Recipe()
		object.Name, object.Spec.Region = fmt.Sprintf("hangs-%d", i), regions[i%len(regions)]
		object.Spec.Domain.Prefix = object.Name
		w.Create(object)
	}
	most := schedule.WorkersPerNamespace(workers)
	w.Eventually("calls to hang", func(context.Context) (bool, string) {
		return w.AWS.Delayed() == most, strconv.Itoa(w.AWS.Delayed())
	})
	object := w.Recipe()
	object.Namespace = neighbor.Name
	harness.WithoutDomain(object)
	start := time.Now()
	w.AwaitReady(w.Create(object))
	t.Logf("%d objects in %d Regions hang with %d of %d workers; another namespace's is Ready after %s",
		len(regions)*schedule.WorkersPerPlace, len(regions), w.AWS.Delayed(), workers, time.Since(start).Round(100*time.Millisecond))
	if got := w.AWS.Delayed(); got > most {
		t.Errorf("got %d calls that hang, want %d at most", got, most)
	}
}

func TestExpensiveSpecsAreRefused(t *testing.T) {
	t.Parallel()
	w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.Regions, s.HTTPHosts = nil, nil })
	routes := func(n int, methods ...v1alpha1.Method) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) {
			route := o.Spec.Routes[0]
			o.Spec.Routes = nil
			for i := range n {
				route.Path, route.Methods = fmt.Sprintf("/%d", i), methods
				o.Spec.Routes = append(o.Spec.Routes, route)
			}
		}
	}
	for i, tc := range []struct {
		attack string
		edit   func(*v1alpha1.SecuredAPI)
		want   string
	}{
		{"a Region that does not exist", func(o *v1alpha1.SecuredAPI) { o.Spec.Region = "eu-wets-1" }, `spec.region: "eu-wets-1" is not a Region of AWS; `},
		{"a Region that does not exist, in a plan", func(o *v1alpha1.SecuredAPI) {
			o.Spec.Region, o.Spec.Mode = "us-east-9", v1alpha1.ModePlan
		}, `spec.region: "us-east-9" is not a Region of AWS; `},
		{"1,001 methods", routes(143, "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"), "spec.routes: the routes have 1001 methods, and a SecuredAPI may have 1000; move"},
		{"a spec of more than 256 KB", func(o *v1alpha1.SecuredAPI) {
			routes(290, "GET")(o)
			for i := range o.Spec.Routes {
				o.Spec.Routes[i].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://a.shop.example.com/" + strings.Repeat("a", 990)}}
			}
		}, "bytes as JSON, and a SecuredAPI may have 262144; move"},
		{"paths of 302 places", func(o *v1alpha1.SecuredAPI) {
			routes(151, "GET")(o)
			for i := range o.Spec.Routes {
				o.Spec.Routes[i].Path += "/a"
			}
		}, "spec.routes: the paths have 302 places, and an API takes 300; move"},
	} {
		t.Run(tc.attack, func(t *testing.T) {
			report.Attack(t, "a spec costs the operator more than it may", tc.attack)
			w.AWS.ResetCalls()
			object := w.Recipe()
			object.Name = fmt.Sprintf("costly-%d", i)
			tc.edit(object)
			w.Create(object)
			message := w.AwaitStalled(object, v1alpha1.ReasonInvalidSpec)
			t.Logf("InvalidSpec before the first call: %.120s", message)
			if !strings.Contains(message, tc.want) {
				t.Errorf("got the message %q, want %q in it", message, tc.want)
			}
			if calls := w.TakeCalls(); len(calls) > 0 {
				t.Errorf("got the calls %v, want none", calls)
			}
			w.Delete(object)
		})
	}
}

// An attacker opens a route with the operator's signature in the user agent, so that the event looks like the operator's.
func TestAForgedUserAgentDoesNotHideAnEvent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ attack, role, session string }{
		{"from another role", "dev", "ann"},
		{"from another role, in a session with the operator's name", "dev", "securedapi-%s-notes"},
		{"from the role of another namespace", "tenant-b", "securedapi-other-notes"},
	} {
		t.Run(tc.attack, func(t *testing.T) {
			report.Attack(t, "a forged user agent hides a change from events", tc.attack)
			t.Parallel()
			w, _ := tenant(t, nil)
			w.Stop()
			w = events(t, w.Namespace)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			w.Console = assume(w, tc.role, strings.ReplaceAll(tc.session, "%s", w.Namespace))
			w.OpenByHand(object, "/registered")
			w.DeployByHand(object)
			start := time.Now()
			w.Eventually("the route to be closed", func(context.Context) (bool, string) {
				code := w.StatusCode(object.Status.Endpoint + "/registered")
				return code == 401, strconv.Itoa(code)
			})
			t.Logf("the event counts, and the route is closed after %s", time.Since(start).Round(100*time.Millisecond))
		})
	}
}

// events is a world of a namespace whose operator never checks by itself, and receives the account's events.
func events(t *testing.T, namespace string) *harness.World {
	t.Helper()
	w := harness.NewAccount(t, awslocal.WithEvents("events", 0))
	w.Namespace, w.Resync, w.Queue = namespace, harness.ResyncNever, w.AWS.EventsURL()
	w.Permit("events", iam.Values{"QUEUE_ARN": {"arn:aws:sqs:us-east-1:111111111111:events"}})
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	return w
}

// assume is a configuration for calls in a role, with the operator's signature.
func assume(w *harness.World, role, session string) *aws.Config {
	w.T.Helper()
	config := w.AWS.Config()
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), "arn:aws:iam::111111111111:role/"+role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = session
	})
	config.Credentials = aws.NewCredentialsCache(provider)
	config = awsclient.Signed(config, w.ClusterID)
	return &config
}

// Somebody removes the finalizer, and the object's resources stay in AWS.
func TestTheMetricCountsOrphansOfARemovedFinalizer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		attack                   string
		others, listing, retains bool
	}{
		{"of one of two objects", true, true, false},
		{"of the last object in its account and Region", false, true, false},
		{"of the last object, while lists fail", false, false, false},
		{"of no object: the policy Retain leaves the same", false, true, true},
	} {
		t.Run(tc.attack, func(t *testing.T) {
			report.Attack(t, "a removed finalizer leaves what nobody knows of", tc.attack)
			t.Parallel()
			w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) {
				s.DomainPrefixes, s.DeletionPolicies = nil, append(s.DeletionPolicies, v1alpha1.DeletionRetain)
			})
			restart(w, func() { w.Resync = 500 * time.Millisecond })
			object := w.Recipe()
			if tc.retains {
				object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
			}
			w.Create(object)
			w.AwaitReady(object)
			// What is not ours does not count: another cluster's, and what has no tags.
			for _, tags := range []map[string]string{nil, {"securedapi.dev/cluster": "other", "securedapi.dev/namespace": w.Namespace, "securedapi.dev/name": "x"}} {
				harness.Must[*apigateway.CreateRestApiOutput](w)(w.Gateway().CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("x"), Tags: tags}))
			}
			if tc.others {
				other := w.Recipe()
				other.Name = "other"
				harness.WithoutDomain(other)
				w.AwaitReady(w.Create(other))
			}
			w.Eventually("sweeps that find nothing", func(context.Context) (bool, string) {
				got := w.Orphaned()
				return got[drift.KindAPI] == 0 && len(got) == 2, fmt.Sprint(got)
			})
			if !tc.listing {
				w.AWS.Inject(awslocal.Fault{Kind: awslocal.RefuseBefore, Operation: "ListUserPools"})
			}
			if !tc.retains {
				// A pass between the two writes would put the finalizer back.
				w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
				before := client.MergeFrom(object.DeepCopy())
				object.Finalizers = nil
				if err := w.Client.Patch(t.Context(), object, before); err != nil {
					t.Fatal(err)
				}
			}
			w.Delete(object)
			if !tc.listing {
				failed := func(c awslocal.Call) bool { return c.Operation == "ListUserPools" && c.Code != "" }
				w.AwaitCalls(failed, w.CountCalls(failed)+2)
				w.AWS.ClearFaults()
			}
			w.Eventually("both to be counted", func(context.Context) (bool, string) {
				got := w.Orphaned()
				return got[drift.KindAPI] == 1 && got[drift.KindPool] == 1, fmt.Sprint(got)
			})
			t.Logf("securedapi_orphaned_resources: %v", w.Orphaned())
			harness.Must[*apigateway.DeleteRestApiOutput](w)(w.Gateway().DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: &object.Status.API.ID}))
			listed := func() int {
				return w.CountCalls(func(c awslocal.Call) bool { return c.Operation == "ListUserPools" })
			}
			sweeps := listed() + 3
			w.Eventually("the user pool alone to be counted, sweep after sweep", func(context.Context) (bool, string) {
				got := w.Orphaned()
				return listed() >= sweeps && got[drift.KindAPI] == 0 && got[drift.KindPool] == 1, fmt.Sprint(got)
			})
			w.DeletePool(object)
			w.Eventually("none to be counted, and no sweep of a place where nothing is", func(context.Context) (bool, string) {
				got := w.Orphaned()
				return got[drift.KindAPI] == 0 && got[drift.KindPool] == 0 && (len(got) == 2) == tc.others, fmt.Sprint(got)
			})
		})
	}
}
