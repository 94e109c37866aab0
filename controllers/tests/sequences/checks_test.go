package sequences_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// check holds after every pass: nothing is there twice, and nothing is served unguarded.
func (m *model) check() {
	m.T.Helper()
	m.Get(m.object)
	m.checkDuplicates()
	m.checkGuards()
}

// checkDuplicates fails if there are two pools, APIs or clients of one name.
func (m *model) checkDuplicates() {
	m.T.Helper()
	count := map[string]int{}
	for _, pool := range do(m.World, m.Cognito().ListUserPools, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)}).UserPools {
		count["user pool "+*pool.Name]++
	}
	for _, api := range do(m.World, m.Gateway().GetRestApis, &apigateway.GetRestApisInput{}).Items {
		count["REST API "+*api.Name]++
	}
	for _, c := range m.clientsInAWS() {
		retired := slices.Contains(harness.RetiredClients(&m.object.Status), *c.ClientId)
		if !retired {
			count["client "+*c.ClientName]++
		}
	}
	for _, what := range namesOf(count) {
		if count[what] > 1 {
			m.count.duplicates.Add(1)
			m.T.Fatalf("%s is there %d times", what, count[what])
		}
	}
}

// checkGuards fails if a stage serves, without a token, what no spec of the moment opens to guests. What somebody made a
// stage serve by hand does not count until the operator comes to it.
func (m *model) checkGuards() {
	m.T.Helper()
	for _, stage := range m.stagesInAWS() {
		if !slices.Contains(stages, *stage.StageName) || m.byHand[*stage.StageName] == *stage.DeploymentId {
			continue
		}
		for _, p := range m.probes() {
			opened := slices.ContainsFunc(m.moment, func(s v1alpha1.SecuredAPISpec) bool { return access(&s, p.method, p.path) == v1alpha1.AccessGuest })
			if !opened && m.serve(*stage.StageName, p) == http.StatusOK {
				m.count.unguarded.Add(1)
				m.T.Fatalf("stage %s serves %s %s to anybody", *stage.StageName, p.method, p.path)
			}
		}
	}
}

// checkServed fails unless the stage serves what the spec says, to whom it says.
func (m *model) checkServed() {
	m.T.Helper()
	for _, p := range m.probes() {
		want := http.StatusOK
		if access(&m.object.Spec, p.method, p.path) == v1alpha1.AccessRegistered {
			want = http.StatusUnauthorized
		}
		if got := m.serve(m.object.Spec.Stage, p); got != want {
			m.T.Fatalf("%s %s without a token: %d, want %d", p.method, p.path, got, want)
		}
	}
}

// probe is a request.
type probe struct {
	method v1alpha1.Method
	path   string
}

