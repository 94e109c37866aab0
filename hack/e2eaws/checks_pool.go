package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// listsPool makes a pool by hand and waits until the list has it.
func (w *world) listsPool(ctx context.Context) (finding, error) {
	made, err := w.cognito.CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String("default-" + w.name("hand")), UserPoolTags: w.byHandTags(),
	})
	if err != nil {
		return finding{}, err
	}
	w.pool = *made.UserPool.Id
	began := time.Now()
	err = w.await(ctx, func() (bool, string) {
		date, err := w.listedDate(ctx, w.pool)
		return err == nil && !date.IsZero(), fmt.Sprintf("the pool is not listed: %v", err)
	})
	return w.within(began, err)
}

// within is the finding about a list that shows what was made when it was asked since began.
func (w *world) within(began time.Time, err error) (finding, error) {
	took := time.Since(began)
	return found(err == nil && took < w.grace, "listed after %.1f s%s", took.Seconds(), because(err))
}

// listedDate is the LastModifiedDate of a pool as the list has it; zero if it is not listed.
func (w *world) listedDate(ctx context.Context, id string) (time.Time, error) {
	pages := cip.NewListUserPoolsPaginator(w.cognito, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return time.Time{}, err
		}
		for _, one := range page.UserPools {
			if aws.ToString(one.Id) == id {
				return aws.ToTime(one.LastModifiedDate), nil
			}
		}
	}
	return time.Time{}, nil
}

// describe reads an object's pool.
func (w *world) describe(ctx context.Context, of string) (*types.UserPoolType, error) {
	o, err := w.get(ctx, of)
	if err != nil {
		return nil, err
	}
	out, err := w.cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &o.Status.UserPool.ID})
	if err != nil {
		return nil, err
	}
	return out.UserPool, nil
}

// listedDates compares the date in the list with the one in the description.
func (w *world) listedDates(ctx context.Context) (finding, error) {
	pool, err := w.describe(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	listed, err := w.listedDate(ctx, *pool.Id)
	if err != nil {
		return finding{}, err
	}
	return found(listed.Equal(*pool.LastModifiedDate), "the list is %s off", listed.Sub(*pool.LastModifiedDate))
}

// poolDates sees which changes move the pool's date.
func (w *world) poolDates(ctx context.Context) (finding, error) {
	changes := []struct {
		of   string
		make func() error
	}{
		{"tags", func() error {
			pool, err := w.describe(ctx, "notes")
			if err != nil {
				return err
			}
			_, err = w.cognito.TagResource(ctx, &cip.TagResourceInput{ResourceArn: pool.Arn, Tags: map[string]string{"e2e": "yes"}})
			return err
		}},
		{"a client", func() error {
			return w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.Clients[0].LogoutURLs = []v1alpha1.URL{home + "/out"} })
		}},
		{"the domain", func() error {
			return w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.Domain.Prefix = w.name("moved") })
		}},
		{"the settings", func() error {
			return w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.PasswordPolicy.MinimumLength = 7 })
		}},
	}
	moved := map[string]bool{}
	for _, change := range changes {
		before, err := w.describe(ctx, "notes")
		if err != nil {
			return finding{}, err
		}
		if err := change.make(); err != nil {
			return finding{}, fmt.Errorf("change %s: %w", change.of, err)
		}
		after, err := w.describe(ctx, "notes")
		if err != nil {
			return finding{}, err
		}
		moved[change.of] = after.LastModifiedDate.After(*before.LastModifiedDate)
	}
	return found(moved["the settings"], "moved by a change of %v", moved)
}

// change edits the recipe's spec and waits until AWS agrees.
func (w *world) change(ctx context.Context, change func(*v1alpha1.SecuredAPISpec)) error {
	if err := w.edit(ctx, "notes", func(o *v1alpha1.SecuredAPI) { change(&o.Spec) }); err != nil {
		return err
	}
	_, err := w.ready(ctx, "notes")
	return err
}

// prefixMoved looks at the login pages after the prefix was changed.
func (w *world) prefixMoved(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	if _, err := w.open(ctx, o.Status.Client("web").LoginURL); err != nil {
		return found(false, "the new login page: %v", err)
	}
	out, err := w.cognito.DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: aws.String(w.name("notes"))})
	if err != nil {
		return finding{}, err
	}
	gone := out.DomainDescription == nil || out.DomainDescription.UserPoolId == nil
	return found(gone, "the new login page opens; the former domain is gone: %t", gone)
}

// prefixReused goes back to the prefix that was just given up.
func (w *world) prefixReused(ctx context.Context) (finding, error) {
	began := time.Now()
	if err := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.Domain.Prefix = w.name("notes") }); err != nil {
		return found(false, "%v", err)
	}
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	if _, err := w.open(ctx, o.Status.Client("web").LoginURL); err != nil {
		return found(false, "%v", err)
	}
	return found(true, "the login page is back after %.1f s", time.Since(began).Seconds())
}

// reservedWord gives the pool made by hand a prefix with aws inside a word.
func (w *world) reservedWord(ctx context.Context) (finding, error) {
	prefix := aws.String("laws-" + w.run)
	if _, err := w.cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: &w.pool, Domain: prefix}); err != nil {
		return found(false, "%v", err)
	}
	_, err := w.cognito.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &w.pool, Domain: prefix})
	return finding{true, "laws-… is taken"}, err
}

// groupKeeps updates a group without its description.
func (w *world) groupKeeps(ctx context.Context) (finding, error) {
	group := aws.String("readers")
	if _, err := w.cognito.CreateGroup(ctx, &cip.CreateGroupInput{
		UserPoolId: &w.pool, GroupName: group, Description: aws.String("who reads"), Precedence: aws.Int32(3),
	}); err != nil {
		return finding{}, err
	}
	if _, err := w.cognito.UpdateGroup(ctx, &cip.UpdateGroupInput{
		UserPoolId: &w.pool, GroupName: group, Description: aws.String(""),
	}); err != nil {
		return found(false, "an empty description: %v", err)
	}
	out, err := w.cognito.GetGroup(ctx, &cip.GetGroupInput{UserPoolId: &w.pool, GroupName: group})
	if err != nil {
		return finding{}, err
	}
	description, precedence := aws.ToString(out.Group.Description), aws.ToInt32(out.Group.Precedence)
	return found(description == "who reads" && precedence == 3, "description %q, precedence %d", description, precedence)
}

// concurrentUpdates updates the pool made by hand twice at the same time.
func (w *world) concurrentUpdates(ctx context.Context) (finding, error) {
	var wait sync.WaitGroup
	var errs [2]error
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = w.cognito.UpdateUserPool(ctx, &cip.UpdateUserPoolInput{
				UserPoolId: &w.pool, UserPoolTags: w.byHandTags(), PoolName: aws.String(fmt.Sprintf("default-%s-%d", w.name("hand"), i)),
			})
		})
	}
	wait.Wait()
	var codes []string
	known := true
	for _, err := range errs {
		code := "ok"
		if refusal, ok := errors.AsType[smithy.APIError](err); ok {
			code = refusal.ErrorCode()
		}
		known = known && (err == nil || code == "ConcurrentModificationException" || code == "TooManyRequestsException")
		codes = append(codes, code)
	}
	return found(known, "%v", codes)
}
