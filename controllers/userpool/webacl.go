package userpool

import (
	"github.com/securedapi/securedapi/controllers/attached/webacl"
	"github.com/securedapi/securedapi/controllers/engine"
)

// webACL is what stands before the pool's login pages and its API.
func (c *Cognito) webACL(p *engine.Pass, _ string) engine.Resource {
	return webacl.Resource(c.WAF, p, &webacl.Target{In: NamePool, ARN: c.PoolARN, WebACL: p.Object.Spec.UserPool.WebACLARN})
}
