package main

// checks are all checks, the least dangerous first: what only reads or is refused; what the recipe is; what is made beside
// it by hand; then edits, changes by hand, crashes and deletions.
func checks() []check {
	const recipe, extended, signedIn, rotated, handPool, handAPI, canary, killed = "recipe", "proxy-and-any", "sign-in", "secret-rotation",
		"lists-show-pool", "lists-show-api", "canary-shown", "one-pool-after-kill"
	return []check{
		{"unknown-domain", "describe a domain that nobody has as an empty one", nil, (*world).unknownDomain},
		{"too-many-places", "take no API with 301 places, so the spec is refused before a call", nil, (*world).refuse301Places},

		{recipe, "show what was made at once, so that nothing is read twice", nil, (*world).recipeReady},
		{"domain-active", "have a new prefix domain ACTIVE by the time that all else is made", needs(recipe), (*world).domainActive},
		{"tags-at-once", "show tags with the first read", needs(recipe), (*world).tagsAtOnce},
		{"status-urls", "be at the URLs that status derives", needs(recipe), (*world).statusURLs},
		{"stages-list", "show in GetStages what GetStage shows", needs(recipe), (*world).stagesList},
		{"embedded-methods", "show each method's authorizer in GetResources, and NONE for guests", needs(recipe), (*world).embeddedMethods},
		{"deployment-summary", "show each method's authorization type in a deployment", needs(recipe), (*world).deploymentSummary},
		{signedIn, "show the classic login pages without a branding style", needs(recipe), (*world).signIn},
		{"traffic", "take the ID token where a route has no scopes", needs(signedIn), (*world).traffic},
		{"token-header", "take the ID token from the header that the authorizer names alone", needs(signedIn), (*world).tokenHeader},
		{"preflight", "answer preflights from the mock integration, without a token", needs(recipe), (*world).preflight},
		{"gateway-responses", "add the CORS headers to its own 4xx answers", needs(recipe), (*world).gatewayResponses},

		{handPool, "list a new user pool within the creation grace period", nil, (*world).listsPool},
		{handAPI, "list a new REST API within the creation grace period", nil, (*world).listsAPI},
		{"reads-at-once", "show an update of a user pool in the next read", needs(handPool), (*world).readAtOnce},
		{"domain-goes", "make a prefix domain at once, and free prefix and pool when it is deleted", needs(handPool), (*world).domainGoes},
		{"domain-words", "refuse domains in the words that the operator looks for", needs(recipe, handPool), (*world).domainWords},
		{
			"exists-words", "say in the code and words that are expected that something exists", needs(recipe, handPool, handAPI),
			(*world).existsWords,
		},
		{"deployment-words", "refuse changes of deployments in the words that the operator looks for", needs(recipe), (*world).deploymentWords},
		{"group-keeps", "keep what UpdateGroup is not given, and an empty description", needs(handPool), (*world).groupKeeps},
		{"provider-details", "show the secret of an identity provider, and take attributes away", needs(handPool), (*world).providerDetails},
		{"provider-initiated", "let sign-ins begin at a provider that a client has beside others", needs(handPool), (*world).providerInitiated},
		{"provider-deleted", "delete an identity provider that a client names", needs(handPool), (*world).providerDeleted},
		{"risk-when-off", "refuse to tell the answers to risks while threat protection is off", needs(handPool), (*world).riskWhenOff},
		{"style-resets", "take settings and images away with Cognito's own style", needs(handPool), (*world).styleResets},
		{"reserved-word", "take aws inside a word of a domain prefix", needs(handPool), (*world).reservedWord},
		{"update-resets", "keep DeletionProtection where UpdateUserPool leaves it out", needs(handPool), (*world).resets},
		{"templates-survive", "take the messages that it describes, also of a link", needs(handPool), (*world).templatesSurvive},
		{"concurrent-updates", "refuse one of two updates with a code that the operator repeats", needs(handPool), (*world).concurrentUpdates},
		{"adoption-planned", "show an API's policy and disabled endpoint", needs(handAPI), (*world).planAdoption},
		{
			"overwrite-carries", "take the settings of an API from the document of an overwrite", needs(handPool, handAPI),
			(*world).overwriteCarries,
		},
		{"overwrite-resets", "reset policy and endpoint where an overwrite has neither", needs("overwrite-carries"), (*world).overwriteResets},
		{
			"imported-authorizer", "take the new provider of an authorizer of the same name", needs(recipe, "overwrite-resets"),
			(*world).importedAuthorizer,
		},
		{"document-security", "let an operation's empty security override the document's", needs(handPool, handAPI), (*world).documentSecurity},
		{"concurrent-imports", "refuse one of two imports as a conflict", needs(handPool, handAPI), (*world).concurrentImports},
		{
			"overwrite-carries-tls", "take TLS policy and access mode from the document of an overwrite", needs(handPool, handAPI),
			(*world).overwriteCarriesTLS,
		},

		{"list-dates", "list a user pool with the date of its description", needs(recipe), (*world).listedDates},
		{"pool-dates", "move a user pool's date when its settings change", needs(recipe), (*world).poolDates},
		{"prefix-change", "take down the former domain and show the new one", needs("pool-dates"), (*world).prefixMoved},
		{"prefix-reused", "take a prefix again right after it was given up", needs("prefix-change"), (*world).prefixReused},
		{"settings-survive", "keep MFA, triggers and protection that an update sends back", needs(recipe), (*world).handMade},

		{"group-role", "let a group have a role whose passing is allowed for Cognito alone", needs(recipe), (*world).groupRole},

		{
			"trigger-permission", "call a function at a sign-up by the operator's permission for the user pool", needs(recipe),
			(*world).triggerPermission,
		},

		{"settings-kept", "keep settings of an API that the operator sends back", needs(recipe), (*world).settingsKept},
		{extended, "match ANY on a greedy path", needs(signedIn), (*world).extend},
		{"guarded-fallback", "take the most specific path that has the method", needs(extended), (*world).guardedFallback},
		{"path-as-it-came", "hand a function the path encoded as it came", needs(extended), (*world).pathAsItCame},
		{"encoded-literal", "not match a literal that is encoded", needs(extended), (*world).encodedLiteral},
		{"empty-segment", "not count an empty segment within a path", needs(extended), (*world).emptySegment},
		{"outer-slashes", "not count slashes before a path and at its end", needs(extended), (*world).slashes},
		{"own-clients", "match the audience of an ID token with the authorizer's expression", needs(extended), (*world).ownClients},
		{"client-credentials", "take an access token with the scope where a route has scopes", needs(extended), (*world).clientCredentials},
		{
			rotated, "take a client's next secret by the end of the grace period, and both until one is deleted", needs("client-credentials"),
			(*world).rotation,
		},
		{"secret-hidden", "show no secret once the one that a client was made with is deleted", needs(rotated), (*world).secretHidden},
		{"missing-secret", "refuse to delete a secret that is gone with ResourceNotFoundException", needs(extended), (*world).missingSecret},

		{canary, "show a canary in the stage, whose own deployment stays", needs(recipe), (*world).canaryShown},
		{"canary-blocks", "refuse a plain deployment to a stage with a canary", needs(canary), (*world).canaryBlocks},
		{"canary-found", "let one UpdateStage take a canary off and move the stage", needs(canary), (*world).repaired},
		{"stage-moved", "show which deployment a stage serves", needs(recipe), (*world).stageMoved},
		{"method-opened", "show a method that somebody opened", needs(recipe), (*world).methodOpened},
		{"many-places", "count the root among the 300 places of an API", needs(recipe), (*world).manyPlaces},
		{
			"import-time", "carry out an import of 299 places within the call timeout, and each call within the grace period",
			needs("many-places"), (*world).importTime,
		},
		{killed, "show a new user pool with its token before the grace period ends", nil, (*world).oneAfterKill},
		{"sign-up-page", "ask for required attributes on the sign-up page", needs(killed), (*world).signUpPage},
		{"events", "tell of a change by an event that names the user pool", needs(recipe, killed), (*world).events},
		{"pool-deleted", "answer for a deleted user pool that there is none", needs(killed), (*world).poolDeleted},
		{"nothing-left", "delete an API with its stage and deployments, and a pool once its domain is gone", nil, (*world).nothingLeft},
		{"role-suffices", "let a role with config/iam/policy.json make each of the operator's calls", nil, (*world).roleSuffices},
	}
}

func needs(names ...string) []string { return names }
