package apigateway

import (
	"slices"
	"strconv"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) updateIntegration(
	r wire.Request, in *sdk.UpdateIntegrationInput,
) (*sdk.UpdateIntegrationOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	m, err := t.integration(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	for _, c := range changes(in.PatchOperations) {
		if err := patchIntegration(m.MethodIntegration, c); err != nil {
			return nil, err
		}
	}
	if err := checkIntegration(m.MethodIntegration, m.RequestParameters); err != nil {
		return nil, err
	}
	m.save()
	return as[sdk.UpdateIntegrationOutput](*m.MethodIntegration), nil
}

func patchIntegration(i *types.Integration, c change) error {
	switch c.root() {
	case "requestParameters":
		return entry(c, &i.RequestParameters, text(c.value), noParameter)
	case "requestTemplates":
		return entry(c, &i.RequestTemplates, text(c.value), noContentType)
	case "cacheKeyParameters":
		return patchCacheKeys(&i.CacheKeyParameters, c)
	case "tlsConfig":
		if member, _ := c.key(); member != "insecureSkipVerification" {
			return c.wrongPath()
		}
		i.TlsConfig = &types.TlsConfig{InsecureSkipVerification: truth(c.value)}
		return c.only(types.OpReplace)
	}
	if !c.whole() {
		return c.wrongPath()
	}
	texts := map[string]**string{
		"uri":                 &i.Uri,
		"httpMethod":          &i.HttpMethod,
		"credentials":         &i.Credentials,
		"cacheNamespace":      &i.CacheNamespace,
		"connectionId":        &i.ConnectionId,
		"passthroughBehavior": &i.PassthroughBehavior,
		"integrationTarget":   &i.IntegrationTarget,
	}
	if p, ok := texts[c.root()]; ok {
		*p = filled(c.value)
		return c.only(types.OpReplace)
	}
	switch c.root() {
	case "connectionType":
		if !slices.Contains(connectionTypes, text(c.value)) {
			return badRequest("Invalid connectionType specified")
		}
		i.ConnectionType = types.ConnectionType(text(c.value))
	case "contentHandling":
		return patchContentHandling(&i.ContentHandling, c)
	case "timeoutInMillis":
		n, err := strconv.ParseInt(text(c.value), 10, 32)
		if err != nil {
			return badRequest("Timeout should be between 50 ms and 29000 ms")
		}
		i.TimeoutInMillis = int32(n)
	default:
		return c.wrongPath() // the type too: an integration of another type is a new one
	}
	return c.only(types.OpReplace)
}

func patchContentHandling(h *types.ContentHandlingStrategy, c change) error {
	if v := text(c.value); v != "" && !slices.Contains(contentHandlings, v) {
		return badRequest("Invalid contentHandling specified")
	}
	*h = types.ContentHandlingStrategy(text(c.value))
	return c.only(types.OpReplace)
}

func patchCacheKeys(keys *[]string, c change) error {
	key, ok := c.key()
	if !ok {
		return c.wrongPath()
	}
	if c.op == types.OpAdd && !slices.Contains(*keys, key) {
		*keys = append(*keys, key)
	}
	if c.op == types.OpRemove {
		remove(keys, func(k string) bool { return k == key })
	}
	return c.only(types.OpAdd, types.OpRemove)
}
