package main

import (
	"go/token"
	"slices"
)

// mutant is one rule broken on purpose.
type mutant struct {
	// rule is its number in docs/design/README.md.
	rule   int
	breaks string
	// caughtBy is a pattern for -run, of the tests below controllers that are there to notice.
	caughtBy string
	// at is where, and do what is done there. A mutant without a package describes what no code could be named for yet;
	// it cannot be tried, which fails the command and the unit test.
	at place
	do change
	// imports are imports, as written, that the change needs and the file may lack.
	imports []string
}

// mutants are all that is broken on purpose, by the rules of docs/design/README.md.
var mutants = slices.Concat(neverTwice, onlyOurs, guarded, nothingLost, deletion, quiet, secrets, providers, replicas, inDoubt)

// The folders of packages.
const (
	controllers  = "controllers"
	awsclient    = "controllers/awsclient"
	awserr       = "controllers/awserr"
	clientsecret = "controllers/kube/clientsecret"
	drift        = "controllers/drift"
	engine       = "controllers/engine"
	invoke       = "controllers/attached/invoke"
	outcome      = "controllers/outcome"
	owned        = "controllers/kube/owned"
	restapi      = "controllers/restapi"
	schedule     = "controllers/schedule"
	sweeper      = "controllers/drift/sweeper"
	userpool     = "controllers/userpool"
	webacl       = "controllers/attached/webacl"
)

// noError takes the place of a call that returns an error alone, which is not made then.
var noError = become("error(nil)")

// neverTwice breaks rule 1: one SecuredAPI never makes two pools, clients, APIs or deployments, whatever call fails.
var neverTwice = []mutant{
	{
		rule: 1, breaks: "a creation is called again after a failure of AWS that may have carried it out",
		caughtBy: "TestOnlyThrottledCreationsAreRetried",
		at:       in(awsclient, call, is(argument(0), calls("aws.BoolTernary")), the(argument(1), mentions("awserr.Throttle"))),
		do:       become("$ || awserr.Is(err, awserr.Transient)"),
	},
	{
		rule: 1, breaks: "a lost reply counts as an answer", caughtBy: "TestClassify",
		at: in(awserr, call, is(right, operator(token.LOR)), calls("awserr.Is"), mentions("awserr.Transient")),
		do: never,
	},
	{
		rule: 1, breaks: "the intention is not saved before the call that creates",
		caughtBy: "^TestAnIntentionIsSavedBeforeItsCall$",
		at:       in(engine, call, callee("engine.Pass.Save"), inside("engine.Pass.intend")),
		do:       noError,
	},
	{
		rule: 1, breaks: "a pool is created without its token", caughtBy: "^TestPoolIsMade$",
		at: in(userpool, call, callee("engine.Pass.Tags"), inside("userpool.userPool.create")),
		do: to(argument(0), become(`""`)),
	},
	{
		rule: 1, breaks: "an API is created without its token", caughtBy: "TestRule1ACreationCarriesItsSavedToken",
		at: in(restapi, call, callee("engine.Pass.Tags"), inside("restapi.Gateway.restAPI")),
		do: to(argument(0), become(`""`)),
	},
	{
		rule: 1, breaks: "a deployment is created without its token",
		caughtBy: "^TestNothingIsLostOrMadeTwice$|^TestADeploymentIsFoundAmongMany$",
		at:       in(restapi, binary, the(right, mentions("token")), inside("restapi.deployments.create")),
		do:       to(right, become(`""`)),
	},
	{
		rule: 1, breaks: "the creation grace period is not waited for", caughtBy: "^TestPoolIsMadeOnce$|^TestClientsInDoubt$",
		at: in(engine, call, is(cases), callee("time.Time.Before"), inside("engine.Pass.Settle")),
		do: never,
	},
	{
		rule: 1, breaks: "of several resources with our tags the first is adopted", caughtBy: "^TestTwoPoolsAreForAPerson$",
		at: in(engine, binary, operator(token.GTR), inside("engine.Of.recognized")),
		do: never,
	},
	{
		rule: 1, breaks: "a creation whose reply was lost counts as refused",
		caughtBy: "^TestClientsInDoubt$|^TestClientIsMadeOnce$|^TestNothingIsLostOrMadeTwice$",
		at:       in(engine, call, callee("awserr.Uncertain"), inside("engine.refused")),
		do:       never,
	},
	{
		rule: 1, breaks: "a client in doubt that the spec no longer names is forgotten", caughtBy: "^TestClientsInDoubt$",
		at: in(engine, call, callee("engine.Of.settle"), inside("engine.Of.backward")),
		do: noError,
	},
	{
		rule: 1, breaks: "a deployment in doubt is not looked for",
		caughtBy: "^TestNothingIsLostOrMadeTwice$|^TestADeploymentIsFoundAmongMany$",
		at:       in(restapi, call, callee("strings.HasSuffix"), inside("restapi.deployments.find")),
		do:       never,
	},
	{
		rule: 1, breaks: "a client that was replaced is adopted as its successor", caughtBy: "^TestAReplacementInDoubt$",
		at: in(engine, binary, operator(token.LOR), mentions("engine.retired"), inside("engine.Pass.Settle")),
		do: never,
	},
	{
		rule: 1, breaks: "status is written without its resource version", caughtBy: "TestTwoLeaders",
		at: in(controllers, keyValue, the(key, worth("resourceVersion"))),
		do: removed,
	},
	{
		rule: 1, breaks: "a pass goes on after a write conflict on status", caughtBy: "TestTwoLeaders",
		at: in(controllers, ifStmt, the(condition, operator(token.LOR), calls("Equalities.DeepEqual")),
			inside("controllers.statusWriter.Save")),
		do: to(condition, never),
	},
	{
		rule: 1, breaks: "a client that one answer misses is created again",
		caughtBy: "TestEveryModeledFailure/secret/DescribeUserPoolClient/ResourceNotFoundException",
		at:       in(engine, ifStmt, the(condition, mentions("engine.Of.Find")), inside("engine.Of.present")),
		do:       to(condition, become(`r.In == "" && ($)`)),
	},
	{
		rule: 1, breaks: "an intention that was long in being saved is used", caughtBy: "TestSeededSchedules",
		at: in(engine, ifStmt, the(condition, calls("engine.Pass.young")), inside("engine.Pass.intend")),
		do: to(condition, always),
	},
	{
		rule: 1, breaks: "a write conflict does not end the pass", caughtBy: "TestTwoLeaders",
		at: each(2, in(engine, call, callee("errors.IsConflict"), inside("engine.Pass.Apply"))),
		do: never,
	},
}
