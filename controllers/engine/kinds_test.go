package engine_test

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// root is a resource with tags.
func (l *life) root(p *engine.Pass, _ string) engine.Resource {
	at := func(id string) address { return address{kind: "root", id: id} }
	return &engine.Of[sent, thing]{
		Meta: engine.Meta{Watches: []string{"child/"}, After: []string{"ahead/"}},
		Desired: func() (*sent, error) {
			if l.wish.root == nil {
				return nil, nil
			}
			if l.wish.note == nil {
				return &sent{Value: *l.wish.root, Note: noNote, Blocks: p.BlocksOf("root", nil)}, nil
			}
			return &sent{Value: *l.wish.root, Note: *l.wish.note, Blocks: p.BlocksOf("root", map[string]bool{"note": true})}, nil
		},
		Tags:   func(have *thing) map[string]string { return have.tags },
		Adopts: func() (string, string) { return l.wish.adopt, "spec.adopt.id" },
		Find: func(_ context.Context, token string) (found []engine.Found[thing], err error) {
			return found, l.cloud.do("read", at("*"), func() {
				for _, one := range l.cloud.list("", "root") {
					if l.owner.Owns(one.tags) && (token == "" || token == one.tags[engine.TagToken]) {
						found = append(found, engine.Found[thing]{ID: one.id, Value: one})
					}
				}
			})
		},
		Others: func(_ context.Context, _ string, _ *thing, kind string) ([]v1alpha1.ForeignResource, error) {
			if kind != "" && kind != "child/" {
				return nil, nil
			}
			return l.others, nil
		},
		Read:   l.reads(at),
		Fields: fields,
		Guard: func(_ context.Context, operation v1alpha1.Operation, _ *sent, _ *thing) error {
			if l.forbids == nil {
				return nil
			}
			return l.forbids(operation)
		},
		Lose: func(id string) error {
			if l.kept == nil {
				return nil
			}
			return l.kept(id)
		},
		Create: func(_ context.Context, want *sent, token string) (engine.Found[thing], error) {
			made := thing{address: at(l.cloud.newID("root")), value: want.Value, note: want.Note, tags: l.pass.Tags(token)}
			err := l.cloud.do("create", made.address, func() { l.cloud.put(made) })
			return engine.Found[thing]{ID: made.id, Value: &made}, err
		},
		Update: l.updates(at),
		Tag: func(_ context.Context, id string, _ *thing, tags map[string]string) error {
			return l.cloud.do("tag", at(id), func() {
				if have := l.cloud.things[at(id)]; have != nil {
					if have.tags == nil {
						have.tags = map[string]string{}
					}
					maps.Copy(have.tags, tags)
				}
			})
		},
		Untag: func(_ context.Context, id string, _ *thing, keys []string) error {
			return l.cloud.do("untag", at(id), func() {
				if have := l.cloud.things[at(id)]; have != nil {
					maps.DeleteFunc(have.tags, func(key, _ string) bool { return slices.Contains(keys, key) })
				}
			})
		},
		Delete: func(_ context.Context, id, _ string) error {
			return l.cloud.do("delete", at(id), func() { l.cloud.delete(at(id)) })
		},
	}
}

// in is the address of what is in the root.
func in(p *engine.Pass, kind string) func(id string) address {
	return func(id string) address { return address{p.ID("root"), kind, id} }
}

// reads looks at a thing.
func (l *life) reads(at func(string) address) func(context.Context, string, []string) (*thing, error) {
	return func(_ context.Context, id string, _ []string) (have *thing, err error) {
		return have, l.cloud.do("read", at(id), func() { have = l.cloud.get(at(id)) })
	}
}

// updates changes a thing.
func (l *life) updates(at func(string) address) func(context.Context, string, *sent, *thing) (*thing, error) {
	return func(_ context.Context, id string, want *sent, have *thing) (*thing, error) {
		err := l.cloud.do("update", at(id), func() {
			if there := l.cloud.things[at(id)]; there != nil {
				*there = *engine.Overlay(fields, want, there)
			}
		})
		if l.silent {
			return nil, err
		}
		return engine.Overlay(fields, want, have), err
	}
}

