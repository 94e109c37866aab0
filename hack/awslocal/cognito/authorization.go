package cognito

import (
	"maps"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Has tells whether the caller has a pool with an ARN, or a replica that has been made.
func (s *Service) Has(r wire.Request, arn string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pools {
		if s.servedByReplica(r, p) && p.arnIn(r.Region) == arn {
			return true
		}
	}
	_, err := s.poolByARN(r, &arn)
	return err == nil
}

// Tags returns the tags of the pool or replica with an ARN; none, if there is no such one of the caller's.
func (s *Service) Tags(r wire.Request, arn string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, err := s.tagsByARN(r, &arn)
	if err != nil {
		return nil
	}
	return maps.Clone(*held)
}
