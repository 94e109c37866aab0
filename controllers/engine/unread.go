package engine

import "github.com/securedapi/securedapi/controllers/awserr"

// unread puts into doubt what could not be read for lack of permission, and the root that it is in: policies go by the root's
// tags, and somebody may have taken them. Both are read again in the next pass, not when their turn comes.
func (r *Of[D, O]) unread(p *Pass, err error) {
	if !awserr.Is(err, awserr.Denied) {
		return
	}
	p.Record(r.Name).Verified = nil
	if r.In != "" {
		p.Record(r.In).Verified = nil
	}
}