// child is in the root and goes with it. The service gives its id, and its name may be given twice.
func (l *life) child(p *engine.Pass, key string) engine.Resource {
	at := in(p, "child")
	return &engine.Of[sent, thing]{
		Meta:    engine.Meta{In: "root", GoesWith: true},
		Desired: value(l.wish.children, key),
		Find: func(context.Context, string) (found []engine.Found[thing], err error) {
			return found, l.cloud.do("read", at("*"), func() {
				for _, one := range l.cloud.list(p.ID("root"), "child") {
					if one.name == key {
						found = append(found, engine.Found[thing]{ID: one.id, Value: one})
					}
				}
			})
		},
		Read:   l.reads(at),
		Fields: fields,
		Replaces: func(want *sent, have *thing) bool {
			return strings.HasPrefix(want.Value, "!") != strings.HasPrefix(have.value, "!")
		},
		Create: func(_ context.Context, want *sent, _ string) (engine.Found[thing], error) {
			made := thing{address: at(l.cloud.newID("child")), name: key, value: cmp.Or(l.stored, want.Value)}
			err := l.cloud.do("create", made.address, func() { l.cloud.put(made) })
			return engine.Found[thing]{ID: made.id, Value: &made}, err
		},
		Update: l.updates(at),
		Delete: l.deletes("child"),
	}
}

// part is in a child and goes with it.
func (l *life) part(p *engine.Pass, key string) engine.Resource {
	at := func(id string) address { return address{p.ID("child/" + key), "part", id} }
	return &engine.Of[sent, thing]{
		Meta:    engine.Meta{In: "child/" + key, GoesWith: true},
		Desired: value(l.wish.parts, key),
		ID:      func(*sent) string { return key },
		Read:    l.reads(at),
		Fields:  fields,
		Create:  l.creates(at, key),
		Exists:  func(err error) bool { return errors.Is(err, errExists) },
		Update:  l.updates(at),
		Delete:  l.deletes("part"),
	}
}

func (l *life) deletes(kind string) func(context.Context, string, string) error {
	return func(_ context.Context, id, under string) error {
		at := address{under, kind, id}
		return l.cloud.do("delete", at, func() { l.cloud.delete(at) })
	}
}

// exists is what the service says of an id that is taken.
var errExists = &smithy.GenericAPIError{Code: "ConflictException", Message: "exists already"}

// creates makes a thing under the id that we give.
func (l *life) creates(at func(string) address, key string) func(context.Context, *sent, string) (engine.Found[thing], error) {
	return func(_ context.Context, want *sent, _ string) (engine.Found[thing], error) {
		if l.cloud.get(at(key)) != nil {
			return engine.Found[thing]{}, errExists
		}
		made := thing{address: at(key), value: want.Value}
		err := l.cloud.do("create", at(key), func() { l.cloud.put(made) })
		return engine.Found[thing]{ID: key, Value: &made}, err
	}
}

// server is in the root under the id that we give. It holds the old value, too, until all else converged.
func (l *life) server(p *engine.Pass, key string) engine.Resource {
	at := in(p, "server")
	return &engine.Of[sent, thing]{
		Meta:    engine.Meta{In: "root", GoesWith: true, Leaves: []string{"child/"}},
		Desired: value(l.wish.servers, key),
		ID:      func(*sent) string { return key },
		Read:    l.reads(at),
		Fields:  fields,
		Effect: func(have *thing) string {
			if strings.HasPrefix(have.value, "~") {
				return "server/" + key + " is being made"
			}
			return ""
		},
		Grow: func(want *sent, have *thing) *sent {
			if strings.Contains(have.value, want.Value) {
				return &sent{Value: have.value}
			}
			return &sent{Value: have.value + "+" + want.Value}
		},
		Create: l.creates(at, key),
		Exists: func(err error) bool { return errors.Is(err, errExists) },
		Update: l.updates(at),
		Delete: l.deletes("server"),
	}
}

// grant is under the id that we give, and stays when the root goes.
func (l *life) grant(p *engine.Pass, key string) engine.Resource {
	at := in(p, "grant")
	return &engine.Of[sent, thing]{
		Meta:    engine.Meta{In: "root"},
		Desired: value(l.wish.grants, key),
		ID:      func(*sent) string { return key },
		Read:    l.reads(at),
		Fields:  fields,
		Create:  l.creates(at, key),
		Exists:  func(err error) bool { return errors.Is(err, errExists) },
		Update:  l.updates(at),
		Delete:  l.deletes("grant"),
	}
}

