package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
)

const resourceUpdates = "test_update_resource_behaviour, 2024-04-15" //nolint:misspell // the name of the recording

func TestResources(t *testing.T) {
	const (
		missing = `404 NotFoundException: Invalid Resource identifier specified`
		greedy  = `400 BadRequestException: Cannot create a child of a resource with a greedy path variable: {proxy+}`
	)
	create := func(a api, parent *string, part string) {
		try(a.f.sdk.CreateResource(a.f.Context(), &sdk.CreateResourceInput{RestApiId: a.id, ParentId: parent, PathPart: &part}))
	}
	update := func(a api, id *string, ops ...string) {
		try(a.f.sdk.UpdateResource(a.f.Context(), &sdk.UpdateResourceInput{
			RestApiId: a.id, ResourceId: id, PatchOperations: patch(ops...),
		}))
	}
	list := func(a api, embed ...string) {
		try(a.f.sdk.GetResources(a.f.Context(), &sdk.GetResourcesInput{RestApiId: a.id, Embed: embed}))
	}
	remove := func(a api, id *string) {
		try(a.f.sdk.DeleteResource(a.f.Context(), &sdk.DeleteResourceInput{RestApiId: a.id, ResourceId: id}))
	}
	check(t, []behavior{{
		name: "a new API has a root", source: "test_resource_lifecycle, 2024-04-15",
		do:   func(f *fixture) { list(f.api()) },
		want: `200 {"item":[{"id":"*","path":"/"}]}`,
	}, {
		name: "a resource knows its place", source: "test_resource_lifecycle, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			create(a, a.resource(a.root, "pets"), "subpets")
		},
		want: `201 {"id":"*","parentId":"*","path":"/pets/subpets","pathPart":"subpets"}`,
	}, {
		name: "a new name shows in the paths below", source: "test_resource_lifecycle, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			pets := a.resource(a.root, "pets")
			a.resource(pets, "subpets")
			update(a, pets, "replace /pathPart dogs")
			list(a)
		},
		want: `200 {"item":[{"id":"*","path":"/"},{"id":"*","parentId":"*","path":"/dogs","pathPart":"dogs"},` +
			`{"id":"*","parentId":"*","path":"/dogs/subpets","pathPart":"subpets"}]}`,
	}, {
		name: "a deletion takes what is below along", source: "test_delete_resource, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			pets := a.resource(a.root, "pets")
			subpets := a.resource(pets, "subpets")
			remove(a, pets)
			remove(a, subpets)
		},
		want: missing,
	}, {
		name: "a deletion answers 202", source: "test_resource_lifecycle, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			remove(a, a.resource(a.root, "pets"))
		},
		want: `202`,
	}, {
		name: "an unknown parent", source: "test_create_resource_parent_invalid, 2024-04-15",
		do:   func(f *fixture) { create(f.api(), aws.String("fake"), "pets") },
		want: missing,
	}, {
		name: "two of the same name", source: resourceUpdates,
		do: func(f *fixture) {
			a := f.api()
			a.resource(a.root, "pets")
			create(a, a.root, "pets")
		},
		want: `409 ConflictException: Another resource with the same parent already has this name: pets`,
	}, {
		name: "two variables beside each other", source: "test_create_proxy_resource_validation, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			a.resource(a.root, "{proxy+}")
			create(a, a.root, "{dynamic}")
		},
		want: `400 BadRequestException: A sibling ({proxy+}) of this resource already has a variable path part -- ` +
			`only one is allowed`,
	}, {
		name: "nothing below a greedy variable", source: "test_create_proxy_resource_validation, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			create(a, a.resource(a.root, "{proxy+}"), "child")
		},
		want: greedy,
	}, {
		name: "literal and greedy beside each other", source: "test_create_proxy_resource, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			a.resource(a.root, "{proxy+}")
			parent := a.resource(a.root, "parent")
			a.resource(parent, "{child+}")
			create(a, parent, "child")
		},
		want: `201 {"id":"*","parentId":"*","path":"/parent/child","pathPart":"child"}`,
	}, {
		name: "a path part with a dollar", source: "serverless/blog#629",
		do: func(f *fixture) {
			a := f.api()
			create(a, a.root, "$metadata")
		},
		want: `400 BadRequestException: Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning ` +
			`and the end and an optional plus sign before the closing brace.`,
	}, {
		name: "only two things can be changed", source: resourceUpdates,
		do: func(f *fixture) {
			a := f.api()
			update(a, a.resource(a.root, "pets"), "replace /invalid dogs")
		},
		want: `400 BadRequestException: Invalid patch path  '/invalid' specified for op 'replace'. ` +
			`Must be one of: [/parentId, /pathPart]`,
	}, {
		name: "and only replaced", source: resourceUpdates,
		do: func(f *fixture) {
			a := f.api()
			update(a, a.resource(a.root, "pets"), "remove /pathPart")
		},
		want: `400 BadRequestException: Invalid patch path  '/pathPart' specified for op 'remove'. ` +
			`Please choose supported operations`,
	}, {
		name: "a resource below itself", source: resourceUpdates,
		do: func(f *fixture) {
			a := f.api()
			pets := a.resource(a.root, "pets")
			update(a, pets, "replace /parentId "+*a.resource(pets, "subpets"))
		},
		want: `400 BadRequestException: Resources cannot be cyclical.`,
	}, {
		name: "a move onto a sibling's name", source: resourceUpdates,
		do: func(f *fixture) {
			a := f.api()
			pets := a.resource(a.root, "pets")
			update(a, a.resource(pets, "pets"), "replace /parentId "+*a.root)
		},
		want: `409 ConflictException: Another resource with the same parent already has this name: pets`,
	}, {
		name: "a move", source: resourceUpdates,
		do: func(f *fixture) {
			a := f.api()
			update(a, a.resource(a.resource(a.root, "pets"), "subpets"), "replace /parentId "+*a.root)
		},
		want: `200 {"id":"*","parentId":"*","path":"/subpets","pathPart":"subpets"}`,
	}, {
		name: "the root stays where it is", source: "test_update_resource_on_root, 2025-09-03",
		do: func(f *fixture) {
			a := f.api()
			update(a, a.root, "replace /parentId "+*a.resource(a.root, "pets"))
		},
		want: `400 BadRequestException: Root resource cannot update its parentId.`,
	}, {
		name: "the root has no name", source: "test_update_resource_on_root, 2025-09-03",
		do: func(f *fixture) {
			a := f.api()
			update(a, a.root, "replace /pathPart root")
		},
		want: `400 BadRequestException: Root resource cannot update its pathPart.`,
	}, {
		name: "without embed only the methods' names are there", source: "test_import_swagger_api, 2025-07-03",
		do: func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			list(a)
		},
		want: `200 {"item":[{"id":"*","path":"/","resourceMethods":{"GET":{}}}]}`,
	}, {
		name:   "embed=methods shows all of them",
		source: "API reference of GetResources; test_method_lifecycle, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			list(a, "methods")
		},
		want: `200 {"item":[{"id":"*","path":"/","resourceMethods":` +
			`{"GET":{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"GET"}}}]}`,
	}})
}

func TestResourcesComeInPages(t *testing.T) {
	f := start(t, config{})
	a := f.api()
	for _, part := range []string{"a", "b", "c", "d"} {
		a.resource(a.root, part)
	}
	pages := sdk.NewGetResourcesPaginator(f.sdk, &sdk.GetResourcesInput{RestApiId: a.id, Limit: aws.Int32(2)})
	var paths []string
	var sizes []int
	for pages.HasMorePages() {
		page := must(pages.NextPage(f.Context()))
		sizes = append(sizes, len(page.Items))
		for _, res := range page.Items {
			paths = append(paths, *res.Path)
		}
	}
	equal(t, sizes, []int{2, 2, 1})
	equal(t, paths, []string{"/", "/a", "/b", "/c", "/d"})
}
