package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// manyPlaces gives the recipe paths with 300 places beside the root, and 299 if AWS refuses that.
func (w *world) manyPlaces(ctx context.Context) (finding, error) {
	err := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = w.places(maxPlaces) })
	if err == nil {
		return finding{false, "300 places beside the root are taken"}, nil
	}
	if fewer := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = w.places(maxPlaces - 1) }); fewer != nil {
		return finding{}, errors.Join(err, fewer)
	}
	return found(true, "299 are taken; 300: %v", err)
}

// importTimeout is how long the operator waits for the answer of an import (controllers/awsclient).
const importTimeout = time.Minute

// importTime is how long the operator's longest import took, and its longest call of all.
func (w *world) importTime(context.Context) (finding, error) {
	imported, call := w.recorder.longest("PUT /restapis/"), w.recorder.longest("")
	return found(imported < importTimeout && call < w.grace, "the longest import took %.2f s, the longest call %.2f s",
		imported.Seconds(), call.Seconds())
}

// oneAfterKill kills the operator when its CreateUserPool was carried out and its answer has not arrived, and starts it again.
func (w *world) oneAfterKill(ctx context.Context) (finding, error) {
	killed := make(chan error, 1)
	operator := w.operator
	w.proxy.loseAnswer("CreateUserPool", func() { killed <- operator.Kill() })
	o := w.object("names", w.route("/registered", v1alpha1.AccessRegistered, "GET"))
	o.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: w.name("names")}
	o.Spec.Clients = []v1alpha1.Client{w.webClient("openid", "email")}
	if err := w.kube.Create(ctx, o); err != nil {
		return finding{}, err
	}
	select {
	case err := <-killed:
		if err != nil {
			return finding{}, err
		}
	case <-ctx.Done():
		return finding{}, ctx.Err()
	}
	var flags []string
	if w.queue != "" {
		flags = []string{"--drift-queue-url=" + w.queue} // for the check of events
	}
	if err := w.startOperator(ctx, flags...); err != nil {
		return finding{}, err
	}
	if _, err := w.ready(ctx, "names"); err != nil {
		return finding{}, err
	}
	var pools []string
	pages := cip.NewListUserPoolsPaginator(w.cognito, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return finding{}, err
		}
		for _, one := range page.UserPools {
			if aws.ToString(one.Name) == "default-"+w.name("names") {
				pools = append(pools, *one.Id)
			}
		}
	}
	if len(pools) != 1 {
		return finding{}, fmt.Errorf("there are %d user pools of one object", len(pools))
	}
	return finding{true, "one user pool; the operator found it by its token"}, nil
}

// signUpPage looks at what the page of a pool with user names asks for.
func (w *world) signUpPage(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "names")
	if err != nil {
		return finding{}, err
	}
	v, err := w.open(ctx, strings.Replace(o.Status.Client("web").LoginURL, "/login?", "/signup?", 1))
	if err != nil {
		return finding{}, err
	}
	asks := slices.ContainsFunc(v.Fields(), func(name string) bool { return strings.Contains(name, "email") })
	return found(asks, "the page has the fields %v", v.Fields())
}

// poolDeleted deletes a user pool by hand, whose users the object protects.
func (w *world) poolDeleted(ctx context.Context) (finding, error) {
	pool, err := w.describe(ctx, "names")
	if err != nil {
		return finding{}, err
	}
	if err := deletePool(ctx, w.cognito, pool); err != nil {
		return finding{}, err
	}
	if err := w.edit(ctx, "names", func(o *v1alpha1.SecuredAPI) {
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, v1alpha1.ReconcileAtAnnotation, "after the deletion")
	}); err != nil {
		return finding{}, err
	}
	message, err := w.stalled(ctx, "names", v1alpha1.ReasonUserPoolDeleted)
	if err != nil {
		return finding{}, err
	}
	return finding{true, message}, nil
}

// nothingLeft deletes all objects and looks for what carries the tag of this run's cluster.
func (w *world) nothingLeft(ctx context.Context) (finding, error) {
	if err := w.deleteObjects(ctx); err != nil {
		return finding{}, err
	}
	left, err := w.leftovers(ctx, func(cluster string) bool { return cluster == w.clusterID() })
	if err != nil {
		return finding{}, err
	}
	if len(left) > 0 {
		return finding{}, fmt.Errorf("the operator left %s and %d more", left[0].words, len(left)-1)
	}
	return finding{true, "no user pool, API or statement is left"}, nil
}

// roleSuffices looks for calls of the operator, in the whole run, that its role may not make.
func (w *world) roleSuffices(context.Context) (finding, error) {
	if os.Getenv(roleVariable) == "" {
		return finding{}, &errUndecided{roleVariable + " names no role, so the operator's calls are made with the account's own credentials"}
	}
	denied := w.recorder.denied()
	return found(len(denied) == 0, "calls that were denied: %v", denied)
}
