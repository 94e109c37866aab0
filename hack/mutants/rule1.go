package main

// neverTwice breaks rule 1: one SecuredAPI never makes two pools, clients, APIs or deployments, whatever call fails.
var neverTwice = []mutant{
	{
		rule: 1, breaks: "the intent to create is not saved before the call",
		file: "controllers/ownership/journal.go",
		edits: swap(`		j.Status.SetCreation(creation)
		if err := j.Save(ctx); err != nil {
			return creation, fmt.Errorf("save the intent`, `		j.Status.SetCreation(creation)
		if err := ctx.Err(); err != nil {
			return creation, fmt.Errorf("save the intent`),
		pkg: controllers, tests: "TestKilledAtEveryBoundary/create",
	},
	{
		rule: 1, breaks: "a pool is made without the token of its creation",
		file:  "controllers/userpool/phase.go",
		edits: swap(`p.Owner.Tags(token)`, `p.Owner.Tags("")`),
		pkg:   controllers, tests: "TestRule1TheTokenGoesInWithTheCall",
	},
	{
		rule: 1, breaks: "an API is made without the token of its creation",
		file:  "controllers/restapi/observe.go",
		edits: swap(`p.Owner.Tags(token)`, `p.Owner.Tags("")`),
		pkg:   controllers, tests: "TestRule1TheTokenGoesInWithTheCall",
	},
	{
		rule: 1, breaks: "a deployment is made without the token of its creation",
		file:  "controllers/restapi/deploy.go",
		edits: swap(`aws.String(description(digest, token))`, `aws.String(description(digest, ""))`),
		pkg:   controllers, tests: "TestEveryLostReply/create/.*CreateDeployment",
	},
	{
		rule: 1, breaks: "lists that trail are not waited for",
		file:  "controllers/ownership/journal.go",
		edits: swap(`!begun.Refused && now.Before(begun.StartedAt.Add(j.Settle))`, `now.IsZero()`),
		pkg:   controllers, tests: "TestRule1ListsThatTrail",
	},
	{
		rule: 1, breaks: "of several resources with our tags the first is taken",
		file: "controllers/ownership/journal.go",
		edits: []edit{
			{`case len(all) > 1:`, `case false:`},
			{`case len(all) == 1:`, `case len(all) >= 1:`},
		},
		pkg: controllers, tests: "TestRule1TwoAreForAPerson",
	},
	{
		rule: 1, breaks: "a call is repeated blindly after a failure of AWS",
		file:  "controllers/awsclient/awsclient.go",
		edits: swap(`awserr.Is(err, awserr.Throttle))`, `awserr.Is(err, awserr.Throttle) || awserr.Is(err, awserr.Transient))`),
		pkg:   controllers, tests: "TestEveryLostReply/create/.*CreateUserPool",
	},
	{
		rule: 1, breaks: "a creation whose reply was lost counts as refused",
		file:  "controllers/ownership/journal.go",
		edits: swap(`= !awserr.Uncertain(err), metav1`, `= true, metav1`),
		pkg:   controllers, tests: "TestEveryLostReply/create",
	},
	{
		rule: 1, breaks: "a timeout counts as an answer",
		file:  "controllers/awserr/awserr.go",
		edits: swap(` || Is(err, Transient)`, ``),
		pkg:   awserr, tests: "TestClassify",
	},
	{
		rule: 1, breaks: "clients in doubt that the spec no longer names are forgotten",
		file: "controllers/userpool/apply_client.go",
		edits: swap(`		if !begun.Refused {
			if _, _, err`, `		if begun.Refused {
			if _, _, err`),
		pkg: controllers, tests: "TestTheSpecMovesOn/update",
	},
	{
		rule: 1, breaks: "a deployment in doubt is not looked for",
		file:  "controllers/restapi/deploy.go",
		edits: swap(`if begun == nil || begun.Refused {`, `if begun == nil || !begun.Refused {`),
		pkg:   controllers, tests: "TestEveryLostReply/create/.*CreateDeployment",
	},
	{
		rule: 1, breaks: "a client that was replaced is taken for its successor",
		file:  "controllers/userpool/observe.go",
		edits: swap(` || slices.Contains(p.Status.UserPool.RetiredClients, *listed.ClientId)`, ``),
		pkg:   controllers, tests: "TestKilledAtEveryBoundary/secret",
	},
	{
		rule: 1, breaks: "status is written whoever else wrote it",
		file:  "controllers/status.go",
		edits: swap(`, "resourceVersion": w.object.ResourceVersion,`, `,`),
		pkg:   controllers, tests: "TestTwoLeaders",
	},
	{
		rule: 1, breaks: "who lost a race for status goes on",
		file:  "controllers/status.go",
		edits: swap(`current.UID != w.object.UID || !equality.Semantic.DeepEqual(current.Status, w.written)`, `current.UID != w.object.UID`),
		pkg:   controllers, tests: "TestTwoLeaders",
	},
	{
		rule: 1, breaks: "a client that one answer misses is made again",
		file: "controllers/userpool/observe.go",
		edits: swap(`	if client != nil || err != nil {
		return client, err`, `	if client != nil || err == nil {
		return client, err`),
		pkg: controllers, tests: "TestEveryModeledFailure/secret/DescribeUserPoolClient/ResourceNotFoundException",
	},
}
