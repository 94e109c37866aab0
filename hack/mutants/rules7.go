package main

import "go/token"

// quiet breaks rule 7: a second pass writes nothing, and what failed is said once and tried seldom.
var quiet = []mutant{
	{
		rule: 7, breaks: "a limit of the account counts as a throttle", caughtBy: "TestClassify",
		at: in(awserr, keyValue, the(key, worth("LimitExceededException"))),
		do: to(value, become("Throttle")),
	},
	{
		rule: 7, breaks: "an error code is of a kind by its HTTP status alone", caughtBy: "TestClassify",
		at: in(awserr, keyValue, the(key, worth("UserImportInProgressException"))),
		do: removed,
	},
	{
		rule: 7, breaks: "a condition's message has the request's id in it and never stays the same", caughtBy: "TestText",
		at: in(awserr, call, calls("strings.Replace")),
		do: to(argument(3), become("0")),
	},
	{
		rule: 7, breaks: "an old list of the account vouches for ever", caughtBy: "TestSweeps",
		at: in(drift, call, calls("time.Time.After"), mentions("Listing.Began")),
		do: always,
	},
	{
		rule: 7, breaks: "no list of the account vouches, so each drift check reads the pool", caughtBy: "TestPoolMoved",
		at: in(drift, binary, is(value), the(right, calls("time.Time.Equal"), not(operator(token.NOT)))),
		do: never,
	},
	{
		rule: 7, breaks: "the operator's own calls count as drift", caughtBy: "TestEventsOfOwnCallsAreIgnored",
		at: in(sweeper, ifStmt, the(condition, mentions("drift.Change.Signed")), inside("sweeper.Sweeper.changed")),
		do: to(condition, never),
	},
	{
		rule: 5, breaks: "who forges our signature hides a change", caughtBy: "TestAForgedUserAgentDoesNotHideAnEvent",
		at: in(sweeper, ifStmt, the(condition, mentions("drift.Change.Signed")), inside("sweeper.Sweeper.changed")),
		do: to(condition, become("change.Signed")),
	},
	{
		rule: 7, breaks: "a spec that cannot work is tried in AWS", caughtBy: "^TestRefusedBeforeTheFirstCall$",
		at: in(controllers, call, callee("controllers.work.check"), inside("controllers.SecuredAPIReconciler.prepare")),
		do: noError,
	},
	{
		rule: 7, breaks: "a warning is an event of each pass", caughtBy: "^TestAWarningDoesNotChangeReady$",
		at: in(controllers, ifStmt, inside("controllers.SecuredAPIReconciler.warned")),
		do: to(condition, become("now != \"\"")),
	},
	{
		rule: 7, breaks: "status is written although nothing changed", caughtBy: "TestRule7",
		at: in(controllers, ifStmt, the(condition, calls("Equalities.DeepEqual"), not(operator(token.LOR))),
			inside("controllers.statusWriter.Save")),
		do: to(condition, never),
	},
	{
		rule: 7, breaks: "a pass that did nothing makes an event", caughtBy: "TestRule7",
		at: in(controllers, ifStmt, the(condition, calls("plan.Plan.Empty")), inside("controllers.SecuredAPIReconciler.applied")),
		do: to(condition, never),
	},
	{
		rule: 7, breaks: "what was verified is read again", caughtBy: "^TestCallsInTheLifeOfAnObject$|^TestTheLifeOfAnAPI$",
		at: in(engine, ifStmt, the(condition, mentions("ResourceRecord.Verified"), mentions("looks")), inside("engine.Of.forward")),
		do: to(condition, never),
	},
	{
		rule: 7, breaks: "a restart reads everything", caughtBy: "^TestNext$|^TestARestartSpreadsChecks$",
		at: in(schedule, binary, is(cases), calls("schedule.Converged"), inside("schedule.Schedule.Next")),
		do: never,
	},
	{
		rule: 7, breaks: "drift checks after a restart come all at once", caughtBy: "^TestARestartSpreadsChecks$",
		at: in(schedule, call, callee("schedule.AfterStart"), inside("schedule.Schedule.Next")),
		do: become("s.Interval"),
	},
	{
		rule: 7, breaks: "what a person has to mend is tried all the time", caughtBy: "^TestJudge$",
		at: in(outcome, assignment, mentions("v1alpha1.ReasonAccessDenied"), inside("outcome.Outcome.ofKind")),
		do: become("o.Reason, o.Stalled, o.After = v1alpha1.ReasonAccessDenied, true, RetrySoon"),
	},
	{
		rule: 7, breaks: "a costly try is made as often as a cheap one", caughtBy: "^TestAStalledPhaseIsRetriedSeldom$",
		at: in(schedule, assignment, operator(token.MUL_ASSIGN), inside("schedule.Phase.after")),
		do: undone,
	},
	{
		rule: 7, breaks: "a phase that waits for a person is tried with the other", caughtBy: "^TestSkip$",
		at: in(schedule, binary, operator(token.LAND), inside("schedule.Phase.Skip")),
		do: never,
	},
	{
		rule: 7, breaks: "a throttle flips Ready", caughtBy: "^TestJudge$",
		at: in(outcome, assignment, mentions("outcome.RetryThrottle"), inside("outcome.Outcome.ofKind")),
		do: become("o.Reason, o.After = v1alpha1.ReasonWaitingForQuota, RetryThrottle"),
	},
	{
		rule: 7, breaks: "the generation counts as observed while the work goes on", caughtBy: "^TestSummarize$",
		at: in(outcome, ifStmt, the(condition, operator(token.LOR)), inside("outcome.conditions.progress")),
		do: to(condition, always),
	},
	{
		rule: 7, breaks: "Stalled stays when it is over", caughtBy: "^TestSummarize$|^TestBeginAndEndLeaveOneOfReconcilingAndStalled$",
		at: in(outcome, ifStmt, the(condition, operator(token.NOT)), inside("outcome.conditions.progress")),
		do: to(condition, never),
	},
	{
		rule: 7, breaks: "a condition refers to Ready for a cause that Ready does not have", caughtBy: "^TestReadyAloneHasALongText$",
		at: in(outcome, ifStmt, the(condition, mentions("outcome.maxLine")), inside("outcome.conditions.shorten")),
		do: to(condition, become("one == nil || ready == nil || len(one.Message) <= maxLine")),
	},
	{
		rule: 7, breaks: "a part's cause is lost when Ready gets another text", caughtBy: "^TestPartsKeepTheirTextWhenReadyGetsAnother$",
		at: in(outcome, ifStmt, inside("outcome.conditions.expand")),
		do: to(condition, never),
	},
	{
		rule: 7, breaks: "of two causes Ready has one", caughtBy: "^TestReadyAloneHasALongText$",
		at: in(outcome, ifStmt, the(condition, mentions("ConditionUserPoolReady")), inside("outcome.conditions.ready")),
		do: to(condition, never),
	},
	{
		rule: 7, breaks: "the API is not repaired while Cognito fails", caughtBy: "TestRule3TheAPIIsRepairedWhileCognitoFails",
		at: in(controllers, ifStmt, calls("outcome.Awaiting"), inside("controllers.SecuredAPIReconciler.pass")),
		do: to(condition, become("$ || poolErr != nil")),
	},
	{
		rule: 7, breaks: "an event of another account or Region causes a pass", caughtBy: "TestEventsOfOtherResourcesAreIgnored",
		at: in(sweeper, binary, operator(token.NEQ), mentions("drift.Change.Place"), inside("sweeper.Sweeper.changed")),
		do: never,
	},
	{
		rule: 7, breaks: "an event that comes during a pass is lost", caughtBy: "^TestWake$",
		at: in(schedule, ifStmt, the(condition, mentions("schedule.Pass.wakes")), inside("schedule.Schedule.Done")),
		do: to(condition, always),
	},
}

