package main

import (
	"context"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/parts"
)

// everyTenth is how few of the objects use every part of a spec.
const everyTenth = 10

// mostCallsPart is what each part may add to the calls for an object and sweep.
const mostCallsPart = 0.2

// fleetOfParts measures a fleet of which a tenth use every part of a spec: what its restart costs, and an hour in which nothing
// changes.
func fleetOfParts(ctx context.Context, l *lab, s size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, s.accounts, true)
	if err != nil {
		return nil, err
	}
	for i := range namespaces {
		l.aws.WAF.Put(parts.WebACLs(accountOf(i)))
	}
	objects, err := l.objects(namespaces, "api", s.account*s.accounts)
	if err != nil {
		return nil, err
	}
	for i, object := range objects {
		if i/len(namespaces)%everyTenth == 0 {
			l.addParts(object, accountOf(i%len(namespaces)))
		}
	}
	if err := l.populate(ctx, objects); err != nil {
		return nil, err
	}
	figures, err := l.restart(ctx, len(objects), s)
	if err != nil {
		return nil, err
	}
	steady, err := l.steady(ctx, len(objects), s, mostCalls+mostCallsPart*float64(len(parts.All))/everyTenth)
	return slices.Concat(figures, steady), err
}

// addParts adds every part. The trigger calls a function of the object's own, as its routes do.
func (l *lab) addParts(object *v1alpha1.SecuredAPI, account string) {
	for _, part := range parts.All {
		part.Add(object, account)
	}
	for i := range object.Spec.UserPool.Triggers {
		trigger := &object.Spec.UserPool.Triggers[i]
		trigger.Function += "-" + object.Name
		l.function(trigger.Function)
	}
}
