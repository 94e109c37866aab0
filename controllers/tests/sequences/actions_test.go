package sequences_test

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"pgregory.net/rapid"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// actions are what a sequence is made of.
func (m *model) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"edit":          m.edit,
		"spoil":         m.spoil,
		"refused edit":  m.refusedEdit,
		"by hand":       m.byHandDo,
		"foreign":       m.foreignMake,
		"fault":         m.fault,
		"kill":          m.kill,
		"restart":       func(*rapid.T) { m.logf("restart"); m.restart() },
		"time":          m.timePasses,
		"passes":        m.passes,
		"passes (more)": m.passes, // as likely as two others
	}
}

// logf writes an action down; rapid prints it with the sequence that it has shortened.
func (m *model) logf(format string, args ...any) {
	m.count.actions.Add(1)
	m.T.Logf(format, args...)
}

// passes lets the operator work for a while.
func (m *model) passes(r *rapid.T) {
	n := rapid.IntRange(1, 3).Draw(r, "passes")
	m.logf("%d passes", n)
	for range n {
		m.pass()
	}
}

// edit changes a part of the spec.
func (m *model) edit(r *rapid.T) {
	spec := m.object.Spec.DeepCopy()
	m.logf("edit %s", drawEdit(r, m.parts, spec))
	m.setSpec(spec)
	m.pass()
}

func (m *model) setSpec(spec *v1alpha1.SecuredAPISpec) {
	m.T.Helper()
	m.Update(m.object, func(o *v1alpha1.SecuredAPI) { o.Spec = *spec.DeepCopy() })
	m.moment = append(m.moment, *m.object.Spec.DeepCopy())
}

// refusedEdit is an edit that the API server refuses: all is as it was.
func (m *model) refusedEdit(r *rapid.T) {
	bad := one(r, "refusal", harness.Refusals)
	m.logf("refused: %s", bad.Patch)
	m.Get(m.object)
	before := m.object.ResourceVersion
	if err := m.Client.Patch(m.T.Context(), m.object.DeepCopy(), bad.MergePatch(m.T)); !apierrors.IsInvalid(err) {
		m.T.Fatalf("%s is refused: %v", bad.Patch, err)
	}
	if m.Get(m.object); m.object.ResourceVersion != before {
		m.T.Fatalf("%s changed the object", bad.Patch)
	}
}

// spoilers are edits that cannot be, whatever else the spec says, with the reason that the object stalls for.
var spoilers = map[string]struct {
	edit   func(*v1alpha1.SecuredAPISpec)
	reason string
}{
	"a scope that does not exist": {func(s *v1alpha1.SecuredAPISpec) {
		s.Clients = append(slices.Clone(s.Clients[:min(1, len(s.Clients))]), v1alpha1.Client{
			Name: "spoiler", CallbackURLs: []v1alpha1.URL{"notes:/callback"}, Scopes: []string{"nowhere/read"},
		})
		s.Domain = cmp.Or(s.Domain, &v1alpha1.DomainSpec{Prefix: "notes-beta"})
	}, v1alpha1.ReasonInvalidSpec},
	"a domain that is taken": {func(s *v1alpha1.SecuredAPISpec) {
		s.Domain = &v1alpha1.DomainSpec{Prefix: takenPrefix}
	}, v1alpha1.ReasonDomainTaken},
	"a function that does not exist": {func(s *v1alpha1.SecuredAPISpec) {
		s.Routes[0].Backend = v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "Missing"}}
	}, v1alpha1.ReasonDependencyNotReady},
	"a function of another Region": {func(s *v1alpha1.SecuredAPISpec) {
		s.Routes[0].Backend = v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "arn:aws:lambda:eu-west-1:111111111111:function:OtherHandler"}}
	}, v1alpha1.ReasonInvalidSpec},
	"two variables in one place": {func(s *v1alpha1.SecuredAPISpec) {
		backend := v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "OtherHandler"}}
		s.Routes = []v1alpha1.Route{
			{Path: "/a/{id}", Methods: []v1alpha1.Method{"GET"}, Backend: backend},
			{Path: "/a/{name}", Methods: []v1alpha1.Method{"GET"}, Backend: backend},
		}
	}, v1alpha1.ReasonInvalidSpec},
	"a method twice on a path": {func(s *v1alpha1.SecuredAPISpec) {
		s.Routes = append(slices.Clone(s.Routes), s.Routes[0])
	}, v1alpha1.ReasonInvalidSpec},
	"a URL with a variable that the path does not have": {func(s *v1alpha1.SecuredAPISpec) {
		s.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://notes.example.com/{nobody}"}}
	}, v1alpha1.ReasonInvalidSpec},
}

// takenPrefix is the domain prefix of a pool that is not ours.
const takenPrefix = "taken"