// secrets breaks rule 9: secrets are in Secrets, and nowhere else.
var secrets = []mutant{
	{
		rule: 9, breaks: "Cognito makes a secret of its own, and the Secret has another", caughtBy: "^TestClientIsMade$",
		at: in(userpool, assignment, the(left, mentions("CreateUserPoolClientInput.ClientSecret"))),
		do: become("in.GenerateSecret, _ = true, secret"),
	},
	{
		rule: 9, breaks: "a secret is in status", caughtBy: "^TestNoSecretIsInTheRecords$",
		at: in(userpool, assignment, the(left, mentions("CreateUserPoolClientInput.ClientSecret"))),
		do: followedBy(`r.p.Record(PrefixSecret + r.name).Kept = map[string]string{"value": secret}`),
	},
	{
		rule: 9, breaks: "a secret is in an error, and so in a condition and an event", caughtBy: "TestRule9LogsEventsAndStatusHaveNoSecret",
		at: in(userpool, returnStmt, within(ifStmt, after(calls("cognitoidentityprovider.Client.CreateUserPoolClient"))),
			inside("userpool.client.create")),
		do: become(`return made, fmt.Errorf("%s: %w", aws.ToString(in.ClientSecret), err)`),
	},
	{
		rule: 9, breaks: "a secret is in the log", caughtBy: "TestRule9",
		at:      in(clientsecret, assignment, calls("rand.Text"), inside("clientsecret.Secrets.store")),
		do:      followedBy(`ctrl.LoggerFrom(ctx).Info("Made", "secret", value)`),
		imports: []string{`ctrl "sigs.k8s.io/controller-runtime"`},
	},
	{
		rule: 9, breaks: "a Secret that was deleted by hand gets another secret than Cognito has", caughtBy: "^TestADeletedSecretComesBack$",
		at: in(userpool, call, callee("userpool.Secrets.Put"), inside("userpool.secret.step")),
		do: to(argument(2), become("engine.NewToken()")),
	},
	{
		rule: 9, breaks: "the Secret of a client that needs none any more stays",
		caughtBy: "^TestTheSecretGoesWithItsClient$|^TestAClientIsReplacedForItsSecret$",
		at:       in(userpool, keyValue, the(key, mentions("Own.Forget")), inside("userpool.Cognito.secret")),
		do:       to(value, become("func(context.Context) error { return nil }")),
	},
	{
		rule: 9, breaks: "the Secret of a client that is deleted stays", caughtBy: "TestRule9ClientSecretsAreStoredInSecrets",
		at: in(clientsecret, function, mentions("clientsecret.Secrets.Remove")),
		do: returnsEarly,
	},
	{
		rule: 9, breaks: "a new secret is used before Cognito knows it everywhere", caughtBy: "^TestASecretIsReplacedWithoutAGap$",
		at: in(userpool, ifStmt, the(condition, mentions("UnprovenResource.From")), inside("userpool.secret.rotate")),
		do: to(condition, never),
	},
	{
		rule: 9, breaks: "a former secret is deleted without an overlap", caughtBy: "^TestASecretIsReplacedWithoutAGap$",
		at: in(userpool, call, callee("userpool.secret.overlap")),
		do: become("time.Duration(0), error(nil)"),
	},
	{
		rule: 9, breaks: "a secret is added to Cognito before it is in its Secret", caughtBy: "^TestASecretIsReplacedWithoutAGap$",
		at: in(userpool, call, callee("userpool.Secrets.Stage")),
		do: become("given+engine.NewToken(), error(nil)"),
	},
	{
		rule: 9, breaks: "a secret that a person added is deleted as the old one", caughtBy: "^TestASecretAddedByHandIsForAPerson$",
		at: in(userpool, binary, operator(token.EQL), the(right, worth(1)), inside("userpool.secret.present")),
		do: with(token.GEQ),
	},
}
