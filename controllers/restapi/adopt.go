package restapi

import (
	"context"
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// adopt takes over the REST API that the spec names. Its tags come first: from then on it is ours, whatever happens to us.
func (p *Phase) adopt(ctx context.Context, id string) error {
	if p.Status.Creation(PartAPI) != nil {
		// The spec named no API before, so one of our own was begun. It may be there.
		if _, found, err := p.creatingAPI(&Model{}).Locate(ctx, p.Journal); err != nil || found {
			return err
		}
		p.Status.ForgetCreation(PartAPI)
	}
	tags, err := p.adoptable(ctx, id)
	if err != nil {
		return err
	}
	err = p.Journal.Adopt(ctx, p.Owner, PartAPI, "REST API "+id, tags, func() (map[string]string, error) {
		if err := p.tag(ctx, id, p.Owner.Tags(ownership.NewToken())); err != nil {
			return nil, err
		}
		return p.tags(ctx, id)
	})
	if err != nil {
		return err
	}
	p.Status.API = &v1alpha1.APIStatus{ID: id, Adopted: true}
	return p.Journal.Save(ctx)
}

// adoptable returns the tags of the API that the spec names.
func (p *Phase) adoptable(ctx context.Context, id string) (map[string]string, error) {
	tags, err := p.tags(ctx, id)
	if awserr.Is(err, awserr.NotFound) {
		return nil, invalidAdoption("there is no REST API %q in this Region of the operator's account", id)
	}
	return tags, err
}

// checkAdopted refuses a spec that names another API than the one that there is.
func (p *Phase) checkAdopted(adopt *v1alpha1.AdoptAPISpec) error {
	if have := p.Status.API.ID; adopt != nil && adopt.ID != have {
		return invalidAdoption("%q cannot be taken over, for this object has REST API %s already", adopt.ID, have)
	}
	return nil
}

func invalidAdoption(format string, args ...any) error {
	return awserr.Because(v1alpha1.ReasonInvalidSpec, fmt.Errorf("api.adopt.id: "+format, args...))
}

// locate finds the API of an object that may have lost its status, without changing anything: by the id that the spec
// names, or by the owner's tags.
func (p *Phase) locate(ctx context.Context, adopt *v1alpha1.AdoptAPISpec) (found bool, err error) {
	if p.Status.API != nil {
		return true, p.Journal.Claimed(PartAPI)
	}
	if adopt == nil || p.Status.Creation(PartAPI) != nil {
		_, found, err = p.creatingAPI(&Model{}).Locate(ctx, p.Journal)
		return found, err
	}
	tags, err := p.tags(ctx, adopt.ID)
	if awserr.Is(err, awserr.NotFound) {
		return false, nil
	}
	if err != nil || !p.Owner.Owns(tags) {
		return false, err
	}
	p.Status.API = &v1alpha1.APIStatus{ID: adopt.ID, Adopted: true}
	return true, nil
}
