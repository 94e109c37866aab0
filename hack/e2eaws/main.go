// Command e2eaws runs the operator, started as users start it, against a real AWS account or the local AWS, with a local
// control plane. It goes through checks, the least dangerous first, each of which decides what docs/aws.md assumes of AWS;
// records every request and answer, redacted; takes down all that it made; and reports in Markdown.
//
// target.go is the AWS; world.go starts the rest and stops it; proxy.go is the way from the operator to AWS, recorder.go
// writes down what passes; check.go runs the checks, which are in checks_*.go; clean.go deletes what is left; report.go and
// assumptions.go are the report.
//
//	go run ./hack/e2eaws          go through the checks
//	go run ./hack/e2eaws clean    delete what former runs left
//
// The environment, beside the SDK's own (AWS_PROFILE, AWS_REGION, …):
//
//	E2E_LOCAL=1              the local AWS in the place of an account
//	E2E_YES=1                answers the question whether to continue
//	E2E_FUNCTION_REGISTERED  a Lambda function, as docs/aws.md has it; needed in an account
//	E2E_FUNCTION_GUEST       another one
//	E2E_ROLE_ARN             the role that the operator's calls are made with; else the account's own credentials
//	E2E_GROUP_ROLE_ARN       a role for a group, which that role may pass to Cognito
//	E2E_QUEUE_URL            a queue of events, as docs/drift.md has it
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/securedapi/securedapi/hack/child"
)

// takeDownTimeout bounds what is done after the checks, and after Ctrl-C. API Gateway deletes an API every 30 s.
const takeDownTimeout = 5 * time.Minute

// options are what a person asks for.
type options struct {
	local bool
	yes   bool
	// record is the folder for what AWS was asked and answered, report the file for the report.
	record, report string
	in             io.Reader
	out            io.Writer
}

func main() {
	o := options{in: os.Stdin, out: os.Stdout}
	flag.BoolVar(&o.local, "local", os.Getenv("E2E_LOCAL") != "", "use the local AWS")
	flag.BoolVar(&o.yes, "yes", os.Getenv("E2E_YES") != "", "do not ask whether to continue")
	flag.StringVar(&o.record, "record", "",
		"the folder for the recording; by default hack/awslocal/recorded/<date>, with the local AWS a temporary one")
	flag.StringVar(&o.report, "report", "", "the file for the report; by default report.md in the folder of the recording")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// From the first Ctrl-C on, another one ends the process at once.
	context.AfterFunc(ctx, stop)
	command := run
	if flag.Arg(0) == "clean" {
		command = runClean
	}
	if err := command(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "\ne2eaws:", err)
		os.Exit(1)
	}
}

var errInterrupted = errors.New("interrupted")

// run goes through all checks. Its error says that one failed, or that something is left.
func run(ctx context.Context, o options) error {
	root, err := child.Repository(ctx)
	if err != nil {
		return err
	}
	assumed, err := readAssumptions(filepath.Join(root, assumptionsFile))
	if err != nil {
		return err
	}
	target, err := o.target(ctx)
	if err != nil {
		return err
	}
	defer target.close()
	all := checks()
	fmt.Fprintf(o.out, introduction, target.name, target.registered, target.guest, len(all), target.duration)
	if !target.local && !o.confirm("continue?") {
		return errors.New("not confirmed, nothing was made")
	}
	if o, err = o.placed(root, target); err != nil {
		return err
	}
	w, err := start(ctx, target, root, o)
	if err != nil {
		return errors.Join(interrupted(ctx), err)
	}
	began := time.Now()
	results := w.runChecks(ctx, all)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeDownTimeout)
	defer cancel()
	r := report{target: target.name, began: began, results: results, assumed: assumed}
	r.left = w.stop(ending, r.failure() == nil)
	r.took = time.Since(began)
	return errors.Join(interrupted(ctx), r.write(o, w.recorder.redact), r.failure(), r.left)
}

// interrupted is an error after a Ctrl-C.
func interrupted(ctx context.Context) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return nil
}

const introduction = `e2eaws runs the operator against %s.

It makes 3 user pools with a login domain each, 3 REST APIs with some 10 deployments, and statements in the policies of the
functions %q and %q. All of it carries the tag securedapi.dev/cluster, or securedapi-e2e where it is
made by hand, with a value that begins with securedapi-e2e-; nothing else is changed.
It goes through %d checks, which takes %s, and takes everything down.

In an account that costs less than 0.10 USD, as far as the free tier does not cover it: a thousand requests to APIs and
functions, and for that time an app client with the client credentials flow and one user. It sends no messages.

`

// confirm asks a question whose answer is no, unless a person says yes.
func (o options) confirm(question string) bool {
	if o.yes {
		return true
	}
	fmt.Fprintf(o.out, "%s [y/N] ", question)
	answer, _ := bufio.NewReader(o.in).ReadString('\n') // no answer is no
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

// placed is o with the places of the recording and the report.
func (o options) placed(root string, t *target) (_ options, err error) {
	switch {
	case o.record != "":
		err = os.MkdirAll(o.record, 0o750)
	case t.local:
		o.record, err = os.MkdirTemp("", "securedapi-e2eaws-")
	default:
		o.record = filepath.Join(root, "hack", "awslocal", "recorded", time.Now().Format(time.DateOnly))
		err = os.MkdirAll(o.record, 0o750)
	}
	o.report = cmp.Or(o.report, filepath.Join(o.record, "report.md"))
	return o, err
}
