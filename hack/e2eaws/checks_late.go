package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// What AWS takes now and shows, or does, later.

// domainStatus is what Cognito says of a prefix, "none" if it has no such domain.
func (w *world) domainStatus(ctx context.Context, prefix string) (types.DomainStatusType, error) {
	out, err := w.cognito.DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: &prefix})
	if err != nil {
		return "", err
	}
	return cmp.Or(cmp.Or(out.DomainDescription, &types.DomainDescriptionType{}).Status, "none"), nil
}

// domainActive looks at the domain of an object that has just become Ready.
func (w *world) domainActive(ctx context.Context) (finding, error) {
	status, err := w.domainStatus(ctx, w.name("notes"))
	if err != nil {
		return finding{}, err
	}
	return found(status == types.DomainStatusTypeActive, "the domain is %s", status)
}

// readAtOnce changes the pool that was made by hand, and reads until it shows.
func (w *world) readAtOnce(ctx context.Context) (finding, error) {
	const subject = "read at once"
	_, err := w.cognito.UpdateUserPool(ctx, &cip.UpdateUserPoolInput{
		UserPoolId: &w.pool, EmailVerificationSubject: aws.String(subject), UserPoolTags: w.byHandTags(),
	})
	if err != nil {
		return finding{}, err
	}
	began, looks := time.Now(), 0
	err = w.await(ctx, func() (bool, string) {
		looks++
		out, err := w.cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &w.pool})
		return err == nil && aws.ToString(out.UserPool.EmailVerificationSubject) == subject, fmt.Sprintf("the change does not show: %v", err)
	})
	return found(err == nil && looks == 1, "read %d times in %.1f s%s", looks, time.Since(began).Seconds(), because(err))
}

// domainGoes deletes a domain that was made by hand, and makes it again until Cognito takes it.
func (w *world) domainGoes(ctx context.Context) (finding, error) {
	prefix := w.name("gone")
	var seen []string
	note := func(what string, err error) {
		if err != nil {
			what += ": " + err.Error()
		}
		seen = append(seen, what)
	}
	create := func() error {
		_, err := w.cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: &w.pool, Domain: &prefix})
		return err
	}
	remove := func() error {
		_, err := w.cognito.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &w.pool, Domain: &prefix})
		return err
	}
	if err := create(); err != nil {
		return finding{}, err
	}
	made, err := w.domainStatus(ctx, prefix)
	note("made, it is "+string(made), err)
	if err := w.await(ctx, func() (bool, string) {
		err := remove()
		return err == nil, fmt.Sprint(err)
	}); err != nil {
		return finding{}, err
	}
	gone, err := w.domainStatus(ctx, prefix)
	note("deleted, it is "+string(gone), err)
	began := time.Now()
	again := create()
	note("made again at once", again)
	if again != nil {
		err = w.await(ctx, func() (bool, string) {
			err := create()
			return err == nil, fmt.Sprint(err)
		})
		note(fmt.Sprintf("taken after %.1f s", time.Since(began).Seconds()), err)
	}
	return finding{made == types.DomainStatusTypeActive && again == nil, strings.Join(seen, "; ")}, remove()
}