// spoil asks for what cannot be, perhaps until the object says so, and takes it back.
func (m *model) spoil(r *rapid.T) {
	what := *one(r, "spoiler", namesOf(spoilers))
	m.logf("spoil: %s", what)
	taken := do(m.World, m.Cognito().DescribeUserPoolDomain, &cip.DescribeUserPoolDomainInput{Domain: aws.String(takenPrefix)})
	if taken.DomainDescription.UserPoolId == nil {
		m.TakeDomain(takenPrefix)
	}
	good := m.object.Spec.DeepCopy()
	bad := good.DeepCopy()
	spoilers[what].edit(bad)
	m.setSpec(bad)
	if rapid.Bool().Draw(r, "until it stalls") {
		m.calm()
		m.until("stalled", func(o *v1alpha1.SecuredAPI) bool {
			stalled := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionStalled)
			// A lost pool stalls it, too.
			return stalled != nil && stalled.ObservedGeneration == o.Generation &&
				slices.Contains([]string{spoilers[what].reason, v1alpha1.ReasonUserPoolDeleted}, stalled.Reason)
		})
	} else {
		m.passes(r)
	}
	m.setSpec(good)
}

// byHandDo changes by hand what the operator made.
func (m *model) byHandDo(r *rapid.T) {
	what := *one(r, "hand", namesOf(m.hands))
	if !m.hands[what](m, r) {
		r.SkipNow()
	}
	m.logf("somebody %s", what)
	m.drifted = true
}

// foreignMake makes something by hand that is none of the operator's business.
func (m *model) foreignMake(r *rapid.T) {
	what := *one(r, "what", namesOf(foreigns))
	known := slices.ContainsFunc(m.foreign, func(f foreign) bool { return f.what == what })
	if known || !foreigns[what](m, r) {
		r.SkipNow()
	}
	m.foreign[len(m.foreign)-1].what = what
	m.logf("somebody makes %s", what)
}

// fallible are the calls that a fault can meet: all that the operator may make of these services; empty stands for any.
func fallible(services ...string) []string {
	calls := []string{""}
	for _, service := range services {
		calls = append(calls, harness.Operations(service)...)
	}
	return calls
}

// modelFailures are ways in which a call fails: the classes of awserr, and each way to lose an answer.
var modelFailures = map[string]awslocal.Fault{
	"500":              {Kind: awslocal.RefuseBefore},
	"500 but done":     {Kind: awslocal.RefuseAfter},
	"reply lost":       {Kind: awslocal.LoseReply},
	"connection cut":   {Kind: awslocal.Cut},
	"half an answer":   {Kind: awslocal.CutBody},
	"garbage":          {Kind: awslocal.Garbage},
	"throttled":        {Kind: awslocal.Throttle},
	"access denied":    {Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Message: "User: x is not authorized", Status: http.StatusForbidden},
	"limit":            {Kind: awslocal.RefuseBefore, Code: "LimitExceededException", Message: "full", Status: http.StatusBadRequest},
	"rejected":         {Kind: awslocal.RefuseBefore, Code: "InvalidParameterException", Message: "no", Status: http.StatusBadRequest},
	"somebody else":    {Kind: awslocal.RefuseBefore, Code: "ConcurrentModificationException", Message: "busy", Status: http.StatusBadRequest},
	"an unknown error": {Kind: awslocal.RefuseBefore, Code: "TeapotException", Message: "short and stout", Status: http.StatusTeapot},
}

// fault lets calls fail.
func (m *model) fault(r *rapid.T) {
	how := *one(r, "failure", namesOf(modelFailures))
	f := modelFailures[how]
	f.Operation = *one(r, "call", m.calls)
	f.Skip, f.Times = rapid.IntRange(0, 3).Draw(r, "skip"), rapid.IntRange(1, 3).Draw(r, "times")
	m.logf("fault: %s, call %q, after %d, %d times", how, f.Operation, f.Skip, f.Times)
	m.AWS.Inject(f)
	m.pass()
}

// kill kills the operator before or after one of the next calls.
func (m *model) kill(r *rapid.T) {
	after := rapid.IntRange(1, 40).Draw(r, "boundary")
	m.logf("killed at boundary %d from here", after)
	m.Edges.KillAt = m.Edges.Seen + after
	m.pass()
}

// timePasses lets time jump.
func (m *model) timePasses(r *rapid.T) {
	d := *one(r, "time", []time.Duration{time.Second, time.Minute, 10 * time.Minute, 2 * time.Hour, 2 * harness.ResyncNever})
	m.logf("%s pass", d)
	m.Clock.SetTime(m.Clock.Now().Add(d))
	m.pass()
}

// namesOf are a table's names, sorted.
func namesOf[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }
