package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	// roleVariable names the role that the operator's calls are made with.
	roleVariable = "E2E_ROLE_ARN"
	// groupRoleVariable names the role of a group.
	groupRoleVariable = "E2E_GROUP_ROLE_ARN"
)

// target is an AWS, and how long things take there.
type target struct {
	name  string
	local bool
	// endpoint is where a local AWS is, this process's own or that of AWS_ENDPOINT_URL; empty for AWS itself.
	endpoint string
	// config is for the calls that are made by hand, operator has the credentials for those of the operator.
	config   aws.Config
	operator aws.CredentialsProvider
	// account and partition are those of ARNs.
	account, partition string
	// registered and guest are the functions behind the routes.
	registered, guest string
	// queue is the URL of a queue of events, empty if there is none.
	queue string
	// flags are the operator's.
	flags []string
	// grace is the operator's creation grace period.
	grace time.Duration
	// poll is the time between two looks at something that is awaited, patience is how long it is awaited.
	poll, patience time.Duration
	// duration is how long a run takes, in words.
	duration string
	close    func()
}

// target returns the AWS that a person asks for. Whoever got it must close it.
func (o options) target(ctx context.Context) (*target, error) {
	of := accountTarget
	if o.local {
		of = localTarget
	}
	t, err := of(ctx)
	if err != nil {
		return nil, err
	}
	// A throttled call by hand is tried until the quota has room: API Gateway deletes one API in 30 s.
	t.config.Retryer = func() aws.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), 10) }
	t.operator = t.config.Credentials
	if role := os.Getenv(roleVariable); role != "" {
		t.operator = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(t.config), role))
	}
	if err := t.identify(ctx); err != nil {
		t.close()
		return nil, fmt.Errorf("find out whose the credentials are: %w", err)
	}
	return t, nil
}

// identify finds out which account it is.
func (t *target) identify(ctx context.Context) error {
	identity, err := sts.NewFromConfig(t.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	caller, err := arn.Parse(aws.ToString(identity.Arn))
	if err != nil {
		return err
	}
	t.account, t.partition = caller.AccountID, caller.Partition
	t.name = fmt.Sprintf("%s, account %s, Region %s", t.name, t.account, t.config.Region)
	return nil
}

// arnOf is the ARN of a resource of the account and Region.
func (t *target) arnOf(service, resource string) string {
	return arn.ARN{
		Partition: t.partition, Service: service, Region: t.config.Region, AccountID: t.account, Resource: resource,
	}.String()
}

// localTarget is a local AWS of its own.
func localTarget(context.Context) (*target, error) {
	local, err := awslocal.New(awslocal.WithEvents("e2eaws", 0))
	if err != nil {
		return nil, fmt.Errorf("start the local AWS: %w", err)
	}
	t := &target{
		name: "the local AWS", local: true, endpoint: local.URL, config: local.Config(), queue: local.EventsURL(),
		registered: "RegisteredHandler", guest: "GuestHandler", grace: 3 * time.Second, duration: "2 minutes",
		poll: 100 * time.Millisecond, patience: 90 * time.Second,
		// The whole quota is ours.
		flags: []string{"--aws-quota-share=1", "--creation-grace-period=3s", "--secret-overlap=3s"},
		close: func() { _ = local.Close() },
	}
	local.Lambda.Handle(t.registered, echo)
	local.Lambda.Handle(t.guest, echo)
	return t, nil
}

// accountTarget is the account of the SDK's own environment.
func accountTarget(ctx context.Context) (*target, error) {
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	t := &target{
		name: "AWS", endpoint: aws.ToString(loaded.BaseEndpoint), config: loaded, queue: os.Getenv("E2E_QUEUE_URL"),
		registered: os.Getenv("E2E_FUNCTION_REGISTERED"), guest: os.Getenv("E2E_FUNCTION_GUEST"),
		grace: time.Minute, duration: "about 20 minutes", poll: 2 * time.Second, patience: 5 * time.Minute,
		flags: []string{"--secret-overlap=1m"},
		close: func() {},
	}
	switch {
	case loaded.Region == "":
		return nil, errors.New("no Region: set AWS_REGION")
	case t.registered == "" || t.guest == "" || t.registered == t.guest:
		return nil, fmt.Errorf("E2E_FUNCTION_REGISTERED and E2E_FUNCTION_GUEST must name two Lambda functions; %s says how to make them",
			assumptionsFile)
	}
	return t, nil
}

// echo is the function that docs/aws.md has for an account: it answers with what it was asked.
func echo(_ context.Context, event json.RawMessage) (any, error) {
	var in struct {
		Path           string            `json:"path"`
		PathParameters map[string]string `json:"pathParameters"`
	}
	if err := json.Unmarshal(event, &in); err != nil {
		return nil, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"statusCode": http.StatusOK, "headers": map[string]string{"Access-Control-Allow-Origin": "*"}, "body": string(body),
	}, nil
}
