package userpool

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/plan"
)

// Calculate returns what has to change for the observed parts to be as desired. It compares only what the spec sets:
// whatever else a person or AWS put there survives.
func Calculate(desired Desired, observed Observed) plan.Plan {
	var p plan.Plan
	switch {
	case observed.Absent:
		p = append(createPool(desired.Pool, observed.Lost), diffDomain(desired.Domain, "")...)
	case observed.Pool != nil:
		p = append(diffPool(desired.Pool, observed.Pool), diffDomain(desired.Domain, observed.Domain)...)
	}
	if observed.ResourceServers != nil {
		p = append(p, diffResourceServers(desired.ResourceServers, observed)...)
	}
	for _, client := range desired.Clients {
		secret, had := observed.Secrets[client.Name]
		if found, looked := observed.Clients[client.Name]; looked {
			p = append(p, diffClient(client, found, had)...)
		}
		if had {
			p = append(p, diffSecret(client, secret)...)
		}
	}
	for _, extra := range observed.ExtraClients {
		p = append(p, plan.Change{Part: PartClient(extra.Name), Action: plan.Delete, Subject: PartClient(extra.Name), Class: plan.InPlace})
	}
	return p
}

// createPool is the plan for a new pool, which loses users if it stands in for one that is lost.
func createPool(desired Pool, lost string) plan.Plan {
	change := plan.Change{Part: PartPool, Action: plan.Create, Subject: PartPool, To: desired.Name, Class: plan.InPlace}
	if lost != "" {
		change.To, change.Class = desired.Name+" in the place of "+lost+", without its users", plan.LosesUsers
	}
	return plan.Plan{change}
}

func diffPool(desired Pool, observed *types.UserPoolType) plan.Plan {
	password := types.PasswordPolicyType{}
	if observed.Policies != nil && observed.Policies.PasswordPolicy != nil {
		password = *observed.Policies.PasswordPolicy
	}
	adminOnly := observed.AdminCreateUserConfig != nil && observed.AdminCreateUserConfig.AllowAdminCreateUserOnly
	field := func(name, observed, desired string) plan.Field {
		return plan.Field{Subject: PartPool + "." + name, Observed: observed, Desired: desired}
	}
	verified := union(observed.AutoVerifiedAttributes, desired.AutoVerifiedAttributes)
	p := plan.Diff(PartPool, plan.LosesUsers,
		field("signInWith", join(observed.UsernameAttributes), join(desired.UsernameAttributes)))
	p = append(p, plan.Diff(PartPool, plan.InPlace,
		field("autoVerifiedAttributes", join(observed.AutoVerifiedAttributes), join(verified)),
		field("selfSignUp", enabled(!adminOnly), enabled(!desired.AdminCreateUserOnly)),
		field("passwordPolicy.minimumLength", number(aws.ToInt32(password.MinimumLength)), number(desired.Password.MinimumLength)),
		field("passwordPolicy.requireLowercase", truth(password.RequireLowercase), truth(desired.Password.RequireLowercase)),
		field("passwordPolicy.requireNumbers", truth(password.RequireNumbers), truth(desired.Password.RequireNumbers)),
		field("passwordPolicy.requireSymbols", truth(password.RequireSymbols), truth(desired.Password.RequireSymbols)),
		field("passwordPolicy.requireUppercase", truth(password.RequireUppercase), truth(desired.Password.RequireUppercase)),
	)...)
	for _, key := range slices.Sorted(maps.Keys(desired.Tags)) {
		p = append(p, plan.Diff(PartPool, plan.InPlace, field("tags."+key, observed.UserPoolTags[key], desired.Tags[key]))...)
	}
	return p
}

func diffDomain(desired, observed string) plan.Plan {
	change := plan.Change{Part: PartDomain, Subject: "domain"}
	switch {
	case desired == observed:
		return nil
	case observed == "":
		change.Action, change.To, change.Class = plan.Create, desired, plan.InPlace
	case desired == "":
		change.Action, change.To, change.Class = plan.Delete, observed, plan.InPlace
	default:
		change.Action, change.From, change.To, change.Class = plan.Update, observed, desired, plan.Replace
	}
	return plan.Plan{change}
}

func diffResourceServers(desired []ResourceServer, observed Observed) plan.Plan {
	var p plan.Plan
	for _, rs := range desired {
		subject := "resourceServer/" + rs.Identifier
		found, exists := observed.ResourceServers[rs.Identifier]
		if !exists {
			p = append(p, plan.Change{
				Part: PartResourceServers, Action: plan.Create, Subject: subject, To: scopeWords(rs.Scopes), Class: plan.InPlace,
			})
			continue
		}
		scopes := map[string]string{}
		for _, scope := range found.Scopes {
			scopes[*scope.ScopeName] = aws.ToString(scope.ScopeDescription)
		}
		p = append(p, plan.Diff(PartResourceServers, plan.InPlace,
			plan.Field{Subject: subject + ".scopes", Observed: scopeWords(scopes), Desired: scopeWords(rs.Scopes)})...)
	}
	for _, identifier := range observed.ExtraServers {
		p = append(p, plan.Change{Part: PartResourceServers, Action: plan.Delete, Subject: "resourceServer/" + identifier, Class: plan.InPlace})
	}
	return p
}

// diffClient compares a client with what was read of it; hadSecret says that it is known to have a secret.
func diffClient(desired Client, observed *types.UserPoolClientType, hadSecret bool) plan.Plan {
	part := PartClient(desired.Name)
	if observed == nil {
		return plan.Plan{{Part: part, Action: plan.Create, Subject: part, To: join(desired.Flows), Class: plan.InPlace}}
	}
	if hasSecret := confidential(observed, hadSecret); hasSecret != desired.HasSecret {
		return plan.Diff(part, plan.Replace,
			plan.Field{Subject: part + ".secret", Observed: enabled(hasSecret), Desired: enabled(desired.HasSecret)})
	}
	return plan.Diff(part, plan.InPlace,
		plan.Field{Subject: part + ".callbackURLs", Observed: join(observed.CallbackURLs), Desired: join(desired.CallbackURLs)},
		plan.Field{Subject: part + ".logoutURLs", Observed: join(observed.LogoutURLs), Desired: join(desired.LogoutURLs)},
		plan.Field{Subject: part + ".flows", Observed: join(observed.AllowedOAuthFlows), Desired: join(desired.Flows)},
		plan.Field{Subject: part + ".scopes", Observed: join(observed.AllowedOAuthScopes), Desired: join(desired.Scopes)},
		plan.Field{Subject: part + ".oauth", Observed: enabled(aws.ToBool(observed.AllowedOAuthFlowsUserPoolClient)), Desired: enabled(true)},
	)
}

// union is what was read with what is desired added to it.
func union[T comparable](read, desired []T) []T {
	all := slices.Clone(read)
	for _, d := range desired {
		if !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}

// join puts a list that has no order into words.
func join[S ~string](list []S) string {
	words := make([]string, 0, len(list))
	for _, s := range list {
		words = append(words, string(s))
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

func scopeWords(scopes map[string]string) string {
	words := make([]string, 0, len(scopes))
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		words = append(words, name+" ("+scopes[name]+")")
	}
	return strings.Join(words, ", ")
}

func number(n int32) string { return strconv.Itoa(int(n)) }

func truth(b bool) string { return strconv.FormatBool(b) }

func enabled(b bool) string {
	if b {
		return "Enabled"
	}
	return "Disabled"
}
