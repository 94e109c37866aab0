package config

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// TestFlags runs the operator with flags whose effects are seen from outside: README.md says what each does.
func TestFlags(t *testing.T) {
	o, p := newOperators(t, newRecorder(t), awslocal.WithEvents("events", 0)), person{t, newClient(t, cluster.Config)}
	queue := iam.Values{"QUEUE_ARN": {"arn:aws:sqs:us-east-1:" + o.aws.Account() + ":events"}}
	if err := operatorrole.Attach(o.aws, o.cluster, "events", queue); err != nil {
		t.Fatal(err)
	}
	metrics, probes, pprof := freeAddress(t), freeAddress(t), freeAddress(t)
	process, stop := o.start("flags", "--regions=eu-wets-1", "--concurrency=3", "--drift-check-interval=2s",
		"--drift-queue-url="+o.aws.EventsURL(), "--metrics-bind-address="+metrics, "--metrics-secure=false",
		"--health-probe-bind-address="+probes, "--pprof-bind-address="+pprof)
	// The API server knows no Regions. The operator refuses those that it does not know.
	object := p.create("flagged", kept, func(o *v1alpha1.SecuredAPI) { o.Spec.Region = "eu-wets-1" })
	p.await(object, v1alpha1.ReasonSucceeded)

	for _, url := range []string{"http://" + probes + "/healthz", "http://" + probes + "/readyz", "http://" + pprof + "/debug/pprof/"} {
		p.eventually(url, func() (bool, string) {
			status, _ := get(t, http.DefaultClient, url, "")
			return status == "200 OK", status
		})
	}
	p.eventually("the workers of --concurrency", func() (bool, string) {
		_, text := get(t, http.DefaultClient, "http://"+metrics+"/metrics", "")
		return strings.Contains(text, `controller_runtime_max_concurrent_reconciles{controller="securedapi"} 3`), lineOf(text, "max_concurrent_reconciles")
	})
	version, err := exec.CommandContext(t.Context(), o.program, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, text := get(t, http.DefaultClient, "http://"+metrics+"/metrics", "")
	labels := regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(lineOf(text, "securedapi_build_info{"), -1)
	for _, label := range labels {
		if !strings.Contains(string(version), label[2]) {
			t.Errorf("got the %s %q in securedapi_build_info, which --version does not print:\n%s", label[1], label[2], version)
		}
	}
	if len(labels) < 7 {
		t.Errorf("got the labels %v of securedapi_build_info, want 7", labels)
	}
	looks := func() (n int) {
		for _, call := range o.aws.Calls() {
			if call.Operation == "GetStages" {
				n++
			}
		}
		return n
	}
	before := looks()
	p.eventually("drift checks, which look at the stage", func() (bool, string) { return looks() >= before+3, errorText(process.Failure()) })

	config := o.aws.Config()
	config.Region = "eu-wets-1"
	_, err = cip.NewFromConfig(config).UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID, RefreshTokenValidity: 7,
	})
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := apigateway.NewFromConfig(config).CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{
		Name: aws.String("left"),
		Tags: map[string]string{"securedapi.dev/cluster": o.cluster, "securedapi.dev/namespace": "flagged", "securedapi.dev/name": "left"},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.logs(process, "There is no SecuredAPIPolicy")
	p.logs(process, "Changed by somebody else", "flagged", "orders", "UpdateUserPoolClient", "arn:aws:")
	p.logs(process, "This carries the tags of a SecuredAPI that does not exist", *orphan.Id, "RestApi", "flagged/left")
	stop()

	_, stop = o.start("limited", "--reconciles-per-minute=4", "--regions=eu-wets-1")
	start := time.Now()
	for range 5 {
		p.checkNow(object)
	}
	if took := time.Since(start); took < 15*time.Second {
		t.Errorf("got 5 passes in %s with --reconciles-per-minute=4, want the fifth after 15s", took)
	}
	stop()

	process, stop = o.start("strict", "--require-policy", "--regions=eu-wets-1")
	p.logs(process, "Namespaces need a SecuredAPIPolicy")
	p.await(object, v1alpha1.ReasonPolicyDenied)
	p.delete(object)
	stop()
}

