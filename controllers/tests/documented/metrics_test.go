package documented_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/prometheus/promql/parser"
	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// described is a registry that notes the labels of the metrics that are described to it, by the metric.
type described struct {
	prometheus.Registerer

	labels map[string][]string
}

func (d described) Register(c prometheus.Collector) error {
	descriptions := make(chan *prometheus.Desc)
	go func() {
		c.Describe(descriptions)
		close(descriptions)
	}()
	for description := range descriptions {
		// A label with one value, of the build, has it beside it.
		parts := regexp.MustCompile(`fqName: "([^"]+)", .*constLabels: \{(.*)\}, variableLabels: \{([^}]*)\}`).FindStringSubmatch(description.String())
		labels := regexp.MustCompile(`="[^"]*"`).ReplaceAllString(parts[2]+","+parts[3], "")
		d.labels[parts[1]] = strings.FieldsFunc(labels, func(r rune) bool { return r == ',' })
	}
	return nil
}

// operatorMetrics are the labels of all metrics that the operator has of its own.
func operatorMetrics(t *testing.T) map[string][]string {
	t.Helper()
	all := described{labels: map[string][]string{}}
	if _, err := awsclient.New(aws.Config{}, quota.Options{}, all); err != nil {
		t.Fatal(err)
	}
	operator := &controllers.SecuredAPIReconciler{Schedule: &schedule.Schedule{}, Clock: clock.RealClock{}}
	for _, metric := range append(operator.Metrics(), version.NewCollector("securedapi")) {
		if err := all.Register(metric); err != nil {
			t.Fatal(err)
		}
	}
	return all.labels
}

func TestReferenceOfTheMetrics(t *testing.T) {
	text, err := os.ReadFile(harness.File("docs/metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| \\w+ \\|([^|]*)\\|").FindAllStringSubmatch(string(text), -1) {
		documented[row[1]] = strings.FieldsFunc(row[2], func(r rune) bool { return strings.ContainsRune("`, ", r) })
	}
	metrics := operatorMetrics(t)
	for _, labels := range []map[string][]string{documented, metrics} {
		for _, names := range labels {
			slices.Sort(names)
		}
	}
	if diff := cmp.Diff(metrics, documented); diff != "" {
		t.Errorf("metrics in docs/metrics.md and their labels (-code +document):\n%s", diff)
	}
}

// values are those that a label may have whose values are of a list.
func values(t *testing.T) map[string][]string {
	t.Helper()
	return map[string][]string{
		"type":   constants(t, "Condition"),
		"reason": constants(t, "Reason"),
		"status": {"True", "False", "Unknown"},
		"result": {
			"ok", string(awserr.Throttle), string(awserr.Limit), string(awserr.Conflict), string(awserr.Denied), string(awserr.NotFound),
			string(awserr.Rejected), string(awserr.Transient),
		},
	}
}

// misnamed is what is wrong in an expression: that it is none, or what it names that there is not.
func misnamed(text string, metrics, values map[string][]string) (problems []string) {
	expression, err := parser.ParseExpr(text)
	if err != nil {
		return []string{err.Error()}
	}
	labels := func(in parser.Node) (all []string) {
		parser.Inspect(in, func(node parser.Node, _ []parser.Node) error {
			if selector, ok := node.(*parser.VectorSelector); ok {
				all = append(all, metrics[selector.Name]...)
			}
			return nil
		})
		return all
	}
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		switch node := node.(type) {
		case *parser.AggregateExpr:
			for _, label := range node.Grouping {
				if !slices.Contains(labels(node.Expr), label) {
					problems = append(problems, fmt.Sprintf("%s does not have the label %s", node.Expr, label))
				}
			}
		case *parser.VectorSelector:
			if metrics[node.Name] == nil {
				problems = append(problems, "there is no metric "+node.Name)
				return nil
			}
			for _, matcher := range node.LabelMatchers {
				known := values[matcher.Name]
				switch {
				case matcher.Name == "__name__":
				case !slices.Contains(metrics[node.Name], matcher.Name):
					problems = append(problems, fmt.Sprintf("%s does not have the label %s", node.Name, matcher.Name))
				case known != nil && !slices.Contains(known, matcher.Value):
					problems = append(problems, fmt.Sprintf("the label %s of %s is never %q", matcher.Name, node.Name, matcher.Value))
				}
			}
		}
		return nil
	})
	return problems
}

// An alert that names what there is not would never fire.
func TestAlertsNameWhatThereIs(t *testing.T) {
	metrics, values := operatorMetrics(t), values(t)
	files, err := filepath.Glob(harness.File("docs/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range append(files, harness.File("README.md")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// Those of the table, and blocks of one line.
		for _, found := range regexp.MustCompile("(?m)^\\| [^|`]+ \\| `(.*?securedapi_.*?)`|^```\\n(.*securedapi_.*)\\n```$").FindAllStringSubmatch(string(text), -1) {
			seen++
			for _, problem := range misnamed(found[1]+found[2], metrics, values) {
				t.Errorf("%s: %s: %s", filepath.Base(name), found[1]+found[2], problem)
			}
		}
	}
	if seen < 9 {
		t.Errorf("got %d alerts in the documents, want all of them", seen)
	}
}

// TestMisnamedAlertsAreFound holds the test above to finding each kind of mistake.
func TestMisnamedAlertsAreFound(t *testing.T) {
	metrics, values := operatorMetrics(t), values(t)
	for _, tc := range []struct{ reason, text, want string }{
		{"all is well", `sum by (operation) (increase(securedapi_aws_calls_total{result="denied"}[15m])) > 0`, ""},
		{"no expression", `sum by (operation (securedapi_aws_calls_total)`, "parse error"},
		{"a rate of what is no range", `increase(securedapi_aws_calls_total) > 0`, "expected type range vector"},
		{"no such metric", `securedapi_orphans > 0`, "there is no metric securedapi_orphans"},
		{"no such label", `securedapi_policies{namespace="a"} > 0`, "securedapi_policies does not have the label namespace"},
		{"a group by no label", `sum by (account) (securedapi_drift_detected_total)`, "securedapi_drift_detected_total does not have the label account"},
		{"no such condition", `securedapi_status_condition{type="Stale"}`, `the label type of securedapi_status_condition is never "Stale"`},
		{"no such result", `securedapi_aws_calls_total{result="refused"}`, `the label result of securedapi_aws_calls_total is never "refused"`},
	} {
		got := strings.Join(misnamed(tc.text, metrics, values), "; ")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: got %q, want %q in it", tc.reason, got, tc.want)
		}
	}
}
