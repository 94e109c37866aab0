package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/engine"
)

var owner = engine.Owner{Cluster: "c1", Namespace: "default", Name: "notes", UID: "u1"}

func TestOwns(t *testing.T) {
	with := func(key, value string) map[string]string {
		tags := owner.Tags("t")
		tags[key] = value
		return tags
	}
	for _, tc := range []struct {
		reason string
		tags   map[string]string
		want   bool
	}{
		{"our own tags", owner.Tags("t"), true},
		{"a restored object has a new uid and finds its own again", with(engine.TagUID, "u2"), true},
		{"another creation of ours is still ours", with(engine.TagToken, "t2"), true},
		{"tags of others beside ours don't matter", with("team", "x"), true},
		{"another cluster with the same names", with(engine.TagCluster, "c2"), false},
		{"another namespace", with(engine.TagNamespace, "prod"), false},
		{"another name", with(engine.TagName, "other"), false},
		{"no tags at all", nil, false},
	} {
		if got := owner.Owns(tc.tags); got != tc.want {
			t.Errorf("%s: got %v", tc.reason, got)
		}
	}
}

func TestOverlayKeepsOthersTags(t *testing.T) {
	got := owner.Overlay(map[string]string{"team": "x", engine.TagUID: "old", engine.TagToken: "t"})
	want := owner.Tags("t")
	want["team"] = "x"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestResourceName(t *testing.T) {
	if got := owner.ResourceName(); got != "default-notes" {
		t.Errorf("got %q", got)
	}
	long := engine.Owner{Namespace: "n", Name: strings.Repeat("a", 253)}
	other := engine.Owner{Namespace: "n", Name: strings.Repeat("a", 252) + "b"}
	if n := len(long.ResourceName()); n != 128 {
		t.Errorf("Cognito takes names of at most 128 characters, got %d", n)
	}
	longest := engine.Owner{Namespace: "n", Name: strings.Repeat("a", 126)}
	if got, want := longest.ResourceName(), "n-"+longest.Name; got != want {
		t.Errorf("a name of 128 characters stays: got %q, want %q", got, want)
	}
	if long.ResourceName() == other.ResourceName() {
		t.Error("names that differ only beyond the cut stay apart")
	}
}
