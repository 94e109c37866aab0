package main

import "go/token"

// nothingLost breaks rules 4 and 8: what the spec does not name survives an update, and an update from A to B ends as B.
var nothingLost = []mutant{
	{
		rule: 4, breaks: "an update of a pool resets a setting: EmailVerificationSubject", caughtBy: "TestUpdatePoolSendsAllThatWasRead",
		at: in(userpool, keyValue, the(key, mentions("UpdateUserPoolInput.EmailVerificationSubject"))),
		do: removed,
	},
	{
		rule: 4, breaks: "an update of a client resets a setting: RefreshTokenValidity", caughtBy: "TestUpdateClientSendsAllThatWasRead",
		at: in(userpool, keyValue, the(key, mentions("UpdateUserPoolClientInput.RefreshTokenValidity"))),
		do: removed,
	},
	{
		rule: 4, breaks: "an update of a pool resets a block in a block: InviteMessageTemplate",
		caughtBy: "TestUpdatePoolSendsAllThatWasRead",
		at:       in(userpool, assignment, the(right, mentions("UserPoolType.AdminCreateUserConfig")), inside("userpool.adminConfig")),
		do:       undone,
	},
	{
		rule: 4, breaks: "a block that the spec never had is owned", caughtBy: "^TestBlocks$",
		at: in(engine, call, callee("engine.owns"), inside("engine.Overlay")),
		do: always,
	},
	{
		rule: 4, breaks: "a block that leaves the spec stays in AWS", caughtBy: "^TestBlocks$",
		at: in(engine, call, callee("slices.Contains"), mentions("engine.Blocks.Dropped"), inside("engine.Blocks.Owns")),
		do: never,
	},
	{
		rule: 4, breaks: "a block is forgotten when the reply to its call was lost", caughtBy: "^TestBlocks$",
		at: in(engine, call, callee("engine.claim"), inside("engine.Of.claims")),
		do: undone,
	},
	{
		rule: 4, breaks: "a tag that leaves the spec stays in AWS", caughtBy: "^TestTags$",
		at: in(engine, binary, operator(token.EQL), inside("engine.Of.retag")),
		do: always,
	},
	{
		rule: 4, breaks: "tags are forgotten before they are seen in AWS", caughtBy: "^TestTags$",
		at: in(engine, ifStmt, the(condition, mentions("engine.Of.Tags")), inside("engine.Of.claims")),
		do: to(condition, never),
	},
	{
		rule: 4, breaks: "threat protection goes before its answers are reset", caughtBy: "^TestThreatProtection$",
		at: in(userpool, ifStmt, inside("userpool.growThreats")),
		do: to(condition, never),
	},
	{
		rule: 4, breaks: "a block that AWS refused is set to AWS's default", caughtBy: "^TestBlocks$",
		at: in(engine, ifStmt, the(condition, calls("engine.refused")), inside("engine.Of.bring")),
		do: to(condition, never),
	},
	{
		rule: 4, breaks: "an answer that there is no pool ends the record of its MFA",
		caughtBy: "^TestASecondFactorGoesWithItsPoolOnly$",
		at:       each(2, in(userpool, returnStmt, inside("userpool.mfa.delete"))),
		do:       to(result(0), become("unlessGone($)")),
	},
	{
		rule: 4, breaks: "an update of a pool resets a block in a block: SignInPolicy", caughtBy: "TestUpdatePoolSendsAllThatWasRead",
		at: in(userpool, assignment, the(right, mentions("UserPoolType.Policies")), inside("userpool.policies")),
		do: undone,
	},
	{
		rule: 4, breaks: "an update of a pool removes other people's tags", caughtBy: "^TestPoolKeepsWhatTheSpecDoesNotName$",
		at: in(userpool, call, callee("engine.Pass.Overlay"), inside("userpool.userPool.update")),
		do: become(`r.p.Tags("")`),
	},
	{
		rule: 4, breaks: "MFA by app is sent with an update, which Cognito refuses", caughtBy: "TestUpdatePoolLeavesMFAAlone",
		at: in(userpool, ifStmt, the(condition, mentions("UserPoolType.SmsConfiguration")), inside("userpool.updatePoolInput")),
		do: to(condition, never),
	},
	{
		rule: 8, breaks: "the old domain is deleted before the new one is known to be free",
		caughtBy: "^TestATakenDomain$|^TestDomainsOfOthers$",
		at:       in(userpool, ifStmt, calls("userpool.Cognito.free"), inside("userpool.domain.guard")),
		do:       to(condition, never),
	},
	{
		rule: 8, breaks: "the old domain does not come back when the new one is refused", caughtBy: "^TestADomainOfAnotherAccount$",
		at: in(engine, ifStmt, the(condition, mentions("engine.Of.Restore"))),
		do: to(condition, always),
	},
	{
		rule: 8, breaks: "a stage that was renamed stays", caughtBy: "^TestAnotherStageNameServesBeforeTheFormerGoes$",
		at: in(restapi, call, callee("apigateway.Client.DeleteStage")),
		do: become("(*apigateway.DeleteStageOutput)(nil), error(nil)"),
	},
	{
		rule: 8, breaks: "what only a record names is not looked at, and the permission to call a function stays when no route calls it",
		caughtBy: "^TestAPermissionStaysWhileTheOldRoutesAreServed$|^TestTheLifeOfAnAPI$",
		at:       in(engine, ifStmt, the(condition, calls("slices.Contains")), inside("engine.Pass.keys")),
		do:       to(condition, never),
	},
	{
		rule: 8, breaks: "a permission in doubt is not known to be of its API", caughtBy: "^TestACreationUnderALostRootIsSettledThere$",
		at: in(engine, assignment, the(left, mentions("ResourceRecord.Under")), inside("engine.Of.create")),
		do: undone,
	},
	{
		rule: 8, breaks: "a resource server in doubt is not looked for", caughtBy: "^TestResourceServersInDoubt$",
		at: in(engine, ifStmt, the(condition, operator(token.LOR), mentions("found")), inside("engine.Of.find")),
		do: to(condition, always),
	},
	{
		rule: 8, breaks: "a client that the spec no longer names stays", caughtBy: "^TestClientsInDoubt$|^TestCallsInTheLifeOfAnObject$",
		at: in(userpool, call, callee("cognitoidentityprovider.Client.DeleteUserPoolClient")),
		do: become("(*cip.DeleteUserPoolClientOutput)(nil), error(nil)"),
	},
	{
		rule: 8, breaks: "a client that was replaced stays", caughtBy: "^TestAClientIsReplacedForItsSecret$",
		at: in(engine, ifStmt, the(condition, mentions("engine.Of.Exclusive")), inside("engine.Of.promote")),
		do: to(condition, never),
	},
	{
		rule: 8, breaks: "a pool with users that somebody deleted is created anew", caughtBy: "^TestALostPool$",
		at: in(userpool, ifStmt, the(condition, mentions("v1alpha1.DeletionDelete")), inside("userpool.userPool.lose")),
		do: to(condition, always),
	},
}

