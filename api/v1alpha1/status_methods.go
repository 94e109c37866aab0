package v1alpha1

import "slices"

// Resource returns the record of that name, or nil.
func (s *SecuredAPIStatus) Resource(name string) *ResourceRecord {
	if i := slices.IndexFunc(s.Resources, func(r ResourceRecord) bool { return r.Name == name }); i >= 0 {
		return &s.Resources[i]
	}
	return nil
}

// Client returns the status of the client of that name, or nil.
func (s *SecuredAPIStatus) Client(name string) *ClientStatus {
	if i := slices.IndexFunc(s.Clients, func(c ClientStatus) bool { return c.Name == name }); i >= 0 {
		return &s.Clients[i]
	}
	return nil
}
