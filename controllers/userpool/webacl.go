package userpool

import (
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/controllers/attached/webacl"
	"github.com/securedapi/securedapi/controllers/engine"
)

// webACL is what stands before the pool's login pages and its API.
func (c *Cognito) webACL(p *engine.Pass, _ string) engine.Resource {
	return webacl.Resource(p, &webacl.Target{
		Name: webacl.Name, ID: webacl.Name, In: NamePool, ARN: c.PoolARN, WebACL: p.Object.Spec.UserPool.WebACLARN,
		API: func() (*wafv2.Client, error) { return c.WAF, nil },
	})
}
