package main

// onlyOurs breaks rule 2: what lacks our tags is not changed or deleted, and what has them is found again.
var onlyOurs = []mutant{
	{
		rule: 2, breaks: "another cluster's resources count as ours",
		file:  "controllers/ownership/ownership.go",
		edits: swap(`tags[TagCluster] == o.Cluster && `, ``),
		pkg:   ownership, tests: "TestOwns",
	},
	{
		rule: 2, breaks: "a pool is updated whoever owns it",
		file: "controllers/userpool/observe.go",
		edits: swap(`	if !p.Owner.Owns(pool.UserPoolTags) {
		return nil, ownership`, `	if pool == nil {
		return nil, ownership`),
		pkg: controllers, tests: "TestRule2WhatIsNotOursIsNotTouched",
	},
	{
		rule: 2, breaks: "an API is overwritten whoever owns it",
		file:  "controllers/restapi/observe.go",
		edits: swap(`if err == nil && !p.Owner.Owns(tags) {`, `if err == nil && tags == nil {`),
		pkg:   controllers, tests: "TestRule2WhatIsNotOursIsNotTouched",
	},
	{
		rule: 2, breaks: "a pool is deleted whoever owns it",
		file:  "controllers/userpool/delete.go",
		edits: swap(`if !p.Owner.Owns(pool.UserPoolTags) {`, `if pool.Id == nil {`),
		pkg:   controllers, tests: "TestRule2WhatIsNotOursIsNotTouched",
	},
	{
		rule: 2, breaks: "an API is deleted whoever owns it",
		file:  "controllers/restapi/delete.go",
		edits: swap(`if !p.Owner.Owns(tags) {`, `if tags == nil {`),
		pkg:   controllers, tests: "TestRule2WhatIsNotOursIsNotTouched",
	},
	{
		rule: 2, breaks: "a client is changed whoever owns its pool",
		file:  "controllers/userpool/execute.go",
		edits: swap(`if observed.Pool == nil && (!e.todo.Empty() || len(p.Status.UserPool.RetiredClients) > 0) {`, `if false {`),
		pkg:   controllers, tests: "TestRule2AClientOfAPoolThatIsNotOursIsNotTouched",
	},
	{
		rule: 2, breaks: "a client that a person made is taken for ours",
		file: "controllers/userpool/apply_client.go",
		edits: swap(`		creating.Find = nil
`, ``),
		pkg: controllers, tests: "TestRule2AClientOfTheSameNameMadeByHandIsNotOurs",
	},
	{
		rule: 2, breaks: "a domain that a person made is deleted",
		file:  "controllers/userpool/observe.go",
		edits: swap(`if desired.Domain == "" && !p.ourDomain(o.Domain) {`, `if false {`),
		pkg:   controllers, tests: "TestRule2ADomainMadeByHandStays",
	},
	{
		rule: 2, breaks: "a Secret of somebody else is taken for ours",
		file:  "controllers/secrets.go",
		edits: swap(`if !metav1.IsControlledBy(secret, s.object) {`, `if secret.Name == "" {`),
		pkg:   controllers, tests: "TestRule2ASecretOfSomebodyElseStays",
	},
	{
		rule: 2, breaks: "a restored object makes its clients again",
		file:  "controllers/userpool/phase.go",
		edits: swap(`p.Journal.Suspect(PartClient(desired.Clients[i].Name))`, `_ = desired.Clients[i]`),
		pkg:   controllers, tests: "TestRule2ARestoredObjectFindsItsOwn",
	},
	{
		rule: 2, breaks: "a restored object's pool keeps the old uid",
		file:  "controllers/ownership/ownership.go",
		edits: swap(`maps.Copy(merged, o.Tags(""))`, `maps.Copy(merged, map[string]string{TagName: o.Name})`),
		pkg:   ownership, tests: "TestOverlayKeepsOthersTags",
	},
}
