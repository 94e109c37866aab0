package apigateway

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// change is one patch operation, its path taken apart. AWS patches with paths of its own, not with JSON pointers, and
// each kind of thing refuses in words of its own:
// https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
type change struct {
	op    types.Op
	path  string // as sent
	parts []string
	value *string
}

func changes(ops []types.PatchOperation) []change {
	list := make([]change, len(ops))
	for i, op := range ops {
		list[i] = change{op: op.Op, path: "null", value: op.Value}
		if op.Path == nil {
			continue
		}
		list[i].path = *op.Path
		for part := range strings.SplitSeq(strings.TrimPrefix(*op.Path, "/"), "/") {
			list[i].parts = append(list[i].parts, unescape(part))
		}
	}
	return list
}

// unescape undoes JSON pointer's escapes, which stand in media types.
func unescape(part string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
}

// root is the member that is changed.
func (c change) root() string {
	if len(c.parts) == 0 {
		return ""
	}
	return c.parts[0]
}

// key is the entry of the member, if the path leads to one.
func (c change) key() (string, bool) {
	if len(c.parts) != 2 || c.parts[1] == "" {
		return "", false
	}
	return c.parts[1], true
}

// whole tells whether the path leads to the member itself.
func (c change) whole() bool { return len(c.parts) == 1 }

func (c change) wrongPath() error { return badRequest("Invalid patch path %s", c.path) }

// only refuses operations other than the ones given.
func (c change) only(ops ...types.Op) error {
	if slices.Contains(ops, c.op) {
		return nil
	}
	names := make([]string, len(ops))
	for i, op := range ops {
		names[i] = string(op)
	}
	return badRequest("Invalid patch operation specified. Must be one of: [%s]", strings.Join(names, ", "))
}

// replaceOnly checks the updates of the things that know only "replace", and only for these paths.
func replaceOnly(list []change, paths ...string) error {
	for _, c := range list {
		if c.op != types.OpReplace {
			return badRequest("Invalid patch path  '%s' specified for op '%s'. Please choose supported operations",
				c.path, c.op)
		}
		if !slices.Contains(paths, c.path) {
			return badRequest("Invalid patch path  '%s' specified for op '%s'. Must be one of: [%s]",
				c.path, c.op, strings.Join(paths, ", "))
		}
	}
	return nil
}

// entry adds, replaces or removes one entry of a map. What is replaced or removed must be there; absent words its
// absence.
func entry[V any](c change, m *map[string]V, value V, absent string) error {
	key, ok := c.key()
	if !ok {
		return c.wrongPath()
	}
	if _, exists := (*m)[key]; !exists && c.op != types.OpAdd {
		return notFound(absent)
	}
	switch c.op {
	case types.OpAdd, types.OpReplace:
		put(m, key, value)
	case types.OpRemove:
		drop(m, key)
	default:
		return c.only(types.OpAdd, types.OpRemove, types.OpReplace)
	}
	return nil
}
