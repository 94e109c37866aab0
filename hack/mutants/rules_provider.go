package main

// providers breaks rules about identity providers: what is secret of them stays so, and what the spec says reaches Cognito.
var providers = []mutant{
	{
		rule: 9, breaks: "a Secret that nobody allowed to be read is sent to a provider", caughtBy: "^TestInputs$",
		at: in(owned, ifStmt, the(condition, mentions("v1alpha1.ContentInput")), inside("owned.Objects.Input")),
		do: to(condition, never),
	},
	{
		rule: 9, breaks: "a plan tells the secret of a provider", caughtBy: "^TestIdentityProviderInItsLife$",
		at: in(userpool, call, callee("userpool.identityProvider.digest"), mentions("providerSettings.Given"),
			inside("userpool.identityProvider.diff")),
		do: become("want.Given[key]"),
	},
	{
		rule: 8, breaks: "a private key, which Cognito does not show, is not known to be sent", caughtBy: "^TestKindsOfIdentityProviders$",
		at: in(userpool, statement, calls("userpool.identityProvider.keep"), inside("userpool.identityProvider.create")),
		do: removed,
	},
	{
		rule: 8, breaks: "a provider goes while a client names it", caughtBy: "^TestProvidersGoAfterTheirClients$",
		at: in(userpool, keyValue, the(key, mentions("Meta.Leaves")), inside("userpool.Cognito.identityProvider")),
		do: removed,
	},
	{
		rule: 8, breaks: "a provider goes that a client was left with", caughtBy: "^TestAProviderThatAClientWasLeftWith$",
		at: in(userpool, ifStmt, the(condition, calls("userpool.clientAccess.waits")), inside("userpool.identityProvider.guard")),
		do: to(condition, never),
	},
	{
		rule: 8, breaks: "a client is made for Cognito's users while the providers that it names wait",
		caughtBy: "^TestAClientThatNamesOnlyWhatWaits$",
		at:       in(userpool, ifStmt, the(condition, calls("userpool.clientAccess.waits")), inside("userpool.client.guard")),
		do:       to(condition, never),
	},
	{
		rule: 9, breaks: "a lost Secret whose value is given gets another secret in Cognito", caughtBy: "^TestALostSecretThatTheSpecGives$",
		at: in(userpool, ifStmt, the(condition, calls("userpool.secret.digest")), inside("userpool.secret.compare")),
		do: to(condition, never),
	},
	{
		rule: 9, breaks: "the value of a Secret that is no good is sent", caughtBy: "^TestAGivenSecretThatIsNoGood$",
		at: in(userpool, ifStmt, the(condition, mentions("userpool.givable")), inside("userpool.Cognito.givenSecret")),
		do: to(condition, never),
	},
}
