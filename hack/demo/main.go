// Command demo goes through the project's recipe on this machine, with nothing but Go: a real API server, a local AWS,
// the operator between them, and a person who signs up and calls the API.
//
// world.go starts all that and stops it; narrative.go and person.go are what is done and shown, a step a method;
// hack/visitor is the person's browser; functions.go is what the API's routes call; frontend/ is what stays up on
// localhost:3000 at the end.
//
// The environment:
//
//	DEMO_EXIT=1     ends the demo after the narrative
//	DEMO_PORT=3001  the front end's port, 0 for any; the manifests' URLs are rewritten to it
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// takeDownTimeout bounds the last chapter.
const takeDownTimeout = 3 * time.Minute

func main() {
	log.SetLogger(logr.Discard()) // the control plane's
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// From the first Ctrl-C on, another one ends the process at once.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Stdout, cmp.Or(os.Getenv("DEMO_PORT"), defaultPort), os.Getenv("DEMO_EXIT") != "")
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

// run tells the whole story. Whatever happens, it leaves no process behind; its error is why the story broke off.
func run(ctx context.Context, out io.Writer, port string, exit bool) (err error) {
	site, err := listen(ctx, port) // first of all: the rest takes a while
	if err != nil {
		return err
	}
	defer site.close()
	d := &demo{out: out, origin: originOf(site.port)}
	if d.world, err = start(ctx, d.introduce()); err != nil {
		return reason(ctx, err)
	}
	defer func() {
		stopped := d.world.stop(err == nil || errors.Is(err, errInterrupted))
		if errors.Is(err, errInterrupted) {
			// That is how it ends. All that was made is gone with the world.
			err = nil
		}
		err = errors.Join(err, stopped)
	}()
	attended, cancel := d.world.attend(ctx)
	defer cancel()
	if err := d.tell(attended, site, exit); err != nil {
		return errors.Join(reason(ctx, err), d.world.operator.Failure())
	}
	if err := d.world.operator.Failure(); err != nil {
		return err
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeDownTimeout)
	defer cancel()
	return d.takeDown(ending)
}

var errInterrupted = errors.New("interrupted")

// reason is why a step failed: whatever is under way at a Ctrl-C fails of that.
func reason(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// tell goes through the recipe and, unless it is to exit, lets people try things until they interrupt it.
func (d *demo) tell(ctx context.Context, site *site, exit bool) error {
	if err := d.applyRecipe(ctx); err != nil {
		return err
	}
	if err := d.signUp(ctx); err != nil {
		return err
	}
	if err := d.callRoutes(ctx); err != nil {
		return err
	}
	if err := d.addCodeClient(ctx); err != nil {
		return err
	}
	if err := d.keepOthersOut(ctx); err != nil {
		return err
	}
	handler, err := d.frontEnd(ctx)
	if err != nil {
		return err
	}
	site.serve(handler)
	if exit {
		return nil
	}
	d.invite()
	<-ctx.Done()
	d.sayf("stopping; all that was made was on this machine, and is gone")
	return errInterrupted
}
