package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// redactor takes out of a recording what is nobody's business. Placeholders of ids are the same in the whole run, so that
// what belongs together is still seen to. It is used under the recorder's lock.
type redactor struct {
	cluster string // the tag of what this run makes
	ids     map[string]string
	made    map[string]bool // the user pools of this run, by id
	number  map[string]int  // of placeholders, by kind
}

func newRedactor(cluster, account string) *redactor {
	r := &redactor{cluster: cluster, ids: map[string]string{}, made: map[string]bool{}, number: map[string]int{}}
	r.placeholder("account", account)
	return r
}

const (
	redacted = "REDACTED"
	// accountExample is as long as each account's id.
	accountExample = "111122223333"
)

var (
	// secretKeys are members whose values are never written.
	secretKeys = map[string]bool{
		"ClientSecret": true, "ClientSecretValue": true, "client_secret": true, "private_key": true,
		"Password": true, "TemporaryPassword": true,
		"access_token": true, "id_token": true, "refresh_token": true, "NextToken": true, "position": true,
	}
	// idKeys are members whose values name resources, by kind.
	idKeys = map[string]string{
		"UserPoolId": "pool", "ClientId": "client", "ClientSecretId": "secret", "restApiId": "api", "deploymentId": "deployment",
		"authorizerId": "authorizer", "parentId": "resource", "rootResourceId": "resource", "id": "id", "Id": "id", "sub": "user",
	}

	// An ARN in a path is escaped, and %3A ends in a letter.
	accounts   = regexp.MustCompile(`(\b|%3A|%2F)([0-9]{12})\b`)
	principals = regexp.MustCompile(`arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):[^\s"\\,]+`)
	uuids      = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	tokens     = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]*`)
	accessKeys = regexp.MustCompile(`\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b`)
	words      = regexp.MustCompile(`%[0-9A-F]{2}|[A-Za-z0-9]+`)
	anID       = regexp.MustCompile(`^([a-z0-9-]+_)?([A-Za-z0-9]{6,})$`)
)

// exchange is the text of a file.
func (r *redactor) exchange(e exchange) (string, error) {
	e.Request.Body, e.Response.Body = r.body(e, e.Request.Body), r.body(e, e.Response.Body)
	// All ids are known by now.
	e.Request.Body, e.Response.Body = r.replaced(e.Request.Body), r.replaced(e.Response.Body)
	e.Request.URL, e.Operation = r.text(e.Request.URL), r.text(e.Operation)
	for _, header := range []map[string]string{e.Request.Header, e.Response.Header} {
		for name, value := range header {
			header[name] = r.text(value)
		}
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(e)
	return text.String(), err
}

// replaced is a value of JSON with the texts in it, and the names of members, replaced.
func (r *redactor) replaced(value any) any {
	switch v := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for name, inner := range v {
			all[r.text(name)] = r.replaced(inner)
		}
		return all
	case []any:
		for i, inner := range v {
			v[i] = r.replaced(inner)
		}
	case string:
		return r.text(v)
	}
	return value
}

// body is what is left of a body: an answer about user pools and APIs lists those of this run only.
func (r *redactor) body(e exchange, body any) any {
	text, _ := body.(string)
	if text == "" {
		return nil
	}
	value := parsed(text)
	if object, ok := value.(map[string]any); ok {
		if pool, ok := object["UserPool"].(map[string]any); ok && e.Operation == "CreateUserPool" {
			r.made[fmt.Sprint(pool["Id"])] = true
		}
		if e.Operation == "ListUserPools" {
			keepOnly(object, "UserPools", func(pool map[string]any) bool { return r.made[fmt.Sprint(pool["Id"])] })
		}
		if strings.HasSuffix(e.Operation, "/restapis") {
			keepOnly(object, "item", func(api map[string]any) bool {
				tags, _ := api["tags"].(map[string]any)
				return tags[clusterTag] == r.cluster || tags[handTag] != nil
			})
		}
	}
	return r.value("", value)
}

func keepOnly(object map[string]any, list string, ours func(map[string]any) bool) {
	all, _ := object[list].([]any)
	left := []any{}
	for _, one := range all {
		if item, ok := one.(map[string]any); ok && ours(item) {
			left = append(left, item)
		}
	}
	if all != nil {
		object[list] = left
	}
}

// value takes the secrets out of a value of JSON, and learns the ids in it.
func (r *redactor) value(key string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = r.value(name, inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = r.value(key, inner)
		}
	case string:
		if secretKeys[key] {
			return redacted
		}
		if found := anID.FindStringSubmatch(v); idKeys[key] != "" && found != nil {
			kind := idKeys[key]
			if found[1] != "" {
				kind = "pool" // a Region comes before the id of a user pool alone
			}
			r.placeholder(kind, found[2])
		}
	}
	return value
}

// placeholder is what stands for a value in the whole run.
func (r *redactor) placeholder(kind, value string) string {
	if r.ids[value] == "" {
		r.number[kind]++
		r.ids[value] = fmt.Sprintf("%s%d", kind, r.number[kind])
		if kind == "account" {
			r.ids[value] = fmt.Sprintf("%012d", r.number[kind])
		}
	}
	return r.ids[value]
}

// text takes out of a text what is told by its form, and the ids that were learned so far.
func (r *redactor) text(text string) string {
	text = tokens.ReplaceAllString(text, redacted)
	text = accessKeys.ReplaceAllString(text, redacted)
	text = principals.ReplaceAllString(text, "arn:$1:$2::$3:principal")
	text = uuids.ReplaceAllStringFunc(text, func(id string) string { return r.placeholder("uuid", id) })
	text = accounts.ReplaceAllStringFunc(text, func(found string) string {
		at := len(found) - len(accountExample)
		return found[:at] + r.placeholder("account", found[at:])
	})
	return words.ReplaceAllStringFunc(text, func(word string) string {
		if known := r.ids[word]; known != "" {
			return known
		}
		return word
	})
}