// ahead is what the root uses, under the id that we give.
func (l *life) ahead(p *engine.Pass, key string) engine.Resource {
	at := in(p, "ahead")
	return &engine.Of[sent, thing]{
		Meta:    engine.Meta{In: "root", Ahead: true, Leaves: []string{"root"}},
		Desired: value(l.wish.ahead, key),
		ID:      func(*sent) string { return key },
		Read:    l.reads(at),
		Fields:  fields,
		Create:  l.creates(at, key),
		Exists:  func(err error) bool { return errors.Is(err, errExists) },
		Update:  l.updates(at),
		Delete:  l.deletes("ahead"),
	}
}

// slot has its value as id. The root has room for one, so the former one has to go first.
func (l *life) slot(p *engine.Pass, _ string) engine.Resource {
	at := in(p, "slot")
	return &engine.Of[sent, thing]{
		Meta: engine.Meta{In: "root", GoesWith: true, Exclusive: true},
		Desired: func() (*sent, error) {
			if l.wish.slot == "" {
				return nil, nil
			}
			return &sent{Value: l.wish.slot}, nil
		},
		ID:       func(want *sent) string { return want.Value },
		Read:     l.reads(at),
		Fields:   fields,
		Replaces: func(want *sent, have *thing) bool { return want.Value != have.value },
		Create: func(_ context.Context, want *sent, _ string) (engine.Found[thing], error) {
			made := thing{address: at(want.Value), value: want.Value}
			if there := l.cloud.list(p.ID("root"), "slot"); len(there) > 0 {
				l.t.Errorf("%s is made while there is %s", want.Value, there[0].id)
			}
			err := l.cloud.do("create", made.address, func() { l.cloud.put(made) })
			return engine.Found[thing]{ID: made.id, Value: &made}, err
		},
		Restore: func(_ context.Context, id string) error {
			return l.cloud.do("restore", at(id), func() { l.cloud.put(thing{address: at(id), value: id}) })
		},
		Delete: l.deletes("slot"),
	}
}

// snapshot is immutable: another value is another snapshot. It is open to all if its value says so.
func (l *life) snapshot(p *engine.Pass, _ string) engine.Resource {
	at := in(p, "snapshot")
	return &engine.Of[sent, thing]{
		Meta: engine.Meta{In: "root", GoesWith: true, Immutable: true, Keep: 1},
		Desired: func() (*sent, error) {
			if l.wish.snapshot == "" {
				return nil, nil
			}
			return &sent{Value: l.wish.snapshot}, nil
		},
		Find: func(_ context.Context, token string) (found []engine.Found[thing], err error) {
			return found, l.cloud.do("read", at("*"), func() {
				for _, one := range l.cloud.list(p.ID("root"), "snapshot") {
					if one.name == token {
						found = append(found, engine.Found[thing]{ID: one.id, Value: one})
					}
				}
			})
		},
		Read: l.reads(at),
		Diff: func(_ *sent, have *thing) plan.Plan {
			if have == nil {
				return plan.Plan{{Part: "snapshot", Action: plan.Create, Subject: "snapshot", Class: plan.InPlace}}
			}
			return nil
		},
		Create: func(_ context.Context, want *sent, token string) (engine.Found[thing], error) {
			made := thing{address: at(l.cloud.newID("snapshot")), name: token, value: want.Value}
			err := l.cloud.do("create", made.address, func() { l.cloud.put(made) })
			return engine.Found[thing]{ID: made.id, Value: &made}, err
		},
		Prove: func(_ context.Context, want *sent, id string) (left plan.Plan, former bool, err error) {
			err = l.cloud.do("read", at(id), func() {
				left = engine.Compare("snapshot", fields, want, l.cloud.get(at(id)))
			})
			return left, l.trailing, err
		},
		Delete: l.deletes("snapshot"),
	}
}

// stage serves the snapshot.
func (l *life) stage(p *engine.Pass, _ string) engine.Resource {
	at := in(p, "stage")
	return &engine.Of[sent, thing]{
		Meta: engine.Meta{In: "root", Needs: []string{"snapshot"}, After: []string{"snapshot", "part/"}, GoesWith: true},
		Desired: func() (*sent, error) {
			if !l.wish.stage {
				return nil, nil
			}
			return &sent{Value: p.ID("snapshot")}, nil
		},
		ID:     func(*sent) string { return "live" },
		Read:   l.reads(at),
		Fields: fields,
		Create: l.creates(at, "live"),
		Exists: func(err error) bool { return errors.Is(err, errExists) },
		Update: l.updates(at),
		Delete: l.deletes("stage"),
	}
}
