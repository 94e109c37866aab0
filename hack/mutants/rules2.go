package main

import "go/token"

// onlyOurs breaks rule 2: what lacks our tags is not changed or deleted, and what has them is found again.
var onlyOurs = []mutant{
	{
		rule: 2, breaks: "another cluster's resources count as ours", caughtBy: "TestOwns",
		at: in(engine, binary, operator(token.EQL), mentions("engine.TagCluster"), inside("engine.Owner.Owns")),
		do: always,
	},
	{
		rule: 2, breaks: "a pool is updated whoever owns it", caughtBy: "^TestWhatIsNotOursIsNotTouched$",
		at: in(engine, call, callee("engine.Of.present"), inside("engine.Of.observe")),
		do: become("r.Read(ctx, rec.ID, aspects)"),
	},
	{
		rule: 2, breaks: "an API is overwritten whoever owns it", caughtBy: "^TestAnAPIOfOthersIsLeftAlone$|^TestWhatIsNotOursIsNotTouched$",
		at: in(engine, call, callee("engine.Pass.own"), inside("engine.Of.create")),
		do: noError,
	},
	{
		rule: 2, breaks: "a pool is deleted whoever owns it", caughtBy: "^TestWhatIsNotOursIsNotTouched$",
		at: in(engine, call, callee("engine.Of.present"), inside("engine.Of.locateRoot")),
		do: become("r.Read(ctx, rec.ID, nil)"),
	},
	{
		rule: 2, breaks: "an API that the spec no longer asks for is deleted whoever owns it",
		caughtBy: "^TestARootThatIsNotAskedForIsDeletedIfItIsOurs$",
		at:       in(engine, call, callee("engine.Of.locate"), inside("engine.Of.takeDown")),
		do:       noError,
	},
	{
		rule: 2, breaks: "a client is changed whoever owns its pool", caughtBy: "^TestWhatIsNotOursIsNotTouched$",
		at: in(engine, call, callee("engine.Pass.own"), inside("engine.Of.bring")),
		do: noError,
	},
	{
		rule: 2, breaks: "a client that a person made is adopted", caughtBy: "^TestAClientMadeByHandIsNotOurs$",
		at: in(engine, ifStmt, the(condition, operator(token.NEQ), mentions("engine.Of.In")), inside("engine.Of.observe")),
		do: to(then, become(`{
			if r.Find != nil {
				if found, err := r.Find(ctx, ""); err == nil && len(found) == 1 {
					return found[0].Value, "", r.take(ctx, p, found[0].ID, "")
				}
			}
			return nil, "", nil
		}`)),
	},
	{
		rule: 2, breaks: "a domain that a pool had before it was ours, and the spec does not name, is deleted",
		caughtBy: "^TestADomainFromBefore$|^TestAdoption$",
		at:       in(engine, ifStmt, the(condition, mentions("PendingOperation.Since")), inside("engine.Of.backward")),
		do:       to(condition, never),
	},
	{
		rule: 2, breaks: "a Secret of somebody else is overwritten", caughtBy: "TestRule2ASecretOfAnotherOwnerIsKept",
		at: in(owned, ifStmt, the(condition, calls("IsControlledBy")), inside("owned.Objects.Get")),
		do: to(condition, never),
	},
	{
		rule: 2, breaks: "what a former namespace of that name left is taken back",
		caughtBy: "^TestWhatCarriesOurTagsIsTakenBackOnlyIfWeMadeIt$",
		at:       in(engine, binary, operator(token.EQL), inside("engine.Owner.Returns")),
		do:       become("true"),
	},
	{
		rule: 2, breaks: "a pool in which somebody prepared a client is taken back",
		caughtBy: "^TestWhatCarriesOurTagsIsTakenBackOnlyIfWeMadeIt$",
		at:       in(engine, binary, operator(token.EQL), calls("len"), inside("engine.Of.adopt")),
		do:       become("true"),
	},
	{
		rule: 2, breaks: "a record that somebody wrote deletes in another's root",
		caughtBy: "^TestARecordThatSomebodyWroteDeletesNothingOfOthers$",
		at:       in(engine, ifStmt, the(condition, mentions("RetiredResource.Under")), inside("engine.Of.deleteOne")),
		do:       to(condition, never),
	},
	{
		rule: 2, breaks: "a statement's id does not name its owner", caughtBy: "^TestStatementIDsNameTheOwner$",
		at: in(invoke, call, callee("strings.Join"), inside("invoke.StatementID")),
		do: become("owner.Cluster + owner.Name + part"),
	},
	{
		rule: 2, breaks: "a Secret that somebody prepared is taken in", caughtBy: "^TestAPlantedSecretIsNotUsed$",
		at: in(userpool, ifStmt, the(condition, mentions("KeptGeneration")), inside("userpool.client.newSecret")),
		do: to(condition, never),
	},
	{
		rule: 2, breaks: "a restored object creates its clients again", caughtBy: "^TestARestoredObjectFindsItsOwn$",
		at: in(engine, ifStmt, the(condition, mentions("ResourceRecord.Pending")), inside("engine.Of.take")),
		do: to(condition, never),
	},
	{
		rule: 2, breaks: "a restored object's pool keeps the old uid", caughtBy: "^TestARestoredObjectFindsItsOwn$",
		at: in(engine, ifStmt, the(then, calls("engine.Pass.tagged")), inside("engine.Of.difference")),
		do: to(condition, never),
	},
	{
		rule: 2, breaks: "a child is deleted whoever owns its root",
		caughtBy: "^TestWhatIsNotOursIsNotTouched$|^TestAnAPIOfOthersIsLeftAlone$",
		at:       in(engine, call, callee("engine.Pass.own"), inside("engine.Of.backward")),
		do:       noError,
	},
	{
		rule: 2, breaks: "what is nobody's is adopted without a person's consent",
		caughtBy: "^TestAdoption$|^TestAnAPIIsAdoptedOnceAPersonAgrees$",
		at:       in(engine, caseClause, the(cases, mentions("engine.Pass.Consent")), inside("engine.Of.adopt")),
		do:       to(cases, never),
	},
	{
		rule: 2, breaks: "what is adopted is used while somebody else may be adopting it",
		caughtBy: "^TestAdoption$|^TestAnAPIIsAdoptedOnceAPersonAgrees$",
		at:       in(engine, ifStmt, the(condition, calls("time.Time.Before")), inside("engine.Of.claimed")),
		do:       to(condition, never),
	},
	{
		rule: 2, breaks: "another's root is used whoever owns it", caughtBy: "^TestARootThatIsNotTheLenders$",
		at: in(engine, ifStmt, the(condition, mentions("engine.Borrowed.Tags")), inside("engine.Borrowed.proven")),
		do: to(condition, never),
	},
	{
		rule: 2, breaks: "what was made in another's root stays when the object goes", caughtBy: "^TestARootOfAnother$",
		at: in(engine, binary, operator(token.LAND), calls("engine.Pass.borrowed")),
		do: become("m.GoesWith"),
	},
	{
		rule: 2, breaks: "a client of a shared pool is taken whoever made it",
		caughtBy: "^TestNamesTellWhoseSomethingIs$",
		at:       in(userpool, ifStmt, the(condition, mentions("userpool.markKey")), inside("userpool.Cognito.ours")),
		do:       to(condition, always),
	},
	{
		rule: 2, breaks: "who borrows a user pool deletes its groups", caughtBy: "^TestABorrowerHasServersAndClientsAlone$",
		at: in(userpool, ifStmt, the(condition, mentions("userpool.Cognito.Loan")), inside("userpool.Kinds")),
		do: to(condition, always),
	},
}

