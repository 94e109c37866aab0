// Package iam has the policies with which the operator runs in AWS, as templates: the JSON files beside this one, with words in
// capitals where an account's own values go (CLUSTER_ID, REGION). [Fill] puts values in; the command `securedapi iam-policy`
// prints what comes out (command.go). README.md gives the reason of each statement.
package iam

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.json
var templates embed.FS

// InvokeTag is the tag with which a function lets routes call it, if its value is "true". One with another value takes no new
// permissions, and the operator can still take its own back.
const InvokeTag = "securedapi.dev/invoke"

// Values are what goes into the templates, by the word that it stands for. A word with several values makes a list of the
// string that it is in, where the policy may have one.
type Values map[string][]string

// defaults are the values that have one.
var defaults = Values{
	"PARTITION":          {"aws"},
	"ACCOUNT":            {"*"},
	"REGION":             {"*"},
	"FUNCTION":           {"*"},
	"OPERATOR_NAMESPACE": {"securedapi-system"},
	"SERVICE_ACCOUNT":    {"securedapi-manager"},
}

// Document is a policy. Its members are in the order in which people write them.
type Document struct {
	Version   string
	Statement []Statement
}

// Statement is one statement of a policy. Action, Resource and the values of conditions are a string or a list of strings.
type Statement struct {
	Sid       string
	Effect    string
	Principal map[string]string         `json:",omitempty"`
	Action    any                       `json:",omitempty"`
	Resource  any                       `json:",omitempty"`
	Condition map[string]map[string]any `json:",omitempty"`
}

// Names lists the templates.
func Names() []string {
	entries, err := templates.ReadDir(".")
	if err != nil {
		panic(err) // they are in the program
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".json"))
	}
	return names
}

// Fill returns a template, as JSON, with its words replaced by their values. It fails, naming them, if words have no value.
func Fill(name string, values Values) ([]byte, error) {
	document, err := load(name)
	if err != nil {
		return nil, err
	}
	f := filler{values: values}
	for i := range document.Statement {
		f.statement(&document.Statement[i])
	}
	if len(f.missing) > 0 {
		return nil, fmt.Errorf("%s needs %s", name, strings.Join(f.missing, ", "))
	}
	return document.JSON(), nil
}

// load reads a template.
func load(name string) (*Document, error) {
	text, err := templates.ReadFile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("there is no policy %q; there are %s", name, strings.Join(Names(), ", "))
	}
	document := &Document{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(document); err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	return document, nil
}

// JSON is the policy as people read it.
func (d *Document) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		panic(err) // strings, lists and maps of strings
	}
	return b.Bytes()
}

// filler replaces words, and notes those without a value.
type filler struct {
	values  Values
	missing []string
}

func (f *filler) statement(s *Statement) {
	for key, value := range s.Principal {
		s.Principal[key] = f.one(value)
	}
	s.Resource = f.list(s.Resource)
	for operator, keys := range s.Condition {
		filled := map[string]any{}
		for key, value := range keys {
			filled[f.one(key)] = f.list(value)
		}
		s.Condition[operator] = filled
	}
}

// list fills a string or a list of strings, and keeps a single one as it is.
func (f *filler) list(element any) any {
	var all []string
	switch value := element.(type) {
	case nil:
		return nil
	case string:
		all = f.fill(value)
	case []any:
		for _, one := range value {
			text, _ := one.(string)
			all = append(all, f.fill(text)...)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// one fills a string that can be only one.
func (f *filler) one(text string) string {
	all := f.fill(text)
	if len(all) != 1 {
		f.miss("one value in " + text)
		return text
	}
	return all[0]
}

// fill returns a string for each combination of the values of its words.
func (f *filler) fill(text string) []string {
	word := wordIn(text)
	if word == "" {
		return []string{text}
	}
	values := f.values[word]
	if len(values) == 0 {
		values = defaults[word]
	}
	if len(values) == 0 {
		f.miss(word)
		return []string{text}
	}
	var all []string
	for _, value := range values {
		all = append(all, f.fill(strings.ReplaceAll(text, word, value))...)
	}
	return all
}

func (f *filler) miss(what string) {
	if !slices.Contains(f.missing, what) {
		f.missing = append(f.missing, what)
	}
}

// vocabulary are the words of the templates; one that is part of another comes after it.
var vocabulary = []string{
	"OPERATOR_ROLE_ARN", "OPERATOR_NAMESPACE", "SERVICE_ACCOUNT", "PARTITION", "ACCOUNT", "REGION", "CLUSTER_ID", "FUNCTION",
	"USER_POOL_ID", "REST_API_ID", "QUEUE_ARN", "ROLE_ARN", "KEY_ARN", "BUCKET_ARN", "STREAM_ARN", "WEB_ACL_ARN", "OIDC_ISSUER", "NAMESPACE",
}

// wordIn is the first word of the vocabulary in a text, empty if there is none. A value that has one would be filled again, so
// values may not have any.
func wordIn(text string) string {
	i := slices.IndexFunc(vocabulary, func(word string) bool { return strings.Contains(text, word) })
	if i < 0 {
		return ""
	}
	return vocabulary[i]
}

// ErrValue says that a value would change more of a policy than its own place.
var ErrValue = errors.New("not allowed in a value")

// check refuses values that have a word of the vocabulary, a policy variable or a wildcard. Only functions may have wildcards.
func check(word, value string) error {
	marks := "*?"
	if word == "FUNCTION" {
		marks = ""
	}
	switch {
	case value == "":
		return fmt.Errorf("%w: it is empty", ErrValue)
	case strings.ContainsAny(value, marks) || strings.Contains(value, "${") || strings.ContainsAny(value, " \t\n"):
		return fmt.Errorf("%w: %q has a wildcard, a variable or a space", ErrValue, value)
	case wordIn(value) != "":
		return fmt.Errorf("%w: %q has a word of the templates", ErrValue, value)
	}
	return nil
}
