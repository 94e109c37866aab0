package main

// secrets breaks rule 9: secrets are in Secrets, and nowhere else.
var secrets = []mutant{
	{
		rule: 9, breaks: "AWS makes a secret of its own, and the Secret has another",
		file:  "controllers/userpool/apply_client.go",
		edits: swap(`in.ClientSecret = &secret`, `in.GenerateSecret = secret != ""`),
		pkg:   controllers, tests: "TestRule9SecretsAreInSecrets",
	},
	{
		rule: 9, breaks: "a secret is in status",
		file: "controllers/userpool/apply_client.go",
		edits: swap(`			in.ClientSecret = &secret
`, `			in.ClientSecret = &secret
			p.Journal.Verified(secret, "made")
`),
		pkg: controllers, tests: "TestRule9",
	},
	{
		rule: 9, breaks: "a secret is in an error, and so in a condition and an event",
		file:  "controllers/secrets.go",
		edits: swap(`"create Secret %s: %w", secret.Name, err)`, `"create Secret %s of %s: %w", secret.Name, value, err)`),
		pkg:   controllers, tests: "TestRule9NothingThatIsSaidHasTheSecret",
	},
	{
		rule: 9, breaks: "a secret is in the log",
		file: "controllers/secrets.go",
		edits: []edit{
			{`	if err := s.client.Create(ctx, secret, fieldOwner); err != nil {`, `	ctrl.LoggerFrom(ctx).Info("Create Secret", "value", value)
	if err := s.client.Create(ctx, secret, fieldOwner); err != nil {`},
			{`	"sigs.k8s.io/controller-runtime/pkg/client"`, `	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"`},
		},
		pkg: controllers, tests: "TestRule9",
	},
	{
		rule: 9, breaks: "a Secret that was deleted by hand gets another secret than AWS has",
		file:  "controllers/userpool/apply_client.go",
		edits: swap(`_, err := p.Secrets.Ensure(ctx, desired.Name, *read.ClientSecret)`, `_, err := p.Secrets.Ensure(ctx, desired.Name, "")`),
		pkg:   controllers, tests: "TestRule9ASecretDeletedByHandComesBack",
	},
	{
		rule: 9, breaks: "the Secret of a client that needs none any more stays",
		file: "controllers/userpool/apply_client.go",
		edits: swap(`	case !desired.HasSecret && (read == nil || !confidential(read, p.hadSecret(*read.ClientId))):
		return p.Secrets.Remove(ctx, desired.Name)
`, ``),
		pkg: controllers, tests: "TestKilledAtEveryBoundary/no_secret",
	},
	{
		rule: 9, breaks: "the Secret of a client that goes stays",
		file: "controllers/userpool/apply_client.go",
		edits: swap(`	if err := p.Secrets.Remove(ctx, client.Name); err != nil {
		return err
	}
	p.Status.ForgetClient`, `	p.Status.ForgetClient`),
		pkg: controllers, tests: "TestRule9SecretsAreInSecrets",
	},
	{
		rule: 9, breaks: "a new secret is used before Cognito knows it everywhere",
		file:  "controllers/userpool/rotate.go",
		edits: swap(`if now.Before(next.From.Time) {`, `if now.IsZero() {`),
		pkg:   controllers, tests: "TestARotationHasNoGap",
	},
	{
		rule: 9, breaks: "a former secret goes without an overlap",
		file:  "controllers/userpool/rotate.go",
		edits: swap(`Until: metav1.NewTime(now.Add(p.SecretOverlap))}`, `Until: metav1.NewTime(now)}`),
		pkg:   controllers, tests: "TestARotationHasNoGap",
	},
	{
		rule: 9, breaks: "a secret is added before it is stored",
		file:  "controllers/userpool/rotate.go",
		edits: swap(`secret, err := p.Secrets.Stage(ctx, name)`, `secret, err := ownership.NewToken()+ownership.NewToken(), ctx.Err()`),
		pkg:   controllers, tests: "TestARotationHasNoGap",
	},
	{
		rule: 9, breaks: "a secret that a person added is taken for the old one",
		file:  "controllers/userpool/rotate.go",
		edits: swap(`if len(secrets) > 1 || client.SecretID`, `if client.SecretID`),
		pkg:   controllers, tests: "TestASecretAddedByHandIsForAPersonToSortOut",
	},
}
