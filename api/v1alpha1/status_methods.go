package v1alpha1

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// VerifiedDigest returns the digest that part was last verified with, empty if it never was.
func (s *SecuredAPIStatus) VerifiedDigest(part string) string {
	if i := s.verification(part); i >= 0 {
		return s.Verified[i].Digest
	}
	return ""
}

// MarkVerified notes that AWS was seen to hold part as digest says. The same digest again changes nothing.
func (s *SecuredAPIStatus) MarkVerified(part, digest string, at metav1.Time) {
	switch i := s.verification(part); {
	case i < 0:
		s.Verified = append(s.Verified, Verification{Part: part, Digest: digest, At: at})
	case s.Verified[i].Digest != digest:
		s.Verified[i] = Verification{Part: part, Digest: digest, At: at}
	}
}

// ForgetVerified drops what is known of part.
func (s *SecuredAPIStatus) ForgetVerified(part string) {
	s.Verified = slices.DeleteFunc(s.Verified, func(v Verification) bool { return v.Part == part })
}

func (s *SecuredAPIStatus) verification(part string) int {
	return slices.IndexFunc(s.Verified, func(v Verification) bool { return v.Part == part })
}

// Client returns the status of the client of that name, or nil.
func (s *SecuredAPIStatus) Client(name string) *ClientStatus {
	if i := slices.IndexFunc(s.Clients, func(c ClientStatus) bool { return c.Name == name }); i >= 0 {
		return &s.Clients[i]
	}
	return nil
}

// SetClient adds or replaces a client's status.
func (s *SecuredAPIStatus) SetClient(client ClientStatus) {
	if known := s.Client(client.Name); known != nil {
		*known = client
		return
	}
	s.Clients = append(s.Clients, client)
}

// ForgetClient drops the client of that name.
func (s *SecuredAPIStatus) ForgetClient(name string) {
	s.Clients = slices.DeleteFunc(s.Clients, func(c ClientStatus) bool { return c.Name == name })
}

// Creation returns the creation of resource that was begun, or nil.
func (s *SecuredAPIStatus) Creation(resource string) *Creation {
	if i := slices.IndexFunc(s.Creating, func(c Creation) bool { return c.Resource == resource }); i >= 0 {
		return &s.Creating[i]
	}
	return nil
}

// SetCreation adds or replaces a creation.
func (s *SecuredAPIStatus) SetCreation(creation Creation) {
	if known := s.Creation(creation.Resource); known != nil {
		*known = creation
		return
	}
	s.Creating = append(s.Creating, creation)
}

// UnderWay is for how long a creation may still be under way, of those that were begun after since.
func (s *SecuredAPIStatus) UnderWay(since time.Time) time.Duration {
	var longest time.Duration
	for _, c := range s.Creating {
		if !c.Refused {
			longest = max(longest, c.StartedAt.Sub(since))
		}
	}
	return longest
}

// ForgetCreation drops the creation of resource.
func (s *SecuredAPIStatus) ForgetCreation(resource string) {
	s.Creating = slices.DeleteFunc(s.Creating, func(c Creation) bool { return c.Resource == resource })
}
