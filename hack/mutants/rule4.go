package main

// nothingLost breaks rules 4 and 8: what the spec does not name survives an update, and an update from A to B ends as B.
var nothingLost = []mutant{
	{
		rule: 4, breaks: "an update of a pool resets a setting",
		file: "controllers/userpool/overlay.go",
		edits: swap(`		EmailVerificationSubject:    read.EmailVerificationSubject,
`, ``),
		pkg: userpool, tests: "TestUpdatePoolSendsAllThatWasRead",
	},
	{
		rule: 4, breaks: "an update of a client resets a setting",
		file: "controllers/userpool/overlay.go",
		edits: swap(`		RefreshTokenValidity:                     read.RefreshTokenValidity,
`, ``),
		pkg: userpool, tests: "TestUpdateClientSendsAllThatWasRead",
	},
	{
		rule: 4, breaks: "an update of a pool resets the invitation",
		file:  "controllers/userpool/overlay.go",
		edits: swap(`config.InviteMessageTemplate = read.InviteMessageTemplate`, `config.UnusedAccountValidityDays = 0`),
		pkg:   userpool, tests: "TestUpdatePoolSendsAllThatWasRead",
	},
	{
		rule: 4, breaks: "an update of a pool resets the sign-in policy",
		file: "controllers/userpool/overlay.go",
		edits: swap(`		overlaid.SignInPolicy = read.SignInPolicy
`, ``),
		pkg: userpool, tests: "TestUpdatePoolSendsAllThatWasRead",
	},
	{
		rule: 4, breaks: "an update of a pool removes other people's tags",
		file:  "controllers/userpool/apply.go",
		edits: swap(`p.Owner.Overlay(read.UserPoolTags)`, `p.Owner.Tags("")`),
		pkg:   controllers, tests: "TestRule4WhatTheSpecDoesNotNameSurvives",
	},
	{
		rule: 4, breaks: "an attribute that a person had verified no longer is",
		file:  "controllers/userpool/overlay.go",
		edits: swap(`union(read.AutoVerifiedAttributes, desired.AutoVerifiedAttributes)`, `desired.AutoVerifiedAttributes`),
		pkg:   userpool, tests: "TestUpdatePoolSendsAllThatWasRead",
	},
	{
		rule: 4, breaks: "MFA by app is sent with an update, which Cognito refuses",
		file: "controllers/userpool/overlay.go",
		edits: swap(`		in.MfaConfiguration = ""
`, ``),
		pkg: userpool, tests: "TestUpdatePoolLeavesMFAAlone",
	},
	{
		rule: 8, breaks: "a new domain is not looked for before the old one goes",
		file: "controllers/userpool/apply_domain.go",
		edits: swap(`		if want != "" {
			if err`, `		if want == "" {
			if err`),
		pkg: controllers, tests: "TestADomainThatIsTakenCostsNoDowntime",
	},
	{
		rule: 8, breaks: "the old domain does not come back when the new one is refused",
		file:  "controllers/userpool/apply_domain.go",
		edits: swap(`last != "" && last != want {`, `last != "" && last == want {`),
		pkg:   controllers, tests: "TestBadThenGoodEndsAsGood/a_domain_of_another_account",
	},
	{
		rule: 8, breaks: "a stage that was renamed is left behind",
		file: "controllers/restapi/deploy.go",
		edits: swap(`	for _, old := range slices.Clone(p.Status.API.Stages) {
		if old == p.Status.API.Stage {`, `	for _, old := range slices.Clone(p.Status.API.Stages) {
		if old != "" {`),
		pkg: controllers, tests: "TestRule8AnUpdateEndsAsAFreshObject/stage",
	},
	{
		rule: 8, breaks: "the permission to call a function stays when no route calls it",
		file:  "controllers/restapi/permission.go",
		edits: swap(`if slices.Contains(m.Functions, function) {`, `if len(m.Functions) > 0 {`),
		pkg:   controllers, tests: "TestRule8AnUpdateEndsAsAFreshObject/a_server_for_a_function",
	},
	{
		rule: 8, breaks: "functions are not written down before they are granted",
		file: "controllers/restapi/permission.go",
		edits: swap(`			p.Status.API.Functions = append(p.Status.API.Functions, function)
`, `			continue
`),
		pkg: controllers, tests: "TestTheSpecMovesOn/update",
	},
	{
		rule: 8, breaks: "a resource server is not written down before it is made",
		file: "controllers/userpool/apply.go",
		edits: swap(`	return p.Journal.Save(ctx)
}`, `	return ctx.Err()
}`),
		pkg: controllers, tests: "TestTheSpecMovesOn/secret",
	},
	{
		rule: 8, breaks: "a client that the spec no longer names stays",
		file:  "controllers/userpool/execute.go",
		edits: swap(`func() error { return e.deleteClient(ctx, extra) }`, `func() error { return nil }`),
		pkg:   controllers, tests: "TestRule8AnUpdateEndsAsAFreshObject/no_client",
	},
	{
		rule: 8, breaks: "a client that was replaced stays",
		file: "controllers/userpool/apply_client.go",
		edits: swap(`		if inUse < 0 {
			if err`, `		if inUse > 0 {
			if err`),
		pkg: controllers, tests: "TestEveryLostReply/secret",
	},
	{
		rule: 8, breaks: "a pool with users that somebody deleted is made anew",
		file:  "controllers/userpool/phase.go",
		edits: swap(`if policy != v1alpha1.DeletionDelete && !p.Journal.Consent {`, `if policy == "" {`),
		pkg:   controllers, tests: "TestADeletedPoolWithUsersIsNotMadeAnew",
	},
}