// guarded breaks rules 3 and 5: a stage never serves a guarded method without our authorizer, and whatever else it
// serves is drift.
var guarded = []mutant{
	{
		rule: 3, breaks: "what was imported is deployed without being read back", caughtBy: "^TestMeddlingBetweenAnyTwoCalls$",
		at: in(engine, ifStmt, the(condition, mentions("engine.Of.Prove")), inside("engine.Of.create")),
		do: to(condition, never),
	},
	{
		rule: 3, breaks: "a method's authorizer is not compared", caughtBy: "^TestDifferenceOfAWorkingCopy$",
		at: in(restapi, ifStmt, the(condition, mentions("restapi.authTypeCognito")), inside("restapi.Model.access")),
		do: to(condition, never),
	},
	{
		rule: 3, breaks: "an authorizer may take another pool's tokens", caughtBy: "^TestDifferenceOfAWorkingCopy$",
		at: in(restapi, call, callee("slices.Equal"), inside("restapi.guards")),
		do: always,
	},
	{
		rule: 3, breaks: "an authorizer may look for the token elsewhere", caughtBy: "^TestDifferenceOfAWorkingCopy$",
		at: in(restapi, binary, operator(token.EQL), mentions("Authorizer.IdentitySource"), inside("restapi.guards")),
		do: always,
	},
	{
		rule: 3, breaks: "a route that does not say who may call it is for guests", caughtBy: "TestARouteIsGuardedUnlessItSaysOtherwise",
		at: in(restapi, binary, mentions("v1alpha1.AccessGuest"), inside("restapi.BuildModel")),
		do: become("route.Access == v1alpha1.AccessRegistered"),
	},
	{
		rule: 3, breaks: "a guarded method is imported without its authorizer", caughtBy: "^TestDocument$|^TestEachOperationSaysItsSecurity$",
		at: in(restapi, assignment, the(left, mentions("Operation.Security")), mentions("restapi.Method.Scopes")),
		do: to(right, become("&openapi3.SecurityRequirements{}")),
	},
	{
		rule: 3, breaks: "a guarded method is imported without its scopes", caughtBy: "^TestDocument$",
		at: in(restapi, call, callee("append"), mentions("restapi.Method.Scopes"), inside("restapi.Model.operation")),
		do: become("[]string{}"),
	},
	{
		rule: 3, breaks: "the authorizer's name does not tell its pool", caughtBy: "^TestAnotherUserPool$|^TestDocument$",
		at: in(restapi, assignment, mentions("restapi.Authorizer.PoolARN"), inside("restapi.Authorizer.Name")),
		do: to(right, become(`"cognito"`)),
	},
	{
		rule: 3, breaks: "an authorizer may take any client's tokens",
		caughtBy: "^TestAnotherAudienceIsRepaired$|^TestADeploymentWithAnotherAudienceIsNotServed$",
		at: in(restapi, binary, operator(token.EQL), the(left, mentions("Authorizer.IdentityValidationExpression")),
			inside("restapi.Authorizer.is")),
		do: become("true"),
	},
	{
		rule: 3, breaks: "an import merges into what is there", caughtBy: "^TestAnotherUserPool$|^TestTheLastDeploymentsStay$",
		at: in(restapi, keyValue, the(value, mentions("types.PutModeOverwrite"))),
		do: to(value, become("types.PutModeMerge")),
	},
	{
		rule: 3, breaks: "AllRoutesGuarded is true whatever is served", caughtBy: "^TestSummarize$",
		at: in(outcome, call, callee("outcome.conditions.set"), mentions("ConditionUnknown"), inside("outcome.conditions.guarded")),
		do: to(argument(1), become("metav1.ConditionTrue")),
	},
	{
		rule: 3, breaks: "a stage that serves something else counts as ours", caughtBy: "^TestStatusTellsWhatIsServed$",
		at: in(restapi, ifStmt, the(condition, calls("restapi.stages.diff")), inside("restapi.stages.doubtServed")),
		do: to(condition, never),
	},
	{
		rule: 3, breaks: "a resource stays verified while it is changed", caughtBy: "^TestASpecThatGoesBackAfterAFailedChange$",
		at: in(engine, assignment, the(left, mentions("ResourceRecord.Verified")), inside("engine.Pass.intend")),
		do: undone,
	},
	{
		rule: 5, breaks: "a deployment does not carry the digest of its model", caughtBy: "^TestADeploymentCarriesItsDigest$",
		at: in(restapi, call, callee("engine.DigestOf"), inside("restapi.deployments.create")),
		do: become(`""`),
	},
	{
		rule: 5, breaks: "a stage that serves another deployment is no drift", caughtBy: "^TestAStageServesItsDeploymentAlone$",
		at: in(restapi, keyValue, the(value, mentions("restapi.stage.DeploymentID")), inside("restapi.stages.diff")),
		do: to(value, become("have.DeploymentID")),
	},
	{
		rule: 3, breaks: "a deployment's snapshot is not compared",
		caughtBy: "^TestASnapshotThatIsOpenIsNeverServed$|^TestMeddlingBetweenAnyTwoCalls$",
		at:       in(restapi, ifStmt, the(condition, calls("plan.Plan.Empty")), inside("restapi.deployments.prove")),
		do:       to(condition, never),
	},
	{
		rule: 3, breaks: "the working copy is read before the snapshot", caughtBy: "^TestMeddlingBetweenAnyTwoCalls$",
		at: each(2, in(restapi, assignment, the(left, mentions("err")), inside("restapi.deployments.prove"))),
		do: either(calls("apigateway.Client.GetDeployment"),
			precededBy("early, earlyErr := d.readAspects(ctx, methodsAspect, authorizersAspect)"),
			become("copied, err := early, earlyErr")),
	},
	{
		rule: 3, breaks: "a stage serves a deployment that is not proven",
		caughtBy: "^TestASnapshotThatIsOpenIsNeverServed$",
		at:       in(restapi, call, callee("engine.Pass.ID"), inside("restapi.stages.wanted")),
		do:       become("func() string { if u := s.pass.Record(deploymentName).Unproven; u != nil { return u.ID }; return $ }()"),
	},
	{
		rule: 3, breaks: "a deployment that was made of a former spec is proven as the wanted one",
		caughtBy: "^TestNothingIsLostOrMadeTwice$|^TestASpecThatGoesBackAfterAFailedChange$",
		at:       in(engine, ifStmt, the(condition, mentions("UnprovenResource.Digest")), inside("engine.Of.settle")),
		do:       to(condition, never),
	},
	{
		rule: 3, breaks: "what was sent with a creation in doubt is not compared with what is wanted",
		caughtBy: "^TestWhatIsFoundCountsAsWhatWasSent$",
		at:       in(engine, binary, operator(token.EQL), mentions("sent"), is(right, is(cases)), inside("engine.Of.settle")),
		do:       always,
	},
	{
		rule: 3, breaks: "methods beside the model's are not seen", caughtBy: "^TestDifferenceOfAWorkingCopy$",
		at: in(restapi, ifStmt, the(condition, mentions("withPath")), inside("restapi.Model.difference")),
		do: to(condition, never),
	},
	{
		rule: 5, breaks: "a canary is not seen", caughtBy: "^TestAStageServesItsDeploymentAlone$",
		at: in(restapi, call, callee("restapi.canaryWords")),
		do: become(`""`),
	},
	{
		rule: 5, breaks: "the two drift checks after a write do not look at half of everything each",
		caughtBy: "^TestTwoChecksAfterAWriteReadHalfEach$",
		at:       in(schedule, ifStmt, the(condition, mentions("schedule.Result.Wrote"))),
		do:       to(condition, never),
	},
	{
		rule: 2, breaks: "a client's secret is moved over another client's", caughtBy: "^TestASecretWaitsForItsName$",
		at: in(userpool, ifStmt, the(then, calls("userpool.secret.exchanged")), inside("userpool.secret.rename")),
		do: to(condition, never),
	},
	{
		rule: 8, breaks: "a replacement for age is given up when the spec goes back", caughtBy: "^TestASecretThatIsReplacedForItsAge$",
		at: in(userpool, ifStmt, the(condition, mentions("userpool.keptTimed")), inside("userpool.secret.old")),
		do: to(condition, never),
	},
}
