package engine_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// cloud is a service that the tests know all of. It gives ids that were never given before, and can carry out a call after
// it failed.
type cloud struct {
	things map[address]*thing
	given  int
	// calls are those that were made, as "update root-1/server/a".
	calls []string
	// faults say, by operation ("create", "update root"), what becomes of the next such call.
	faults map[string]fault
	// late are calls that failed and are still carried out when land is called.
	late []func()
	// former are things as reads still show them.
	former map[address]*thing
	// before is run before each call.
	before func(call string)
}

// address says where a thing is: in which root, and of which kind. What is in no root has an empty one.
type address struct{ under, kind, id string }

type thing struct {
	address
	// name is what identifies it where the service gives the id.
	name, value, note string
	tags              map[string]string
}

type fault int

const (
	// refused calls have no effect, and say so.
	refused fault = iota
	// lost calls have their effect, and their reply is lost.
	lost
	// delayed calls fail, and have their effect later.
	delayed
	// missing calls have no effect, and say that something is not there.
	missing
)

func newCloud() *cloud { return &cloud{things: map[address]*thing{}, faults: map[string]fault{}} }

// do makes a call, whose effect is the function.
func (c *cloud) do(operation string, at address, effect func()) error {
	call := operation + " " + strings.TrimPrefix(at.under+"/", "/") + at.kind + "/" + at.id
	if c.before != nil {
		c.before(call)
	}
	c.calls = append(c.calls, call)
	for _, key := range []string{operation + " " + at.kind, operation} {
		kind, faulty := c.faults[key]
		if !faulty {
			continue
		}
		delete(c.faults, key)
		switch kind {
		case refused:
			return answer("InvalidParameterException")
		case missing:
			return answer("ResourceNotFoundException")
		case lost:
			effect()
		case delayed:
			c.late = append(c.late, effect)
		}
		return context.DeadlineExceeded
	}
	effect()
	return nil
}

// answer is an error that the service answers.
func answer(code string) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusBadRequest}},
		Err:      &smithy.GenericAPIError{Code: code, Message: "no"},
	}}
}

// land carries out what is late.
func (c *cloud) land() {
	for _, effect := range c.late {
		effect()
	}
	c.late = nil
}

// made returns the calls since the last time, without reads.
func (c *cloud) made() []string {
	calls := slices.DeleteFunc(c.calls, func(call string) bool { return strings.HasPrefix(call, "read ") })
	c.calls = nil
	return calls
}

// newID returns an id that was never given.
func (c *cloud) newID(kind string) string {
	c.given++
	return kind + "-" + strconv.Itoa(c.given)
}

// put makes a thing. One that the service has already is replaced.
func (c *cloud) put(t thing) *thing {
	t.tags = maps.Clone(t.tags)
	c.things[t.address] = &t
	return &t
}

// get returns a copy of a thing, nil if there is none.
func (c *cloud) get(at address) *thing {
	if former := c.former[at]; former != nil {
		return former
	}
	if have := c.things[at]; have != nil {
		kept := *have
		kept.tags = maps.Clone(have.tags)
		return &kept
	}
	return nil
}

// delete deletes a thing and what goes with it.
func (c *cloud) delete(at address) {
	delete(c.things, at)
	for other := range c.things {
		if at.kind == "root" && other.under == at.id && other.kind != "grant" && other.kind != "ahead" {
			delete(c.things, other)
		}
	}
}

// list returns the things of a kind, in the order of their ids.
func (c *cloud) list(under, kind string) []*thing {
	var found []*thing
	for at := range c.things {
		if at.under == under && at.kind == kind {
			found = append(found, c.get(at))
		}
	}
	slices.SortFunc(found, func(a, b *thing) int { return strings.Compare(a.id, b.id) })
	return found
}

// all returns what there is, as "root-1/server/a=value".
func (c *cloud) all() []string {
	var all []string
	for at, t := range c.things {
		all = append(all, strings.TrimPrefix(at.under+"/", "/")+at.kind+"/"+at.id+"="+t.value)
	}
	slices.Sort(all)
	return all
}