// probes are requests for every route of the specs of the moment.
func (m *model) probes() []probe {
	var all []probe
	for i := range m.moment {
		for _, route := range m.moment[i].Routes {
			path := strings.NewReplacer("{id}", "7", "{rest+}", "x/y", "{proxy+}", "x/y").Replace(route.Path)
			for _, method := range append(route.Methods, v1alpha1.MethodOptions) {
				if method == v1alpha1.MethodAny {
					method = "PUT"
				}
				if p := (probe{method, path}); !slices.Contains(all, p) {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// serve makes a request without a token, and returns the answer's status.
func (m *model) serve(stage string, p probe) int {
	m.T.Helper()
	api := m.apiInAWS()
	if api == nil {
		return 0
	}
	answer := httptest.NewRecorder()
	m.AWS.APIGateway.ServeStage(*api.Id, answer, httptest.NewRequest(string(p.method), "/"+stage+p.path, nil))
	return answer.Code
}

// access is who may make a request, empty if it is nobody's: at each segment a literal goes before a variable, and that
// before a greedy one; a path that hasn't got the method does not count. On one path a route that names the method goes
// before a preflight, and that before ANY. A guarded path refuses the methods which guests' paths would get from it.
func access(spec *v1alpha1.SecuredAPISpec, method v1alpha1.Method, path string) v1alpha1.Access {
	var best v1alpha1.Access
	var bestRank string
	closedRank := "z"
	for i := range spec.Routes {
		route := &spec.Routes[i]
		rank, ok := match(route.Path, path)
		who := route.Access
		switch {
		case !ok:
			continue
		case slices.Contains(route.Methods, method):
			rank += "a"
		case method == v1alpha1.MethodOptions: // a browser's preflight carries no token
			who, rank = v1alpha1.AccessGuest, rank+"b"
		case slices.Contains(route.Methods, v1alpha1.MethodAny):
			rank += "c"
		default:
			if who == v1alpha1.AccessRegistered {
				closedRank = min(closedRank, rank+"d")
			}
			continue
		}
		if best == "" || rank < bestRank {
			best, bestRank = who, rank
		}
	}
	if best == v1alpha1.AccessGuest && closedRank < bestRank {
		return v1alpha1.AccessRegistered
	}
	return best
}

// match says whether a path is of a pattern, and how well it fits: a letter for each segment, the better the earlier.
func match(pattern, path string) (rank string, ok bool) {
	if pattern == "/" || path == "/" {
		return "", pattern == path
	}
	have := strings.Split(path, "/")[1:]
	for i, segment := range strings.Split(pattern, "/")[1:] {
		switch {
		case i >= len(have):
			return "", false
		case strings.HasSuffix(segment, "+}"):
			return rank + "c", true
		case strings.HasPrefix(segment, "{"):
			rank += "b"
		case segment == have[i]:
			rank += "a"
		default:
			return "", false
		}
	}
	return rank, len(rank) == len(have)
}

// checkSecrets fails unless there is a Secret for every client that has one in AWS, with the same words, and no other.
func (m *model) checkSecrets() {
	m.T.Helper()
	have := map[string]string{}
	for _, secret := range m.Secrets() {
		have[string(secret.Data["clientID"])] = string(secret.Data["clientSecret"])
	}
	for _, listed := range m.clientsInAWS() {
		c := do(m.World, m.Cognito().DescribeUserPoolClient, &cip.DescribeUserPoolClientInput{UserPoolId: listed.UserPoolId, ClientId: listed.ClientId}).UserPoolClient
		if have[*c.ClientId] != aws.ToString(c.ClientSecret) {
			m.T.Fatalf("the secret of client %s is in its Secret", *c.ClientName)
		}
		delete(have, *c.ClientId)
	}
	if len(have) != 0 {
		m.T.Fatalf("%d Secrets are nobody's", len(have))
	}
}

// inventoryOfObject is the inventory without what is another's.
func (m *model) inventoryOfObject() harness.Inventory {
	m.T.Helper()
	all := harness.Normalised(m.World)
	all.Pools = slices.DeleteFunc(all.Pools, func(p harness.PoolItem) bool { return p.Name == harness.OtherPool })
	return all
}

// checkIdle fails if a further pass makes a call, or a further check changes anything, in AWS or in Kubernetes.
func (m *model) checkIdle() {
	m.T.Helper()
	before, noted := m.object.DeepCopy(), len(m.events.Events)
	m.AWS.ResetCalls()
	m.pass()
	m.restart()
	m.pass()
	if calls := m.TakeCalls(); len(calls) != 0 {
		m.T.Fatalf("a further pass makes no call, nor does one after a restart: %v", calls)
	}
	m.Clock.SetTime(m.Clock.Now().Add(2 * harness.ResyncNever))
	m.pass()
	if calls := m.Writes(); len(calls) != 0 || len(m.AWS.Calls()) == 0 {
		m.T.Fatalf("a check looks, and changes nothing: %v", calls)
	}
	if m.object.ResourceVersion != before.ResourceVersion || len(m.events.Events) != noted {
		m.T.Fatalf("nor does it write to Kubernetes: %d events, then %d; status (-before +after):\n%s", noted, len(m.events.Events),
			cmp.Diff(before.Status, m.object.Status))
	}
}

// checkDeletion deletes the object, and fails unless everything goes.
func (m *model) checkDeletion() {
	m.T.Helper()
	m.logf("delete")
	m.Update(m.object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	if err := m.Client.Delete(m.T.Context(), m.object); err != nil {
		m.T.Fatal(err)
	}
	m.RunUntil(m.object, m.Gone(m.object))
	if all := m.inventoryOfObject(); len(all.Pools)+len(all.APIs)+len(all.Granted) != 0 {
		m.T.Fatalf("nothing remains: %+v", all)
	}
	if secrets := m.Secrets(); len(secrets) != 0 {
		m.T.Fatalf("%d Secrets remain", len(secrets))
	}
}

// builds are fresh builds, by spec.
type builds struct {
	mu   sync.Mutex
	done map[string]build
}

// build is what a fresh object makes of AWS and of its status.
type build struct {
	inventory harness.Inventory
	status    map[string]any
}

// of is a fresh build of the model's spec.
func (b *builds) of(m *model) build {
	m.T.Helper()
	spec := m.object.Spec.DeepCopy()
	spec.DeletionPolicy = v1alpha1.DeletionDelete
	text, err := json.Marshal(spec)
	if err != nil {
		m.T.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.done[string(text)]; !ok {
		b.done[string(text)] = newBuild(m.T, m.object.Name, spec)
	}
	return b.done[string(text)]
}

// newBuild builds in an account of its own. The question is what becomes of AWS, so Kubernetes is a fake here, which is
// many times as fast; it generates neither uid nor generation.
func newBuild(t harness.TB, name string, spec *v1alpha1.SecuredAPISpec) build {
	t.Helper()
	kubernetes := fake.NewClientBuilder().WithScheme(harness.Scheme).WithStatusSubresource(&v1alpha1.SecuredAPI{})
	for _, claimed := range []string{"spec.domain.prefix", "spec.domain.custom.name", "spec.userPool.adopt.id", "spec.userPoolRef.name", "spec.api.adopt.id"} {
		// It is alone in its account.
		kubernetes.WithIndex(&v1alpha1.SecuredAPI{}, claimed, func(client.Object) []string { return nil })
	}
	m := &harness.Stepper{
		World: harness.NewAccountIn(t, kubernetes.Build()),
		Clock: clocktesting.NewFakePassiveClock(time.Now()), Edges: &harness.Boundaries{}, AfterPass: func() {},
	}
	m.Furnish()
	object := &v1alpha1.SecuredAPI{Spec: *spec}
	object.Namespace, object.Name, object.UID, object.Generation = m.Namespace, name, "fresh", 1
	m.Create(object)
	m.RunUntil(object, m.Ready(object))
	return build{inventory: harness.Normalised(m.World), status: harness.Anonymous(m.World, object)}
}
