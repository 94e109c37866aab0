package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// fetch reads what is at a URL.
func fetch(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// parse reads metrics.
func parse(text []byte) (map[string]*dto.MetricFamily, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	return parser.TextToMetricFamilies(bytes.NewReader(text))
}

// sum adds up the values of a family whose labels are as asked.
func sum(family *dto.MetricFamily, is func(labels map[string]string) bool) (total float64) {
	for _, metric := range family.GetMetric() {
		labels := map[string]string{}
		for _, pair := range metric.GetLabel() {
			labels[pair.GetName()] = pair.GetValue()
		}
		if is(labels) {
			total += metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
		}
	}
	return total
}

// kubeWrites is how many writes of SecuredAPIs and events the API server was asked for since its start.
func (l *lab) kubeWrites(ctx context.Context) (float64, error) {
	text, err := l.cluster.Kubectl(ctx, "get", "--raw", "/metrics").Output()
	if err != nil {
		return 0, fmt.Errorf("read the API server's metrics: %w", err)
	}
	families, err := parse(text)
	if err != nil {
		return 0, err
	}
	return sum(families["apiserver_request_total"], func(labels map[string]string) bool {
		resource, reads := labels["resource"], map[string]bool{"GET": true, "LIST": true, "WATCH": true}
		return (resource == "securedapis" || resource == "events") && !reads[labels["verb"]]
	}), nil
}

// gauges are what the operator says of itself.
type gauges struct {
	passes, waiting, working float64
	// heap is what is allocated of it, in MiB.
	heap float64
	// oldest is when the object that waits longest was last checked.
	oldest time.Time
}

func (l *lab) gauges(ctx context.Context) (gauges, error) {
	text, err := fetch(ctx, "http://"+l.metrics+"/metrics")
	if err != nil {
		return gauges{}, err
	}
	families, err := parse(text)
	if err != nil {
		return gauges{}, err
	}
	all := func(map[string]string) bool { return true }
	// Sweeps are passes, too, but over accounts.
	overObjects := func(labels map[string]string) bool { return labels["controller"] == "securedapi" }
	var oldest time.Time
	for _, metric := range families["securedapi_oldest_check_timestamp_seconds"].GetMetric() {
		if at := time.Unix(int64(metric.GetGauge().GetValue()), 0); oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	return gauges{
		passes:  sum(families["controller_runtime_reconcile_total"], overObjects),
		waiting: sum(families["workqueue_depth"], all),
		working: sum(families["controller_runtime_active_workers"], all),
		heap:    sum(families["go_memstats_heap_alloc_bytes"], all) / (1 << 20),
		oldest:  oldest,
	}, nil
}

// awaitIdle waits until the operator has looked at so many objects and has nothing left to do at once.
func (l *lab) awaitIdle(ctx context.Context, objects int) error {
	return l.awaitGauges(ctx, "the operator to be idle", func(g gauges) bool { return int(g.passes) >= objects && g.waiting+g.working == 0 })
}

// awaitChecked waits until every object was checked since now.
func (l *lab) awaitChecked(ctx context.Context) error {
	now := time.Now()
	return l.awaitGauges(ctx, "the first checks", func(g gauges) bool { return g.oldest.After(now) })
}

func (l *lab) awaitGauges(ctx context.Context, what string, are func(gauges) bool) error {
	for {
		// It does not listen yet at first.
		if g, err := l.gauges(ctx); err == nil && are(g) {
			return nil
		}
		if err := pause(ctx, gaugesEvery); err != nil {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
	}
}

const gaugesEvery = 50 * time.Millisecond

// kept is what the operator keeps while nothing is under way: MiB of heap after a collection, and goroutines, but for those
// of connections that may be used again.
func (l *lab) kept(ctx context.Context) (heap, goroutines float64, err error) {
	if _, err := fetch(ctx, "http://"+l.pprof+"/debug/pprof/heap?gc=1"); err != nil {
		return 0, 0, err
	}
	g, err := l.gauges(ctx)
	if err != nil {
		return 0, 0, err
	}
	stacks, err := fetch(ctx, "http://"+l.pprof+"/debug/pprof/goroutine?debug=2")
	if err != nil {
		return 0, 0, err
	}
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if !strings.Contains(stack, "net/http.(*persistConn)") && !strings.Contains(stack, "net/http.(*conn)") {
			goroutines++
		}
	}
	return g.heap, goroutines, nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// peakMemory is the most that the operator's process had resident so far, in MiB.
func (l *lab) peakMemory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.operator.PID()))
	if err != nil {
		return 0, err
	}
	for scanner := bufio.NewScanner(bytes.NewReader(status)); scanner.Scan(); {
		var kib float64
		if _, err := fmt.Sscanf(scanner.Text(), "VmHWM: %f kB", &kib); err == nil {
			return kib / 1024, nil
		}
	}
	return 0, fmt.Errorf("no VmHWM in /proc/%d/status", l.operator.PID())
}

// tally counts calls to AWS: all, those that were throttled, and by operation.
func tally(calls []awslocal.Call) (throttled int, byOperation map[string]int) {
	byOperation = map[string]int{}
	for _, call := range calls {
		byOperation[call.Operation]++
		if strings.HasPrefix(call.Code, "TooManyRequests") {
			throttled++
		}
	}
	return throttled, byOperation
}
