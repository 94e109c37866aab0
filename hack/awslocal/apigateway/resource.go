package apigateway

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) createResource(_ wire.Request, in *sdk.CreateResourceInput) (*sdk.CreateResourceOutput, error) {
	a, parent, err := t.resource(in.RestApiId, in.ParentId)
	if err != nil {
		return nil, err
	}
	res, err := a.addResource(parent, text(in.PathPart), t.limits.Resources)
	if err != nil {
		return nil, err
	}
	return as[sdk.CreateResourceOutput](*res), nil
}

// addResource grows the tree by one part.
func (d *definition) addResource(parent *types.Resource, part string, limit int) (*types.Resource, error) {
	if err := d.checkPlace(parent, part, nil); err != nil {
		return nil, err
	}
	if len(d.Resources) >= limit {
		return nil, limitExceeded("resources")
	}
	res := &types.Resource{
		Id:       newID(shortID),
		ParentId: parent.Id,
		PathPart: aws.String(part),
		Path:     aws.String(join(*parent.Path, part)),
	}
	d.Resources[*res.Id] = res
	return res, nil
}

func join(parent, part string) string { return strings.TrimSuffix(parent, "/") + "/" + part }

var pathPart = regexp.MustCompile(`^([a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$`)

// checkPlace tells whether a part may stand under parent. self is the resource that is moved there, if one is.
func (d *definition) checkPlace(parent *types.Resource, part string, self *types.Resource) error {
	if !pathPart.MatchString(part) {
		return badRequest("Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end " +
			"and an optional plus sign before the closing brace.")
	}
	if isGreedy(text(parent.PathPart)) {
		return badRequest("Cannot create a child of a resource with a greedy path variable: %s", *parent.PathPart)
	}
	for _, sibling := range d.children(parent) {
		if sibling == self {
			continue
		}
		if same(sibling.PathPart, part) {
			return conflict("Another resource with the same parent already has this name: %s", part)
		}
		if isVariable(*sibling.PathPart) && isVariable(part) {
			return badRequest("A sibling (%s) of this resource already has a variable path part -- only one is allowed",
				*sibling.PathPart)
		}
	}
	return nil
}

func (d *definition) children(parent *types.Resource) []*types.Resource {
	return slices.DeleteFunc(d.byPath(), func(res *types.Resource) bool { return !same(res.ParentId, *parent.Id) })
}

func (t *tenant) getResource(_ wire.Request, in *sdk.GetResourceInput) (*sdk.GetResourceOutput, error) {
	_, res, err := t.resource(in.RestApiId, in.ResourceId)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetResourceOutput](embedded(*res, in.Embed)), nil
}

func (t *tenant) getResources(_ wire.Request, in *sdk.GetResourcesInput) (*sdk.GetResourcesOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	all := values(a.byPath())
	for i := range all {
		all[i] = embedded(all[i], in.Embed)
	}
	items, next := page(all, in.Limit, in.Position)
	return &sdk.GetResourcesOutput{Items: items, Position: next}, nil
}

// embedded shows what the methods are if that was asked for. Otherwise only their names are there
// (test_import_swagger_api, 2025-07-03).
func embedded(res types.Resource, embed []string) types.Resource {
	if slices.Contains(embed, "methods") || res.ResourceMethods == nil {
		return res
	}
	names := make(map[string]types.Method, len(res.ResourceMethods))
	for name := range res.ResourceMethods {
		names[name] = types.Method{}
	}
	res.ResourceMethods = names
	return res
}

// deleteResource takes what is below it along (test_delete_resource, 2024-04-15).
func (t *tenant) deleteResource(_ wire.Request, in *sdk.DeleteResourceInput) (*sdk.DeleteResourceOutput, error) {
	a, res, err := t.resource(in.RestApiId, in.ResourceId)
	if err != nil {
		return nil, err
	}
	if res == a.root() {
		return nil, badRequest("Cannot delete root resource.")
	}
	a.prune(res)
	return &sdk.DeleteResourceOutput{}, nil
}

func (d *definition) prune(res *types.Resource) {
	for _, child := range d.children(res) {
		d.prune(child)
	}
	delete(d.Resources, *res.Id)
}

func (t *tenant) updateResource(r wire.Request, in *sdk.UpdateResourceInput) (*sdk.UpdateResourceOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	a, res, err := t.resource(in.RestApiId, in.ResourceId)
	if err != nil {
		return nil, err
	}
	list := changes(in.PatchOperations)
	if err := replaceOnly(list, "/parentId", "/pathPart"); err != nil {
		return nil, err
	}
	parent, part := a.Resources[text(res.ParentId)], text(res.PathPart)
	for _, c := range list {
		if res == a.root() {
			return nil, badRequest("Root resource cannot update its %s.", c.root())
		}
		if c.root() == "pathPart" {
			part = text(c.value)
			continue
		}
		var ok bool
		if parent, ok = a.Resources[text(c.value)]; !ok {
			return nil, notFound(noResource)
		}
		if a.within(parent, res) {
			return nil, badRequest("Resources cannot be cyclical.")
		}
	}
	if len(list) > 0 {
		if err := a.checkPlace(parent, part, res); err != nil {
			return nil, err
		}
		res.ParentId, res.PathPart = parent.Id, &part
		a.repath(res, *parent.Path)
	}
	return as[sdk.UpdateResourceOutput](embedded(*res, nil)), nil
}

// within tells whether res is top or below it.
func (d *definition) within(res, top *types.Resource) bool {
	for ; res != nil; res = d.Resources[text(res.ParentId)] {
		if res == top {
			return true
		}
	}
	return false
}

// repath writes the paths of res and of all below it anew.
func (d *definition) repath(res *types.Resource, parentPath string) {
	res.Path = aws.String(join(parentPath, *res.PathPart))
	for _, child := range d.children(res) {
		d.repath(child, *res.Path)
	}
}
