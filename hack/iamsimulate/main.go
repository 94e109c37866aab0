// Command iamsimulate compares the local AWS's evaluation of the operator's policies with that of another implementation: npm's
// @cloud-copilot/iam-simulate, which has AWS's own tables of actions, resources and condition keys. It prints each difference and
// how many rows there were, and fails if there is one. `make iam-simulate` installs what it needs.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	policies "github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
)

const (
	account = "111122223333"
	role    = "arn:aws:iam::" + account + ":role/securedapi"
	session = "arn:aws:sts::" + account + ":assumed-role/securedapi/operator"
	cluster = "c1"

	// fewest is how many rows have to be compared.
	fewest = 200
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "iamsimulate:", err)
		os.Exit(1)
	}
}

// simulation is a row as simulate.mjs reads it.
type simulation struct {
	Principal string            `json:"principal"`
	Account   string            `json:"account"`
	Action    string            `json:"action"`
	Resource  string            `json:"resource"`
	Context   map[string]string `json:"context"`
	Policies  []attached        `json:"policies"`
}

type attached struct {
	Name   string          `json:"name"`
	Policy json.RawMessage `json:"policy"`
}

func run() error {
	texts, ours, err := load()
	if err != nil {
		return err
	}
	all := rows()
	var in bytes.Buffer
	for _, r := range all {
		line := simulation{session, account, r.action, r.resource, r.context, texts}
		if err := json.NewEncoder(&in).Encode(line); err != nil {
			return err
		}
	}
	node := exec.CommandContext(context.Background(), "node", "simulate.mjs")
	node.Dir, node.Stdin, node.Stderr = "hack/iamsimulate", &in, os.Stderr
	out, err := node.Output()
	if err != nil {
		return fmt.Errorf("node simulate.mjs (make iam-simulate installs its packages): %w", err)
	}
	theirs := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(theirs) != len(all) {
		return fmt.Errorf("%d answers to %d rows", len(theirs), len(all))
	}
	allowed, unknown, different := 0, 0, 0
	for i, r := range all {
		mine := ours(r)
		switch {
		case strings.HasPrefix(theirs[i], "error:"):
			unknown++
			continue
		case mine:
			allowed++
		}
		if mine != (theirs[i] == "Allowed") {
			different++
			fmt.Fprintf(os.Stdout, "%s on %s, %s: here allowed: %v, there %s\n", r.action, r.resource, r.reason, mine, theirs[i])
		}
	}
	compared := len(all) - unknown
	fmt.Fprintf(os.Stdout, "iam-simulate: %d rows, %d allowed, %d denied, %d different; %d more that the simulator does not know\n",
		compared, allowed, compared-allowed, different, unknown)
	if different > 0 || compared < fewest {
		return fmt.Errorf("%d rows are evaluated differently, of %d; want none, of %d at least", different, compared, fewest)
	}
	return nil
}

// load fills the policies, for both evaluations.
func load() ([]attached, func(row) bool, error) {
	values := policies.Values{
		"CLUSTER_ID": {cluster}, "ACCOUNT": {account}, "REGION": {"eu-west-1"},
		"USER_POOL_ID": {"eu-west-1_Theirs"}, "REST_API_ID": {"theirs0000"}, "QUEUE_ARN": {queue}, "ROLE_ARN": {passed},
	}
	var texts []attached
	var parsed iam.Role
	for _, name := range []string{"policy", "adopt", "events", "groups"} {
		text, err := policies.Fill(name, values)
		if err != nil {
			return nil, nil, err
		}
		policy, err := iam.Parse(name, text)
		if err != nil {
			return nil, nil, err
		}
		texts = append(texts, attached{name, text})
		parsed.Policies = append(parsed.Policies, policy)
	}
	var service iam.Service
	service.PutRole(role, parsed)
	who := iam.Principal{ARN: session, Role: role, Account: account}
	return texts, func(r row) bool {
		context := iam.Context{}
		for key, value := range r.context {
			context.Set(key, value)
		}
		return service.Authorize(who, iam.Request{Action: r.action, Resource: r.resource, Context: context}) == nil
	}, nil
}
