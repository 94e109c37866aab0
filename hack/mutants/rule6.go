package main

// deletion breaks rule 6: after a deletion nothing of ours remains, or all of it, and never users against the policy.
var deletion = []mutant{
	{
		rule: 6, breaks: "the finalizer goes although AWS failed",
		file: "controllers/delete.go",
		edits: swap(`	if err == nil {
		w.clients.Forget`, `	if err == nil || firstConflict(err) == nil {
		w.clients.Forget`),
		pkg: controllers, tests: "TestRule6TheFinalizerStaysUntilAWSIsEmpty",
	},
	{
		rule: 6, breaks: "AWS is called before the finalizer is there",
		file:  "controllers/securedapi_controller.go",
		edits: swap(`	if err := r.addFinalizer(ctx, object); err != nil {`, `	if err := ctx.Err(); err != nil {`),
		pkg:   controllers, tests: "TestDeleteAtEveryStep/create//Delete",
	},
	{
		rule: 6, breaks: "Protect does not ask for users",
		file:  "controllers/userpool/delete.go",
		edits: swap(`if len(out.Users) > 0 {`, `if len(out.Users) > 1 {`),
		pkg:   controllers, tests: "TestRule6ProtectWaitsForUsers",
	},
	{
		rule: 6, breaks: "Protect does not ask for users once more before the pool goes",
		file: "controllers/userpool/delete.go",
		edits: swap(`	if err := p.checkUsers(ctx, object.EffectiveDeletionPolicy()); err != nil {
		return err
	}
	_, err = p.Cognito.DeleteUserPool`, `	_, err = p.Cognito.DeleteUserPool`),
		pkg: controllers, tests: "TestRule6WhatChangesDuringTheDeletion",
	},
	{
		rule: 6, breaks: "a pool goes though it is meant to stay by now",
		file: "controllers/userpool/delete.go",
		edits: swap(`	if err := p.Unchanged(ctx); err != nil {
		return err
	}
`, ``),
		pkg: controllers, tests: "TestRule6WhatChangesDuringTheDeletion",
	},
	{
		rule: 6, breaks: "the API goes before anybody asks whether the pool may",
		file: "controllers/delete.go",
		edits: swap(`	if err := w.userPool.Delete(ctx, w.object); err != nil {
		return err
	}
	return w.restAPI.Delete(ctx, w.object.Spec.AdoptedAPI())`, `	if err := w.restAPI.Delete(ctx, w.object.Spec.AdoptedAPI()); err != nil {
		return err
	}
	return w.userPool.Delete(ctx, w.object)`),
		pkg: controllers, tests: "TestRule6ProtectWaitsForUsers",
	},
	{
		rule: 6, breaks: "Cognito's own deletion protection is found out too late",
		file:  "controllers/userpool/delete.go",
		edits: swap(`if pool.DeletionProtection == types.DeletionProtectionTypeActive {`, `if pool.DeletionProtection == "" {`),
		pkg:   controllers, tests: "TestRule6CognitosOwnProtectionIsRespected",
	},
	{
		rule: 6, breaks: "Retain takes all down",
		file:  "controllers/delete.go",
		edits: swap(`if object.EffectiveDeletionPolicy() == v1alpha1.DeletionRetain {`, `if object.EffectiveDeletionPolicy() == "" {`),
		pkg:   controllers, tests: "TestDeleteAtEveryStep/create/CreateRestApi/Retain",
	},
	{
		rule: 6, breaks: "the permissions to call functions stay",
		file: "controllers/restapi/permission.go",
		edits: swap(`	_, err := p.revoke(ctx, &Model{})
	return err`, `	return ctx.Err()`),
		pkg: controllers, tests: "TestRule6DeletionLeavesNothing",
	},
	{
		rule: 6, breaks: "a pool in doubt is not looked for when the object goes",
		file:  "controllers/userpool/delete.go",
		edits: swap(`err != nil || !found {`, `true || err != nil || !found {`),
		pkg:   controllers, tests: "TestDeleteAtEveryStep/create//Delete",
	},
	{
		rule: 6, breaks: "a pool that one answer misses is left behind",
		file:  "controllers/userpool/delete.go",
		edits: swap(`pool, err = p.listedPool(ctx, p.Status.UserPool.ID)`, `pool, err = nil, nil`),
		pkg:   controllers, tests: "TestEveryModeledFailure/delete/DescribeUserPool/ResourceNotFoundException",
	},
	{
		rule: 6, breaks: "an API that one answer misses is left behind",
		file:  "controllers/restapi/delete.go",
		edits: swap(`listed, err := p.findAPIs(ctx)`, `listed, err := []types.RestApi(nil), ctx.Err()`),
		pkg:   controllers, tests: "TestEveryModeledFailure/delete/GetRestApi/NotFoundException",
	},
	{
		rule: 6, breaks: "the Secret of a client whose creation was interrupted stays",
		file:  "controllers/userpool/delete.go",
		edits: swap(`PartClient("")); isClient {`, `PartClient("")); !isClient {`),
		pkg:   controllers, tests: "TestRule9ASecretWithoutItsClientGoesWithTheObject",
	},
}
