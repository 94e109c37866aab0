package apigateway

import (
	"maps"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Tags returns the tags of an API or a stage, by its path: restapis, ID, and stages, NAME. There are none if it is not there.
func (s *Service) Tags(r wire.Request, path []string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := "arn:aws:apigateway:" + r.Region + "::/" + strings.Join(path, "/")
	tags, err := s.tenant(r.Account, r.Region).tags(&arn)
	if err != nil {
		return nil
	}
	return maps.Clone(*tags)
}

// HasPolicy says whether an API has a resource policy.
func (s *Service) HasPolicy(r wire.Request, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.tenant(r.Account, r.Region).api(&id)
	return err == nil && a.RestAPI.Policy != nil
}
