package main

import "go/token"

// inDoubt breaks what holds of calls without an answer, which may be carried out until the grace period ends. hack/model
// shows the same rules.
var inDoubt = []mutant{
	{
		rule: 8, breaks: "an intention makes a former call in doubt forgotten", caughtBy: "^TestAFormerUpdateIsWaitedFor$",
		at: in(engine, call, callee("engine.Pass.overtake"), inside("engine.Pass.intend")),
		do: removed,
	},
	{
		rule: 8, breaks: "equality makes a former call in doubt forgotten", caughtBy: "^TestASentUpdateIsWaitedForByAnotherSpec$",
		at: in(engine, call, callee("engine.Pass.overtake"), inside("engine.Of.verify")),
		do: removed,
	},
	{
		rule: 8, breaks: "of two calls in doubt the first is forgotten", caughtBy: "^TestTwoCallsInDoubt$",
		at: in(engine, ifStmt, the(condition, operator(token.NEQ), mentions("CallInDoubt.Digest")), inside("engine.Pass.overtake")),
		do: to(condition, never),
	},
	{
		rule: 8, breaks: "a former call in doubt that sent something else is not waited for", caughtBy: "^TestAFormerUpdateIsWaitedFor$",
		at: in(engine, ifStmt, the(condition, mentions("CallInDoubt.Digest")), inside("engine.Pass.inDoubt")),
		do: to(condition, never),
	},
	{
		rule: 8, breaks: "the clock is read after the look", caughtBy: "^TestTheClockIsReadBeforeTheLook$",
		at: in(engine, ifStmt, the(condition, mentions("doubt")), inside("engine.Of.verify")),
		do: become("if doubt = p.inDoubt(p.Record(r.Name), digest); doubt != nil { return doubt }"),
	},
	{
		rule: 8, breaks: "an update that only grows counts as the whole update", caughtBy: "^TestAnUpdateThatOnlyGrewIsWaitedFor$",
		at: in(engine, call, callee("engine.Of.digest"), inside("engine.Of.update")),
		do: become("digest"),
	},
	{
		rule: 8, breaks: "what is being deleted is changed, for it is wanted again", caughtBy: "^TestWhatIsBeingDeletedIsWantedAgain$",
		at: in(engine, call, callee("engine.Of.settleDeletion"), inside("engine.Of.forward")),
		do: noError,
	},
	{
		rule: 8, breaks: "an id that we give is used again while a deletion is in doubt",
		caughtBy: "^TestADeletionInDoubtHoldsBackTheIDThatWeGive$",
		at:       in(engine, ifStmt, the(condition, mentions("ResourceRecord.InDoubt")), inside("engine.Of.backward")),
		do:       to(condition, never),
	},
	{
		rule: 8, breaks: "an id that we give is used again while a change is in doubt",
		caughtBy: "^TestNothingIsMadeWhileACallMayReachIt$",
		at:       in(engine, caseClause, the(cases, mentions("doubt")), inside("engine.Of.forward")),
		do:       to(cases, never),
	},
	{
		rule: 6, breaks: "what may be made under a root that is gone is forgotten", caughtBy: "^TestACreationUnderALostRootIsSettledThere$",
		at: in(engine, ifStmt, the(condition, mentions("PendingOperation.Operation")), inside("engine.Of.leave")),
		do: to(condition, never),
	},
	{
		rule: 6, breaks: "what may be made under a root that is gone is not waited for",
		caughtBy: "^TestACreationUnderALostRootIsSettledThere$",
		at:       in(engine, call, callee("engine.Of.outlived"), inside("engine.Of.locateChild")),
		do:       noError,
	},
	{
		rule: 2, breaks: "what is in a root that was given away is deleted", caughtBy: "^TestADeletionTakesWhatIsLeft$",
		at: in(engine, call, callee("engine.Resource.forget"), inside("engine.Of.locate")),
		do: become("func(Resource) error { return nil }(child)"),
	},
	{
		rule: 6, breaks: "an object that was edited meanwhile is deleted from AWS", caughtBy: "^TestEachDeletionAsksWhetherTheObjectWasEdited$",
		at: in(engine, call, callee("engine.Pass.Unchanged"), inside("engine.Of.deleteAll")),
		do: noError,
	},
	{
		rule: 2, breaks: "the tags of what is adopted are not read again", caughtBy: "^TestAnAdoptionLooksAgainAfterItsIntentionIsSaved$",
		at: in(engine, ifStmt, the(condition, calls("engine.Owned")), inside("engine.Of.claim")),
		do: to(condition, never),
	},
	{
		rule: 2, breaks: "an operator forgets its own tagging in doubt", caughtBy: "^TestOnesOwnTaggingInDoubtIsRemembered$",
		at: in(engine, ifStmt, the(condition, mentions("err")), within(ifStmt, the(condition, calls("engine.Owned"))),
			inside("engine.Of.adopt")),
		do: to(then, become("{ p.Record(r.Name).Pending = nil; return nil, err }")),
	},
	{
		rule: 1, breaks: "what is in a root from before is made again", caughtBy: "^TestARootFromBeforeKeepsItsChildren$",
		at: in(engine, call, callee("engine.Resource.leave"), inside("engine.Of.take")),
		do: noError,
	},
	{
		rule: 1, breaks: "a deletion begins on an old intention", caughtBy: "^TestADeletionBeginsWhileItsIntentionIsYoung$",
		at: in(engine, call, callee("engine.Of.deleteRetired"), inside("engine.Of.deleteFormer")),
		do: become("func(v1alpha1.RetiredResource) error { return nil }(old)"),
	},
	{
		rule: 8, breaks: "a read that trails is a rejection", caughtBy: "^TestAReadThatTrailsIsNoRejection$",
		at: in(engine, ifStmt, the(condition, calls("engine.Pass.trailing")), inside("engine.Pass.late")),
		do: to(condition, always),
	},
	{
		rule: 8, breaks: "a spec that goes back is believed while reads trail", caughtBy: "^TestASpecThatGoesBackIsNotBelieved$",
		at: in(engine, ifStmt, inside("engine.Pass.overtaken")),
		do: to(condition, always),
	},
	{
		rule: 3, breaks: "a deployment that reads back wrong is looked at again", caughtBy: "^TestAProofThatTrailsIsRepeated$",
		at: in(engine, ifStmt, the(condition, mentions("former")), inside("engine.Of.prove")),
		do: to(condition, become("(former || true) && !left.Empty()")),
	},
	{
		rule: 8, breaks: "a domain counts as made before it is ACTIVE", caughtBy: "^TestADomainIsVerifiedOnceItIsActive$",
		at: in(engine, ifStmt, the(condition, mentions("engine.Of.Effect")), inside("engine.Of.inEffect")),
		do: to(condition, always),
	},
	{
		rule: 8, breaks: "a prefix that is becoming free is taken", caughtBy: "^TestAPrefixThatIsBecomingFree$",
		at: in(userpool, caseClause, mentions("types.DomainStatusTypeDeleting"), inside("userpool.Cognito.free")),
		do: removed,
	},
	{
		rule: 1, breaks: "a domain that the pool shows late is made again", caughtBy: "^TestADomainThatThePoolShowsLate$",
		at: in(userpool, ifStmt, the(condition, mentions("token")), calls("userpool.domain.described"), inside("userpool.domain.find")),
		do: to(condition, never),
	},
	{
		rule: 1, breaks: "a deployment is made on an old intention", caughtBy: "^TestTheIntentionIsYoungWhenTheDeploymentIsMade$",
		at: in(restapi, call, callee("engine.Pass.Renew"), inside("restapi.deployments.create")),
		do: noError,
	},
}
