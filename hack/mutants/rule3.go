package main

// guarded breaks rules 3 and 5: a stage never serves a guarded method without our authorizer, and whatever else it
// serves is drift.
var guarded = []mutant{
	{
		rule: 3, breaks: "what was imported is deployed without a look at it",
		file:  "controllers/restapi/apply.go",
		edits: swap(`; !left.Empty() {`, `; left == nil && !left.Empty() {`),
		pkg:   controllers, tests: "TestRule3WhatReadsBackDifferentlyIsNotDeployed",
	},
	{
		rule: 3, breaks: "a method's authorizer is not compared",
		file:  "controllers/restapi/plan.go",
		edits: swap(`if authorizers != nil && (!ok || !m.guards(authorizer)) {`, `if authorizers != nil && (!ok || authorizer.Id == nil) {`),
		pkg:   restapi, tests: "TestCalculate",
	},
	{
		rule: 3, breaks: "an authorizer may take another pool's tokens",
		file: "controllers/restapi/plan.go",
		edits: swap(`
		slices.Equal(a.ProviderARNs, []string{m.PoolARN}) &&`, ``),
		pkg: restapi, tests: "TestCalculate",
	},
	{
		rule: 3, breaks: "an authorizer may look for the token elsewhere",
		file: "controllers/restapi/plan.go",
		edits: swap(` &&
		aws.ToString(a.IdentitySource) == "method.request.header."+tokenHeader`, ``),
		pkg: restapi, tests: "TestCalculate",
	},
	{
		rule: 3, breaks: "a route that does not say who may call it is for guests",
		file:  "controllers/restapi/model.go",
		edits: swap(`route.Access != v1alpha1.AccessGuest`, `route.Access == v1alpha1.AccessRegistered`),
		pkg:   restapi, tests: "TestARouteIsGuardedUnlessItSaysOtherwise",
	},
	{
		rule: 3, breaks: "a path may have a method twice, and the last one says who may call it",
		file:  "controllers/restapi/model.go",
		edits: swap(`if other, ok := routeOf[name]; ok {`, `if other, ok := routeOf[name]; ok && other == i {`),
		pkg:   restapi, tests: "TestBuildModelRefuses",
	},
	{
		rule: 3, breaks: "a path in two routes is open by a preflight that takes the place of a guarded OPTIONS",
		file:  "controllers/restapi/model.go",
		edits: swap(`if !slices.Contains(methods, v1alpha1.MethodOptions) {`, `if !slices.Contains(methods[:1], v1alpha1.MethodOptions) {`),
		pkg:   restapi, tests: "TestBuildModelPreflight",
	},
	{
		rule: 3, breaks: "a guarded method goes into the document without its guard",
		file:  "controllers/restapi/document.go",
		edits: swap(`openapi3.SecurityRequirements{{authorizer: append([]string{}, m.Scopes...)}}`, `openapi3.SecurityRequirements{}`),
		pkg:   restapi, tests: "TestDocument",
	},
	{
		rule: 3, breaks: "a guarded method forgets its scopes",
		file:  "controllers/restapi/document.go",
		edits: swap(`{{authorizer: append([]string{}, m.Scopes...)}}`, `{{authorizer: {}}}`),
		pkg:   restapi, tests: "TestDocument",
	},
	{
		rule: 3, breaks: "the authorizer's name does not say whose tokens it takes",
		file:  "controllers/restapi/model.go",
		edits: swap(`return "cognito-" + m.PoolARN[strings.LastIndexByte(m.PoolARN, '/')+1:]`, `return "cognito-" + strings.ToLower("POOL")`),
		pkg:   controllers, tests: "TestRule3AnAuthorizerThatAnImportLeavesIsHarmless",
	},
	{
		rule: 3, breaks: "an import is laid over what is there",
		file:  "controllers/restapi/apply.go",
		edits: swap(`types.PutModeOverwrite`, `types.PutModeMerge`),
		pkg:   controllers, tests: "TestRule8AnUpdateEndsAsAFreshObject/one_route_less",
	},
	{
		rule: 3, breaks: "AllRoutesGuarded is true whatever is served",
		file:  "controllers/conditions.go",
		edits: swap(`metav1.ConditionUnknown, api.reason, "What the stage`, `metav1.ConditionTrue, api.reason, "What the stage`),
		pkg:   controllers, tests: "TestSummarise",
	},
	{
		rule: 3, breaks: "a stage that serves something else is called ours",
		file:  "controllers/restapi/phase.go",
		edits: swap(`api.DeploymentID, api.Digest = "", ""`, `api.DeploymentID = deployment`),
		pkg:   controllers, tests: "TestRule3WhatIsNotOursIsNotCalledGuarded",
	},
	{
		rule: 3, breaks: "a change is not doubted before it is made",
		file: "controllers/ownership/journal.go",
		edits: swap(`	j.Status.ForgetVerified(part)
	if err := j.Save(ctx); err != nil {`, `	if err := ctx.Err(); err != nil {`),
		pkg: controllers, tests: "TestTheSpecMovesOn/update",
	},
	{
		rule: 5, breaks: "a deployment does not carry the digest of its model",
		file:  "controllers/restapi/deploy.go",
		edits: swap(`aws.String(description(digest, token))`, `aws.String(description("", token))`),
		pkg:   controllers, tests: "TestRule5AStageThatServesSomethingElseIsDrift",
	},
	{
		rule: 5, breaks: "a stage that serves another deployment is left alone",
		file:  "controllers/restapi/phase.go",
		edits: swap(`Observed: deployment, Desired: api.DeploymentID})`, `Observed: deployment, Desired: deployment})`),
		pkg:   controllers, tests: "TestRule5AStageThatServesSomethingElseIsDrift",
	},
}
