package apigateway

import (
	"sync"
	"time"
)

// authorizationCache keeps the claims of accepted tokens for an authorizer's time to live. What is cached outlives
// changes to the pool, but neither the token nor the deployment. AWS doesn't say that its cache is as careful.
type authorizationCache struct {
	mu      sync.Mutex
	entries map[authorizationKey]authorization
}

type authorizationKey struct{ apiID, stage, deploymentID, authorizerID, token string }

type authorization struct {
	claims map[string]any
	until  time.Time
}

func (c *authorizationCache) get(key authorizationKey, now time.Time) (map[string]any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries[key]
	return entry.claims, ok && now.Before(entry.until)
}

func (c *authorizationCache) put(key authorizationKey, claims map[string]any, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[authorizationKey]authorization{}
	}
	c.entries[key] = authorization{claims, until}
}

// forget drops what is cached for a stage.
func (c *authorizationCache) forget(apiID, stage string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.entries {
		if key.apiID == apiID && key.stage == stage {
			delete(c.entries, key)
		}
	}
}
