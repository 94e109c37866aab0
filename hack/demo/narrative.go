package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/demo/frontend"
)

const (
	recipe     = "config/samples/securedapi_v1alpha1_notes.yaml"
	codeClient = "hack/demo/web-code.yaml"
	policy     = "hack/demo/policy.yaml"
	otherTeam  = "hack/demo/other-team.yaml"

	// email and password are those of the person who signs up.
	email    = "user@example.com"
	password = "Passw0rd"
)

// demo is the story as far as it has come.
type demo struct {
	out    io.Writer
	origin string // of the front end
	world  *world

	object v1alpha1.SecuredAPI // as last seen
	token  string              // the ID token of the person who signed up
}

// title begins a chapter, sayf adds a line to it.
func (d *demo) title(text string)               { fmt.Fprintf(d.out, "\n== %s\n", text) }
func (d *demo) sayf(format string, args ...any) { fmt.Fprintf(d.out, "   "+format+"\n", args...) }

// introduce returns what is told of the start.
func (d *demo) introduce() (logf func(format string, args ...any)) {
	fmt.Fprintln(d.out, "A login and a guarded REST API from one manifest, on this machine alone. Ctrl-C ends it.")
	d.title("Starting")
	return d.sayf
}

// kubectl runs kubectl, as shown.
func (d *demo) kubectl(ctx context.Context, args ...string) error {
	fmt.Fprintln(d.out, "$ kubectl", strings.Join(args, " "))
	out, err := d.world.kubectl(ctx, args...)
	fmt.Fprint(d.out, out)
	return err
}

// applyRecipe applies the recipe as it is, and waits until what it asks for is there.
func (d *demo) applyRecipe(ctx context.Context) error {
	d.title("The recipe")
	manifest, err := d.manifest(recipe)
	if err != nil {
		return err
	}
	began := time.Now()
	d.world.aws.ResetCalls()
	if err := d.kubectl(ctx, "apply", "-f", manifest); err != nil {
		return err
	}
	if err := d.awaitReady(ctx); err != nil {
		return err
	}
	d.sayf("ready after %.1f s and %d calls to AWS", time.Since(began).Seconds(), len(d.world.aws.Calls()))
	if err := d.kubectl(ctx, "get", "sapi"); err != nil {
		return err
	}
	d.sayf("login page   %s", d.loginURL())
	d.sayf("endpoint     %s", d.object.Status.Endpoint)
	return nil
}

// addCodeClient changes the object: one client more.
func (d *demo) addCodeClient(ctx context.Context) error {
	d.title("One client more, for code with PKCE")
	manifest, err := d.manifest(codeClient)
	if err != nil {
		return err
	}
	pool, api := d.object.Status.UserPool.ID, d.object.Status.API.ID
	if err := d.kubectl(ctx, "patch", "sapi", "notes", "--type=json", "--patch-file="+manifest); err != nil {
		return err
	}
	if err := d.awaitReady(ctx); err != nil {
		return err
	}
	if d.object.Status.UserPool.ID != pool || d.object.Status.API.ID != api {
		return errors.New("another user pool or API was made to add a client")
	}
	d.sayf("same user pool, same API, same users; client %s is new", frontend.CodeClient)
	return nil
}

// keepOthersOut shows what a policy refuses to another team. Then the cluster is as it was.
func (d *demo) keepOthersOut(ctx context.Context) error {
	d.title("Another team, and a policy")
	if err := d.kubectl(ctx, "apply", "-f", policy); err != nil {
		return err
	}
	// The recipe's own object is looked at once, by its new policy.
	if err := d.kubectl(ctx, "wait", "--for=jsonpath={.status.policy}=notes", "--timeout=2m", "sapi/notes"); err != nil {
		return err
	}
	d.world.aws.ResetCalls()
	for _, args := range [][]string{
		{"create", "namespace", "other"},
		{"apply", "-f", otherTeam},
		{"wait", "--for=condition=Stalled", "--timeout=2m", "--namespace=other", "sapi/theirs"},
		{"get", "sapi", "theirs", "--namespace=other", "-o", `jsonpath={.status.conditions[?(@.type=="Ready")].message}{"\n"}`},
	} {
		if err := d.kubectl(ctx, args...); err != nil {
			return err
		}
	}
	d.sayf("%d calls to AWS were made for it", len(d.world.aws.Calls()))
	return errors.Join(d.kubectl(ctx, "delete", "-f", otherTeam), d.kubectl(ctx, "delete", "-f", policy))
}

// awaitReady waits until AWS agrees with the object, and looks at it.
func (d *demo) awaitReady(ctx context.Context) error {
	if err := d.kubectl(ctx, "wait", "--for=condition=Ready", "--timeout=2m", "sapi/notes"); err != nil {
		return err
	}
	text, err := d.world.kubectl(ctx, "get", "sapi", "notes", "-o", "json")
	if err != nil {
		return err
	}
	d.object = v1alpha1.SecuredAPI{}
	return json.Unmarshal([]byte(text), &d.object)
}

// manifest returns a manifest as it is to be applied: as it is in the repository, or, if the front end has an origin
// of its own, a copy that says so.
func (d *demo) manifest(path string) (string, error) {
	if d.origin == originOf(defaultPort) {
		return path, nil
	}
	text, err := os.ReadFile(filepath.Join(d.world.root, path))
	if err != nil {
		return "", err
	}
	rewritten := filepath.Join(d.world.dir, filepath.Base(path))
	return rewritten, os.WriteFile(rewritten, []byte(strings.ReplaceAll(string(text), originOf(defaultPort), d.origin)), 0o600)
}

func (d *demo) loginURL() string {
	if client := d.object.Status.Client(frontend.ImplicitClient); client != nil {
		return client.LoginURL
	}
	return ""
}

// frontEnd is the page of the object's clients.
func (d *demo) frontEnd(ctx context.Context) (http.Handler, error) {
	return frontend.New(ctx, d.origin, d.world.aws.URL+"/mailbox", &d.object.Status)
}

// invite says what there is to try.
func (d *demo) invite() {
	d.title("Try it; Ctrl-C ends it")
	d.sayf("front end    %s", d.origin)
	d.sayf("login page   %s", d.loginURL())
	d.sayf("an account   %s, %s, or sign up", email, password)
	d.sayf("mailbox      %s/mailbox", d.world.aws.URL)
	d.sayf("kubectl      export KUBECONFIG=%s", d.world.cluster.Kubeconfig())
	d.sayf("             alias kubectl=%s", d.world.cluster.KubectlPath)
}

// takeDown deletes the object, and whatever else people have tried, and looks that nothing is left.
func (d *demo) takeDown(ctx context.Context) error {
	d.title("Taking it down")
	if err := d.kubectl(ctx, "delete", "--timeout=2m", "sapi", "--all"); err != nil {
		return err
	}
	left, err := d.world.left(ctx)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("left in AWS: %s", strings.Join(left, ", "))
	}
	d.sayf("left in AWS: nothing")
	return nil
}
