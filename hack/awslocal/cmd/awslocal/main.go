// Command awslocal runs a local AWS until it is told to stop. Nothing is kept: a restart forgets everything.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/lambda"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "awslocal:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("awslocal", flag.ContinueOnError)
	fs.SetOutput(stderr)
	addr := fs.String("addr", "127.0.0.1:4566", "where to listen")
	account := fs.String("account", awslocal.DefaultAccount, "`id` of the account whose access keys are, unless they are an account id")
	quotas := fs.Float64("quotas", 1, "how fast request quotas refill: 1 as on AWS, 10 ten times as fast, 0 no quotas")
	listLag := fs.Duration("list-lag", 0, "for how long lists don't show what was created")
	events := fs.String("events", "", "`name` of a queue that gets CloudTrail's events of all changes; without one there are none")
	role := iam.Role{}
	fs.Func("policy", "a `FILE` with an IAM policy, repeatable: of who calls with the printed credentials", func(file string) error {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		policy, err := iam.Parse(file, text)
		role.Policies = append(role.Policies, policy)
		return err
	})
	functions := map[string]lambda.Handler{}
	fs.Func("function", "a Lambda function as `NAME[=URL]`, repeatable: events are posted to the URL; "+
		"without one, the function answers who called it", func(value string) error {
		name, url, ok := strings.Cut(value, "=")
		if name == "" {
			return errors.New("no name")
		}
		functions[name] = whoCalled(name)
		if ok {
			functions[name] = lambda.HTTP(http.DefaultClient, url)
		}
		return nil
	})
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}

	//nolint:contextcheck // it serves until Close, which is what ends with ctx
	server, err := awslocal.New(awslocal.WithAddr(*addr), awslocal.WithAccount(*account),
		awslocal.WithQuotas(*quotas), awslocal.WithListLag(*listLag), awslocal.WithEvents(*events, 0),
		awslocal.WithAPIGateway(apigateway.WithLogger(slog.New(slog.NewTextHandler(stderr, nil)))))
	if err != nil {
		return err
	}
	for name, handler := range functions {
		server.Lambda.Handle(name, handler)
	}
	credentials, err := callAs(server, role)
	if err != nil {
		return errors.Join(err, server.Close()) //nolint:contextcheck // as below
	}
	printHelp(stdout, server, credentials, *listLag, *quotas)
	<-ctx.Done()
	return server.Close() //nolint:contextcheck // ctx is done, and requests that run have time to end
}

// callAs returns what to export to call as a role with policies, or, if there are none, as the administrator.
func callAs(server *awslocal.Server, role iam.Role) (string, error) {
	if len(role.Policies) == 0 {
		return "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local", nil
	}
	arn := "arn:aws:iam::" + server.Account() + ":role/local"
	server.IAM.PutRole(arn, role)
	session, err := server.Session(arn, "local")
	return fmt.Sprintf("AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_SESSION_TOKEN=%s\n\n"+
		"These are of %s, with the policies of --policy. The administrator's:\n"+
		"  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_SESSION_TOKEN=",
		session.AccessKeyID, session.SecretAccessKey, session.SessionToken, arn), err
}

func printHelp(w io.Writer, server *awslocal.Server, credentials string, listLag time.Duration, quotas float64) {
	fmt.Fprintf(w, `The local AWS listens on %[1]s (quotas x%[3]g, list lag %[4]s).

Point an AWS SDK or CLI at it:
  export AWS_ENDPOINT_URL=%[1]s
  export AWS_REGION=%[2]s AWS_DEFAULT_REGION=%[2]s
  export %[6]s

The id of an account, as access key, is a key of that account; roles may be assumed in any.
%[5]s
What needs no signature:
  login domains   %[1]s/auth/REGION/PREFIX/login
  issuers         %[1]s/POOL_ID/.well-known/openid-configuration
  deployed stages %[1]s/execute-api/API_ID/STAGE/PATH
  messages sent   %[1]s/mailbox
`, server.URL, awslocal.DefaultRegion, quotas, listLag, eventsHelp(server), credentials)
}

func eventsHelp(server *awslocal.Server) string {
	if server.EventsURL() == "" {
		return ""
	}
	return "Events of all changes: " + server.EventsURL() + "\n"
}
