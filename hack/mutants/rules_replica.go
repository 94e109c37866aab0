package main

// replicas breaks rules about replicas of user pools, and about web ACLs, which a pool and its replica have each.
var replicas = []mutant{
	{
		rule: 8, breaks: "a replica serves users before it has its functions", caughtBy: "^TestSettingsOfAReplica$",
		at: in(userpool, keyValue, the(key, mentions("Of.Grow")), inside("userpool.Cognito.replica")),
		do: removed,
	},
	{
		rule: 8, breaks: "a replica serves users while its web ACL cannot be set", caughtBy: "^TestAReplicaWaitsForWhatItHas$",
		at: in(userpool, keyValue, the(key, mentions("Meta.Leaves")), inside("userpool.Cognito.replica")),
		do: removed,
	},
	{
		rule: 8, breaks: "a replica's sender is set before Cognito has copied the rest", caughtBy: "^TestNoticesOfAReplicaWaitForItsPool$",
		at: in(userpool, keyValue, the(key, mentions("Of.Guard")), inside("userpool.Cognito.replicaNotices")),
		do: removed,
	},
	{
		rule: 4, breaks: "a web ACL is taken off that somebody else associated", caughtBy: "^TestAWebACLOfSomebodyElseStays$",
		at: in(webacl, ifStmt, the(condition, calls("webacl.resource.ours")), inside("webacl.resource.takeOff")),
		do: to(condition, never),
	},
	{
		rule: 1, breaks: "a web ACL that was sent without an answer is forgotten", caughtBy: "^TestAWebACLOfSomebodyElseStays$",
		at: in(webacl, keyValue, the(key, mentions("Of.Guard")), inside("webacl.Resource")),
		do: removed,
	},
}
