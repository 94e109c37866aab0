package awslocal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// tracker knows what is going on, so that Close can wait for it and name what hangs. http.Server.Shutdown can't: it
// loses sight of connections that a handler took over, and waits for ones on which a browser never sent anything.
type tracker struct {
	mu      sync.Mutex
	running map[any]string
	idle    chan struct{} // made by drain, closed when nothing is running
}

// begin returns false if nothing may begin any more. The name is for people.
func (t *tracker) begin(key any, name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.idle != nil {
		return false
	}
	if t.running == nil {
		t.running = map[any]string{}
	}
	t.running[key] = name
	return true
}

func (t *tracker) end(key any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.running[key]; !ok {
		return
	}
	delete(t.running, key)
	if t.idle != nil && len(t.running) == 0 {
		close(t.idle)
	}
}

// drain lets nothing begin any more and waits for what is running.
func (t *tracker) drain(ctx context.Context) error {
	t.mu.Lock()
	if t.idle == nil {
		t.idle = make(chan struct{})
		if len(t.running) == 0 {
			close(t.idle)
		}
	}
	t.mu.Unlock()

	select {
	case <-t.idle:
		return nil
	case <-ctx.Done():
		t.mu.Lock()
		defer t.mu.Unlock()
		return fmt.Errorf("still running: %s", strings.Join(slices.Sorted(maps.Values(t.running)), ", "))
	}
}