// deletion breaks rule 6: after a deletion nothing of ours remains, or all of it, and never users against the policy.
var deletion = []mutant{
	{
		rule: 6, breaks: "the finalizer is removed although AWS failed", caughtBy: "TestRule6TheFinalizerStaysUntilAWSIsEmpty",
		at: in(controllers, ifStmt, calls("awsclient.Clients.Forget"), inside("controllers.SecuredAPIReconciler.delete")),
		do: to(condition, always),
	},
	{
		rule: 6, breaks: "AWS is called before the finalizer is there", caughtBy: "TestDeleteAtEveryStep/create//Delete",
		at: in(controllers, call, callee("controllers.SecuredAPIReconciler.addFinalizer")),
		do: noError,
	},
	{
		rule: 6, breaks: "Protect deletes a pool with one user", caughtBy: "^TestDeletionIsGuarded$",
		at: in(userpool, binary, operator(token.EQL), mentions("ListUsersOutput.Users"), inside("userpool.userPool.withoutUsers")),
		do: become("len(out.Users) <= 1"),
	},
	{
		rule: 6, breaks: "Protect does not ask for users right before the pool is deleted", caughtBy: "^TestWhatChangesDuringTheDeletion$",
		at: each(2, in(userpool, call, callee("userpool.userPool.withoutUsers"), inside("userpool.userPool.delete"))),
		do: noError,
	},
	{
		rule: 6, breaks: "sign-up stays open while users are asked for", caughtBy: "^TestAUserWhoSignsUpDuringADeletionIsKept$",
		at: in(userpool, call, callee("userpool.userPool.selfSignUp"), inside("userpool.userPool.delete")),
		do: noError,
	},
	{
		rule: 6, breaks: "a pool is deleted though the policy became Retain", caughtBy: "^TestWhatChangesDuringTheDeletion$",
		at: in(userpool, call, callee("engine.Pass.Unchanged"), inside("userpool.userPool.delete")),
		do: noError,
	},
	{
		rule: 6, breaks: "the API is deleted before the pool's guards are asked", caughtBy: "TestRule6ProtectWaitsForUsers",
		at:      in(controllers, call, callee("engine.Pass.Remove"), inside("controllers.SecuredAPIReconciler.delete")),
		do:      become("errors.Join(w.pass.Remove(ctx, w.api), w.pass.Remove(ctx, w.pool))"),
		imports: []string{`"errors"`},
	},
	{
		rule: 6, breaks: "Cognito's own deletion protection is found out too late", caughtBy: "^TestDeletionIsGuarded$",
		at: in(userpool, ifStmt, the(condition, calls("userpool.protected")), inside("userpool.userPool.mayDelete")),
		do: to(condition, never),
	},
	{
		rule: 6, breaks: "Retain deletes everything", caughtBy: "TestDeleteAtEveryStep/create/CreateRestApi/Retain",
		at: in(controllers, ifStmt, the(condition, mentions("v1alpha1.DeletionRetain")), inside("controllers.SecuredAPIReconciler.delete")),
		do: to(condition, never),
	},
	{
		rule: 6, breaks: "the permissions to call functions stay", caughtBy: "^TestTheLifeOfAnAPI$",
		at: in(restapi, keyValue, the(key, mentions("Meta.Check")), inside("restapi.Gateway.permission")),
		do: become("$, GoesWith: true"),
	},
	{
		rule: 6, breaks: "the permissions to call triggers stay", caughtBy: "^TestAPermissionIsForThePoolAlone$",
		at: in(userpool, keyValue, the(key, mentions("Meta.Check")), inside("userpool.caller.grant")),
		do: become("$, GoesWith: true"),
	},
	{
		rule: 8, breaks: "a pool calls a function that it may not call yet, or not any more",
		caughtBy: "^TestATriggerIsNeverWithoutPermission$",
		at:       in(userpool, keyValue, the(key, mentions("Meta.Ahead")), inside("userpool.caller.grant")),
		do:       to(value, never),
	},
	{
		rule: 6, breaks: "a pool in doubt is not looked for when the object is deleted",
		caughtBy: "^TestARootInDoubtIsLookedForBeforeItsObjectGoes$",
		at:       in(engine, call, callee("engine.Of.settle"), inside("engine.Of.locateRoot")),
		do:       noError,
	},
	{
		rule: 6, breaks: "a pool that one answer misses stays",
		caughtBy: "TestEveryModeledFailure/delete/DescribeUserPool/ResourceNotFoundException",
		at:       in(engine, ifStmt, the(condition, mentions("engine.Of.Find")), inside("engine.Of.present")),
		do:       to(condition, become(`r.Name != "userPool" && ($)`)),
	},
	{
		rule: 6, breaks: "an API that one answer misses stays", caughtBy: "TestEveryModeledFailure/delete/GetRestApi/NotFoundException",
		at: in(engine, ifStmt, the(condition, mentions("engine.Of.Find")), inside("engine.Of.present")),
		do: to(condition, become(`r.Name != "api" && ($)`)),
	},
	{
		rule: 6, breaks: "the Secret of a client whose creation was interrupted stays",
		caughtBy: "TestRule9ASecretWithoutAClientIsDeletedWithTheObject",
		at:       in(clientsecret, ifStmt, the(condition, calls("awserr.Explained")), inside("clientsecret.Secrets.Remove")),
		do:       to(condition, become("$ || err == nil && len(secret.Data[keyID]) == 0")),
	},
}
