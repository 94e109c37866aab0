package awslocal

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/hack/awslocal/cloudtrail"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// readLag answers reads of one thing as it was a while ago. AWS's services are distributed, and no page says how soon a read
// shows a change, so how long is a switch. What lists don't show yet is WithListLag's.
type readLag struct {
	clock clock.Clock
	lag   time.Duration

	mu   sync.Mutex
	seen map[string][]reading
}

// reading is an answer to one read, and since when it is the answer. The latest is the last.
type reading struct {
	since  time.Time
	answer wire.Response
}

// visible returns the answer that the caller gets, given the one that is true. A change counts from when it is first read, and
// whether a thing exists shows at once.
func (l *readLag) visible(call cloudtrail.Call, now wire.Response) wire.Response {
	if l.lag == 0 || !trails(call) {
		return now
	}
	input, err := json.Marshal(call.Call.Input)
	if err != nil {
		return now // none of the SDK's inputs
	}
	key := strings.Join([]string{call.Request.Account, call.Request.Region, call.Call.Operation, string(input)}, " ")
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string][]reading{}
	}
	if now.Status != http.StatusOK {
		delete(l.seen, key)
		return now
	}
	history := l.seen[key]
	if last := len(history) - 1; last < 0 || !bytes.Equal(history[last].answer.Body, now.Body) {
		history = append(history, reading{l.clock.Now(), now})
	}
	for len(history) > 1 && !history[1].since.After(l.clock.Now().Add(-l.lag)) {
		history = history[1:]
	}
	l.seen[key] = history
	return history[0].answer
}

// trails says that a call reads one thing, or what is in it.
func trails(call cloudtrail.Call) bool {
	switch operation := call.Call.Operation; {
	case call.Service != cognitoService && call.Service != apigatewayService, operation == "GetRestApis", operation == "GetDeployments":
		return false
	default:
		return strings.HasPrefix(operation, "Describe") || strings.HasPrefix(operation, "Get")
	}
}
