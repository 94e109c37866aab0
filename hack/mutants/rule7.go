package main

// quiet breaks rule 7: a second pass writes nothing, and what failed is said once and tried seldom.
var quiet = []mutant{
	{
		rule: 7, breaks: "status is written although nothing changed",
		file: "controllers/status.go",
		edits: swap(`	if equality.Semantic.DeepEqual(w.written, w.object.Status) {
		return nil
	}
`, ``),
		pkg: controllers, tests: "TestRule7",
	},
	{
		rule: 7, breaks: "a pass that did nothing makes an event",
		file:  "controllers/events.go",
		edits: swap(`if !done.Empty() {`, `if done.Empty() {`),
		pkg:   controllers, tests: "TestRule7",
	},
	{
		rule: 7, breaks: "what was verified is looked at again",
		file:  "controllers/ownership/journal.go",
		edits: swap(`return j.Checks(part) || j.Status.VerifiedDigest(part) != digest`, `return digest != ""`),
		pkg:   controllers, tests: "TestBudget",
	},
	{
		rule: 7, breaks: "a restart looks at everything",
		file:  "controllers/schedule.go",
		edits: swap(`case !known && converged(object):`, `case !known && object.Generation == 0:`),
		pkg:   controllers, tests: "TestDue",
	},
	{
		rule: 7, breaks: "checks after a restart bunch",
		file:  "controllers/schedule.go",
		edits: swap(`return calm + within(interval-calm)`, `return calm`),
		pkg:   controllers, tests: "TestRestartSpreadsChecks",
	},
	{
		rule: 7, breaks: "what a person has to mend is tried all the time",
		file:  "controllers/outcome.go",
		edits: swap(`retryStalled  = 10 * time.Minute`, `retryStalled  = 10 * time.Second`),
		pkg:   controllers, tests: "TestARejectedSpecIsCheap/CreateUserPool/AccessDenied",
	},
	{
		rule: 7, breaks: "a dear try is made as often as a cheap one",
		file:  "controllers/retry.go",
		edits: swap(`	if o.after == retryStalled {`, `	if o.ok() {`),
		pkg:   controllers, tests: "TestARejectedSpecIsCheap/CreateDeployment/AccessDenied",
	},
	{
		rule: 7, breaks: "a phase that waits for a person is tried with the other",
		file:  "controllers/retry.go",
		edits: swap(`r.Clock.Now().Before(before.until)`, `r.Clock.Now().After(before.until)`),
		pkg:   controllers, tests: "TestAStalledPhaseIsNotTriedWithTheOther",
	},
	{
		rule: 7, breaks: "a limit of the account counts as a throttle",
		file:  "controllers/awserr/awserr.go",
		edits: swap(`"LimitExceededException":        Limit,`, `"LimitExceededException":        Throttle,`),
		pkg:   controllers, tests: "TestEveryModeledFailure/create/CreateUserPool/LimitExceededException",
	},
	{
		rule: 7, breaks: "an exception is of a kind by accident",
		file: "controllers/awserr/awserr.go",
		edits: swap(`	"UserImportInProgressException":   Conflict,
`, ``),
		pkg: controllers, tests: "TestEveryModeledFailure/update/UpdateUserPool/UserImportInProgressException",
	},
	{
		rule: 7, breaks: "a throttle flips Ready",
		file:  "controllers/outcome.go",
		edits: swap(`v1alpha1.ReasonWaitingForQuota, true, retryThrottle`, `v1alpha1.ReasonWaitingForQuota, false, retryThrottle`),
		pkg:   controllers, tests: "TestJudge",
	},
	{
		rule: 7, breaks: "a condition has the request's id in it and never stays the same",
		file:  "controllers/awserr/awserr.go",
		edits: swap(`strings.Replace(err.Error(), op.Error(), op.OperationName+": "+said, 1)`, `err.Error() + said[:0]`),
		pkg:   controllers, tests: "TestARejectedSpecIsCheap/CreateUserPool/AccessDenied",
	},
	{
		rule: 7, breaks: "the generation counts as observed while the work goes on",
		file: "controllers/conditions.go",
		edits: swap(`	if o.ok() || o.stalled {
		c.status.ObservedGeneration`, `	if o.reason != "-" {
		c.status.ObservedGeneration`),
		pkg: controllers, tests: "TestSummarise",
	},
	{
		rule: 7, breaks: "Stalled stays when it is over",
		file: "controllers/conditions.go",
		edits: swap(`	if !o.stalled {
		meta`, `	if !o.stalled && !o.ok() {
		meta`),
		pkg: controllers, tests: "TestSummarise",
	},
	{
		rule: 7, breaks: "the API is not repaired while Cognito fails",
		file:  "controllers/securedapi_controller.go",
		edits: swap(`if object.Status.UserPool == nil {`, `if object.Status.UserPool == nil || poolErr != nil {`),
		pkg:   controllers, tests: "TestRule3TheAPIIsRepairedWhileCognitoFails",
	},
	{
		rule: 7, breaks: "an old sweep vouches for ever",
		file:  "controllers/drift/sweeps.go",
		edits: swap(`return last.Began.After(oldest) && last.Vouches(pool, seen)`, `return last.Vouches(pool, seen)`),
		pkg:   drift, tests: "TestSweeps",
	},
	{
		rule: 7, breaks: "no sweep vouches, so each check reads the pool",
		file:  "controllers/drift/listing.go",
		edits: swap(`return listed && !seen.IsZero() && modified.Equal(seen)`, `return listed && seen.IsZero() && modified.Equal(seen)`),
		pkg:   controllers, tests: "TestBudget",
	},
	{
		rule: 7, breaks: "the operator's own calls wake it",
		file:  "controllers/drift/event.go",
		edits: swap(`d.ErrorCode != "" || signed(d.UserAgent, signature)`, `d.ErrorCode != "" || signature == ""`),
		pkg:   controllers, tests: "TestOwnCallsAreNoDrift",
	},
	{
		rule: 7, breaks: "an event of another account or Region wakes an object",
		file:  "controllers/wake.go",
		edits: swap(`if placeOf(object) != change.Place || `, `if `),
		pkg:   controllers, tests: "TestWhatIsNoEventOfOurs",
	},
	{
		rule: 7, breaks: "a wake during a pass is lost",
		file:  "controllers/schedule.go",
		edits: swap(`if s.woken[uid] == next.woken {`, `if next.woken >= 0 {`),
		pkg:   controllers, tests: "TestWake",
	},
}
