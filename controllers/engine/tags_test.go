package engine_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Tags of the spec are on what carries tags. One that leaves the spec goes; those that others wrote stay.
func TestTags(t *testing.T) {
	type tags = map[string]v1alpha1.TagValue
	asks := func(wanted tags) func(*life) { return func(l *life) { l.object.Spec.Tags = wanted } }
	byHand := func(key, value string) func(*life) {
		return func(l *life) {
			for at, thing := range l.cloud.things {
				if at.kind != "root" {
					continue
				}
				if value == "" {
					delete(thing.tags, key)
				} else {
					thing.tags[key] = value
				}
			}
		}
	}
	// fails makes a pass whose call fails, before the spec is edited once more.
	fails := func(operation string, f fault, edit, then func(*life)) func(*life) {
		return func(l *life) {
			defer then(l)
			edit(l)
			l.cloud.faults[operation] = f
			if err := l.apply(); err == nil {
				l.t.Fatalf("got no error from a call that is %v, want one", f)
			}
		}
	}
	for _, tc := range []struct {
		reason string
		first  tags
		then   []func(*life)
		want   map[string]string
	}{
		{"made with it", tags{"team": "a"}, nil, map[string]string{"team": "a"}},
		{"made with an empty one", tags{"team": ""}, nil, map[string]string{"team": ""}},
		{"added", nil, []func(*life){asks(tags{"team": "a"})}, map[string]string{"team": "a"}},
		{"an empty one is added", nil, []func(*life){asks(tags{"team": ""})}, map[string]string{"team": ""}},
		{"changed", tags{"team": "a"}, []func(*life){asks(tags{"team": "b"})}, map[string]string{"team": "b"}},
		{"dropped", tags{"team": "a", "cost": "1"}, []func(*life){asks(tags{"cost": "1"})}, map[string]string{"cost": "1"}},
		{"all dropped", tags{"team": "a"}, []func(*life){asks(nil)}, nil},
		{"dropped while its value is changed", tags{"team": "a", "cost": "1"}, []func(*life){asks(tags{"cost": "2"})}, map[string]string{"cost": "2"}},
		{"changed by hand", tags{"team": "a"}, []func(*life){byHand("team", "b")}, map[string]string{"team": "a"}},
		{"removed by hand", tags{"team": "a"}, []func(*life){byHand("team", "")}, map[string]string{"team": "a"}},
		{"another one by hand stays", tags{"team": "a"}, []func(*life){byHand("cost", "1"), asks(nil)}, map[string]string{"cost": "1"}},
		{"dropped, and then set by hand", tags{"team": "a"}, []func(*life){asks(nil), byHand("team", "b")}, map[string]string{"team": "b"}},
		{"dropped before it was seen that the call that set it was carried out", nil, []func(*life){
			fails("tag", lost, asks(tags{"team": "a"}), asks(nil)),
		}, nil},
		{"dropped after AWS refused it, so that what was set by hand later stays", nil, []func(*life){
			fails("tag", refused, asks(tags{"team": "a"}), asks(nil)), byHand("team", "b"),
		}, map[string]string{"team": "b"}},
		{"the call that removes it fails", tags{"team": "a"}, []func(*life){fails("untag", refused, asks(nil), asks(nil))}, nil},
		{"the call that removes it is lost, and it is asked for again", tags{"team": "a"}, []func(*life){
			fails("untag", lost, asks(nil), asks(tags{"team": "a"})),
		}, map[string]string{"team": "a"}},
		{"its resource is lost, so that another one is made", tags{"team": "a"}, []func(*life){
			func(l *life) { l.cloud.delete(rootAt) },
		}, map[string]string{"team": "a"}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("v")})
			l.object.Spec.Tags = tc.first
			l.must()
			for _, step := range tc.then {
				step(l)
				l.clock.Step(grace + time.Second)
				l.must()
			}
			l.cloud.made()
			l.must()
			if calls := l.cloud.made(); len(calls) > 0 {
				t.Errorf("got the calls %q in a pass where nothing changed, want none", calls)
			}
			got := maps.Clone(l.cloud.get(address{kind: "root", id: l.record("root").ID}).tags)
			maps.DeleteFunc(got, func(key, _ string) bool { return strings.HasPrefix(key, "securedapi.dev/") })
			if diff := cmp.Diff(tc.want, got, cmp.Transformer("none", func(m map[string]string) map[string]string {
				if len(m) == 0 {
					return nil
				}
				return m
			})); diff != "" {
				t.Errorf("tags beside the owner's (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(len(l.object.Spec.Tags), len(l.record("root").Tags)); diff != "" {
				t.Errorf("the record has the tags %v, want the spec's %v", l.record("root").Tags, l.object.Spec.Tags)
			}
		})
	}
}

// Another tag in the spec is written at once, also where nothing else is due, and what carries no tags is left alone.
func TestAnEditOfTagsNeedsNoCheck(t *testing.T) {
	l := begin(t, wish{root: new("v"), children: map[string]string{"web": "1"}})
	l.object.Spec.Tags = map[string]v1alpha1.TagValue{"team": "a"}
	l.must()
	l.whole, l.cloud.calls = false, nil
	l.object.Spec.Tags = map[string]v1alpha1.TagValue{"team": "b"}
	l.must()
	if diff := cmp.Diff([]string{"read root/root-1", "tag root/root-1"}, l.cloud.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
