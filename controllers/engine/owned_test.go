package engine_test

import (
	"errors"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Whoever may write the status can write any record.
func TestARecordThatSomebodyWroteDeletesNothingOfOthers(t *testing.T) {
	theirs := engine.Owner{Cluster: "c", Namespace: "pay", Name: "api", UID: "u2", NamespaceUID: "n2"}
	for _, tc := range []struct {
		reason string
		forge  func(s *v1alpha1.SecuredAPIStatus)
	}{
		{"a root's id", func(s *v1alpha1.SecuredAPIStatus) { s.Resource("root").ID = "root-9" }},
		{"a child's id and parent", func(s *v1alpha1.SecuredAPIStatus) {
			s.Resource("child/web").ID, s.Resource("child/web").Under = "child-9", "root-9"
		}},
		{"a server's parent, of one that the spec does not have", func(s *v1alpha1.SecuredAPIStatus) {
			s.Resources = append(s.Resources, v1alpha1.ResourceRecord{Name: "server/pay", ID: "pay", Under: "root-9"})
		}},
		{"a replaced snapshot of another root", func(s *v1alpha1.SecuredAPIStatus) {
			s.Resource("snapshot").Retired = []v1alpha1.RetiredResource{{ID: "snapshot-9", Under: "root-9", Until: new(metav1.Time{})}}
		}},
		{"many replaced snapshots of another root", func(s *v1alpha1.SecuredAPIStatus) {
			s.Resource("snapshot").Retired = []v1alpha1.RetiredResource{
				{ID: "snapshot-9", Under: "root-9"}, {ID: "snapshot-9", Under: "root-9"}, {ID: "snapshot-9", Under: "root-9"},
			}
		}},
		{"a snapshot that is not proven", func(s *v1alpha1.SecuredAPIStatus) {
			s.Resource("snapshot").Unproven, s.Resource("snapshot").Under = &v1alpha1.UnprovenResource{ID: "snapshot-9"}, "root-9"
		}},
	} {
		for _, ends := range []struct {
			how    string
			finish func(l *life) error
		}{{"a pass", (*life).apply}, {"a deletion", (*life).remove}} {
			t.Run(tc.reason+", then "+ends.how, func(t *testing.T) {
				l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}, snapshot: "s"})
				l.must()
				l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "theirs", tags: theirs.Tags("")})
				for _, kind := range []string{"child", "server", "snapshot"} {
					l.cloud.put(thing{address: address{"root-9", kind, kind + "-9"}, name: "web", value: "theirs"})
				}
				l.cloud.put(thing{address: address{"root-9", "server", "pay"}, value: "theirs"})
				tc.forge(l.saved)
				for range 3 {
					// Whether it ends well does not matter.
					_ = ends.finish(l)
					l.clock.Step(grace)
				}
				for _, want := range []string{
					"root/root-9=theirs", "root-9/child/child-9=theirs", "root-9/server/server-9=theirs", "root-9/server/pay=theirs",
					"root-9/snapshot/snapshot-9=theirs",
				} {
					if !slices.Contains(l.cloud.all(), want) {
						t.Errorf("%s is gone or changed; the service has %q", want, l.cloud.all())
					}
				}
			})
		}
	}
}

// What carries our tags and no record names is taken back, if this object made it; else it is an adoption.
func TestWhatCarriesOurTagsIsTakenBackOnlyIfWeMadeIt(t *testing.T) {
	denied := errors.New("not listed")
	planted := []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7"}}
	for _, tc := range []struct {
		reason    string
		namespace string
		others    []v1alpha1.ForeignResource
		consent   bool
		mayAdopt  func(root, id string) error
		taken     bool
		err       error
	}{
		{reason: "the same namespace, and nothing foreign", namespace: "n1", taken: true},
		{reason: "a former namespace of that name", namespace: "n0", err: &engine.ConsentError{}},
		{reason: "a former namespace of that name, with consent", namespace: "n0", consent: true, taken: true},
		{reason: "tags from before they had the namespace's uid", namespace: "", err: &engine.ConsentError{}},
		{reason: "the same namespace, with a foreign child", namespace: "n1", others: planted, err: &engine.ConsentError{}},
		{reason: "the same namespace, with a foreign child and consent", namespace: "n1", others: planted, consent: true, taken: true},
		{reason: "a policy that does not list it", namespace: "n0", mayAdopt: func(string, string) error { return denied }, err: denied},
		{
			reason: "a policy that does not list it, and consent", namespace: "n1", others: planted, consent: true,
			mayAdopt: func(string, string) error { return denied }, err: denied,
		},
		{reason: "a policy that lists it", namespace: "n0", mayAdopt: func(string, string) error { return nil }, taken: true},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("a")})
			former := l.owner
			former.NamespaceUID = tc.namespace
			l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "old", tags: former.Tags("")})
			l.others, l.consent, l.mayAdopt = tc.others, tc.consent, tc.mayAdopt
			err := l.apply()
			if _, unsettled := errors.AsType[*engine.UnsettledError](err); unsettled {
				// It was adopted, and is used when nobody else can have it.
				l.clock.Step(grace)
				err = l.apply()
			}
			_, asks := errors.AsType[*engine.ConsentError](err)
			_, wantsConsent := errors.AsType[*engine.ConsentError](tc.err)
			if asks != wantsConsent || !wantsConsent && !errors.Is(err, tc.err) {
				t.Errorf("got the error %v, want %v", err, tc.err)
			}
			want := "root/root-9=old"
			if tc.taken {
				want = "root/root-9=a"
			}
			l.wants(want)
		})
	}
}

func TestAPlanSaysWhatAnAdoptionKeeps(t *testing.T) {
	l := begin(t, wish{root: new("a"), adopt: "root-9"})
	l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "a"})
	l.others = []v1alpha1.ForeignResource{{Name: "child/mobile", ID: "child-7"}}
	p := l.next()
	p.Plan = true
	if err := p.Apply(t.Context(), l.kinds()); err != nil {
		t.Fatal(err)
	}
	words := p.Done().String()
	if want := "= root root-9; = child/mobile child-7; "; len(words) < len(want) || words[:len(want)] != want {
		t.Errorf("got the plan %q, want it to begin with %q", words, want)
	}
}

func TestADeletionWithoutStatusLeavesWhatNeedsConsent(t *testing.T) {
	evil := []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7"}}
	for _, tc := range []struct {
		reason, namespace string
		others            []v1alpha1.ForeignResource
		left              []string
	}{
		{"it made it, in the same namespace", "n1", nil, nil},
		{"one of a former namespace of that name made it", "n0", nil, []string{"root/root-9=a"}},
		{"somebody else made something in it", "n1", evil, []string{"root/root-9=a"}},
	} {
		l := begin(t, wish{root: new("a")})
		l.others = tc.others
		former := l.owner
		former.NamespaceUID = tc.namespace
		l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "a", tags: former.Tags("")})
		if err := l.remove(); err != nil {
			t.Errorf("%s: got the error %v", tc.reason, err)
		}
		l.wants(tc.left...)
	}
}

func TestForeignResourcesAreReportedAndLeave(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	l.others = []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7"}}
	l.must()
	want := []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7", In: "root"}}
	if got := l.object.Status.ForeignResources; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	l.others = nil
	l.must()
	if got := l.object.Status.ForeignResources; len(got) > 0 {
		t.Errorf("after it is gone: got %v, want none", got)
	}
}