// TestFlagsOfCallsToAWS runs the operator with values with which a call that got no answer, and a call too many, wait for long.
func TestFlagsOfCallsToAWS(t *testing.T) {
	o, p := newOperators(t, newRecorder(t)), person{t, newClient(t, cluster.Config)}
	o.aws.Inject(awslocal.Fault{Operation: "CreateUserPool", Kind: awslocal.Cut, Times: 1})
	_, stop := o.start("patient", "--creation-grace-period=1h")
	object := p.create("doubtful", kept)
	p.eventually("a time an hour from now", func() (bool, string) {
		p.get(object)
		ready := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil {
			return false, "no condition Ready"
		}
		_, at, _ := strings.Cut(ready.Message, "the operator looks for it until ")
		until, err := time.Parse(time.RFC3339, at)
		return err == nil && time.Until(until) > 30*time.Minute, ready.Reason + ": " + ready.Message
	})
	stop()
	_, stop = o.start("hasty", "--creation-grace-period=1s")
	p.await(object, v1alpha1.ReasonSucceeded)
	stop()

	_, stop = o.start("frugal", "--aws-quota-share=0.0001")
	starved := p.create("starved", kept)
	p.await(starved, v1alpha1.ReasonWaitingForQuota)
	stop()
	_, stop = o.start("lavish", "--aws-quota-share=1")
	p.await(starved, v1alpha1.ReasonSucceeded)
	p.delete(starved)
	p.delete(object)
	stop()
}

// logs waits until one line of an operator's log has all words.
func (p person) logs(process *child.Process, words ...string) {
	p.Helper()
	p.eventually("a line of the log with "+strings.Join(words, ", "), func() (bool, string) {
		text, err := os.ReadFile(process.Log)
		for line := range strings.Lines(string(text)) {
			all := true
			for _, word := range words {
				all = all && strings.Contains(line, word)
			}
			if all {
				return true, ""
			}
		}
		return false, errorText(err)
	})
}

// lineOf are the lines of a text with a word.
func lineOf(text, word string) string {
	var found strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			found.WriteString(line)
		}
	}
	return found.String()
}

// A value that cannot work ends the program before it reaches the cluster, and the log names the flag.
func TestWrongFlagsAreRefused(t *testing.T) {
	program := filepath.Join(t.TempDir(), "securedapi")
	if err := child.Build(t.Context(), "..", program); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ reason, flag, want string }{
		{"no check would ever be over", "--drift-check-interval=0s", "must be positive"},
		{"AWS's lists have no time to show what was made", "--creation-grace-period=-1s", "must be positive"},
		{"the former secret would end before the new one begins", "--secret-overlap=0s", "must be positive"},
		{"nobody would work", "--concurrency=0", "must be positive"},
		{"no namespace could have anything made", "--reconciles-per-minute=0", "must be positive"},
		{"no call would ever be made", "--aws-quota-share=0", "--aws-quota-share must be above 0 and at most 1, and is 0"},
		{"more than the account has", "--aws-quota-share=1.1", "--aws-quota-share must be above 0 and at most 1, and is 1.1"},
		{"no selector", "--watch-selector=shard in", "is not a label selector, like shard=a or shard!=a"},
		{"no such flag", "--drift-check-intervall=1m", "flag provided but not defined: -drift-check-intervall"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		cmd := exec.CommandContext(ctx, program, tc.flag)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+os.DevNull)
		out, err := cmd.CombinedOutput()
		cancel()
		name, _, _ := strings.Cut(tc.flag, "=")
		if exit := (&exec.ExitError{}); !errors.As(err, &exit) || exit.ExitCode() <= 0 {
			t.Errorf("%s, %s: got %v, want that the program refuses", tc.flag, tc.reason, err)
		}
		if text := string(out); !strings.Contains(text, strings.TrimPrefix(name, "-")) || !strings.Contains(text, tc.want) {
			t.Errorf("%s, %s: want %q in what it prints, got:\n%s", tc.flag, tc.reason, tc.want, out)
		}
	}
}
