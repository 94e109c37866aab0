package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/schedule"
)

const (
	// tenants edit without end, each in a namespace with so many objects, of which one is edited every flapEvery.
	tenants       = 5
	tenantObjects = 10
	flapEvery     = 100 * time.Millisecond
	// openings is how often the route is opened, and mostClosing the limit of what closing it takes.
	openings    = 20
	mostClosing = 30 * time.Second
	// settleFor is how long the operator repairs the rest before the next opening.
	settleFor = 5 * time.Second
	lookAgain = 50 * time.Millisecond
)

// repair measures how long a guarded route stays open that somebody opens and deploys by hand, while five tenants of the same
// account and Region edit without end. Nothing is scaled; CloudTrail's event of it takes no time, for that is not the operator's.
func repair(ctx context.Context, l *lab, _ size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, tenants+1, false)
	if err != nil {
		return nil, err
	}
	busy, err := l.objects(namespaces[:tenants], "busy", tenants*tenantObjects)
	if err != nil {
		return nil, err
	}
	quiet, err := l.objects(namespaces[tenants:], "quiet", 1)
	if err != nil {
		return nil, err
	}
	if err := l.populate(ctx, append(quiet, busy...)); err != nil {
		return nil, err
	}
	err = l.startWith(ctx, quotaShare, 1, concurrency,
		"-drift-queue-url="+l.aws.EventsURL(), "-reconciles-per-minute="+strconv.Itoa(schedule.DefaultPerMinute))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.awaitIdle(ctx, len(busy)+1), l.awaitReceived(ctx)); err != nil {
		return nil, err
	}
	if err := l.kube.Get(ctx, client.ObjectKeyFromObject(quiet[0]), quiet[0]); err != nil {
		return nil, err
	}
	took, err := l.closings(ctx, quiet[0], busy)
	if err != nil {
		return nil, err
	}
	l.logf("  from opened to closed: %s", took)
	within := 0
	for _, d := range took {
		if d <= mostClosing {
			within++
		}
	}
	return []figure{
		{
			what: fmt.Sprintf("a route that was opened by hand is closed while %d tenants edit: the slowest of %d", tenants, openings),
			unit: " s", most: mostClosing.Seconds(), floor: "1 s, in which what belongs together is gathered",
			reached: quantile(took, 1).Seconds(),
		},
		told("  median", quantile(took, 0.5).Seconds(), " s"),
		told("  within "+mostClosing.String(), float64(within), fmt.Sprintf(" of %d", openings)),
	}, l.stop()
}

// closings opens a route of an object again and again while others are edited, and returns how long it stayed open each time.
func (l *lab) closings(ctx context.Context, object *v1alpha1.SecuredAPI, busy []*v1alpha1.SecuredAPI) ([]time.Duration, error) {
	flapping, stop := context.WithCancel(ctx)
	defer stop()
	var group errgroup.Group
	for tenant := range tenants {
		group.Go(func() error { return l.flap(flapping, tenant, busy) })
	}
	// Until what the tenants may ask for at once is used up.
	if err := pause(ctx, 6*settleFor); err != nil {
		return nil, err
	}
	var took []time.Duration
	for range openings {
		d, err := l.closing(ctx, object)
		if err != nil {
			return nil, err
		}
		l.logf("  %d: %s", len(took)+1, d.Round(time.Millisecond))
		took = append(took, d.Round(time.Millisecond))
		if err := pause(ctx, settleFor); err != nil {
			return nil, err
		}
	}
	stop()
	return took, group.Wait()
}

// flap edits a tenant's objects until the context ends: their routes, their passwords, and the annotation for a full check.
func (l *lab) flap(ctx context.Context, tenant int, busy []*v1alpha1.SecuredAPI) error {
	for i := 0; pause(ctx, flapEvery) == nil; i++ {
		object := &v1alpha1.SecuredAPI{}
		one := busy[tenant+tenants*rand.IntN(tenantObjects)]
		if err := l.kube.Get(ctx, client.ObjectKeyFromObject(one), object); err != nil {
			return unlessOver(ctx, err)
		}
		before := client.MergeFrom(object.DeepCopy())
		switch i % 3 {
		case 0:
			object.Spec.UserPool.PasswordPolicy.MinimumLength = 6 + int32(i/3%2)
		case 1:
			object.Spec.Routes[1].Access = []v1alpha1.Access{v1alpha1.AccessGuest, v1alpha1.AccessRegistered}[i/3%2]
		default:
			object.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: strconv.Itoa(i)}
		}
		if err := l.kube.Patch(ctx, object, before); err != nil {
			return unlessOver(ctx, err)
		}
	}
	return nil
}

// unlessOver is an error, unless it comes of the context's end.
func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// closing opens the guarded route, and returns how long it was open.
func (l *lab) closing(ctx context.Context, object *v1alpha1.SecuredAPI) (time.Duration, error) {
	url := object.Status.Endpoint + "/registered"
	for {
		if err := l.openByHand(ctx, object); err != nil {
			return 0, err
		}
		start := time.Now()
		// The operator may have repaired the method before it was deployed: then the route was never open.
		if isOpen, err := open(ctx, url); err != nil || !isOpen {
			if err = errors.Join(err, pause(ctx, settleFor)); err != nil {
				return 0, err
			}
			continue
		}
		for {
			isOpen, err := open(ctx, url)
			if err != nil {
				return 0, err
			}
			if !isOpen {
				return time.Since(start), nil
			}
			if err := pause(ctx, lookAgain); err != nil {
				return 0, err
			}
		}
	}
}

// openByHand takes the authorizer off a method and deploys that. Whoever does it shares the account's quotas, and tries again.
func (l *lab) openByHand(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	id, gateway := &object.Status.API.ID, apigateway.NewFromConfig(l.aws.Config())
	persist := func(o *apigateway.Options) { o.RetryMaxAttempts = 20 }
	resources, err := gateway.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: id}, persist)
	if err != nil {
		return err
	}
	for _, resource := range resources.Items {
		if aws.ToString(resource.Path) != "/registered" {
			continue
		}
		_, err = gateway.UpdateMethod(ctx, &apigateway.UpdateMethodInput{
			RestApiId: id, ResourceId: resource.Id, HttpMethod: aws.String(http.MethodGet),
			PatchOperations: []apigwtypes.PatchOperation{
				{Op: apigwtypes.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("NONE")},
			},
		}, persist)
	}
	if err != nil {
		return err
	}
	_, err = gateway.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: id, StageName: &object.Status.API.Stage}, persist)
	return err
}

// open says whether a URL lets somebody in who has no token.
func open(ctx context.Context, url string) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode != http.StatusUnauthorized, nil
}
