package awsclient

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// URLs are the public addresses of what the clients make. They are derived, not asked for: AWS does not return them.
type URLs struct {
	Region string
	// Endpoint is a custom endpoint (AWS_ENDPOINT_URL) that stands for AWS, the local AWS; empty for AWS itself.
	Endpoint string
}

// API is where a stage of a REST API is served.
func (u URLs) API(id, stage string) string {
	if u.Endpoint != "" {
		return u.local("execute-api", id, stage)
	}
	return "https://" + id + ".execute-api." + u.Region + "." + u.dnsSuffix() + "/" + stage
}

// UserPoolARN is the ARN of a user pool, of one that is not made yet, too.
func (u URLs) UserPoolARN(account, id string) string {
	pool := arn.ARN{Partition: u.partition(), Service: "cognito-idp", Region: u.Region, AccountID: account, Resource: "userpool/" + id}
	return pool.String()
}

// Domain is where the login pages of a domain prefix are.
func (u URLs) Domain(prefix string) string {
	if u.Endpoint != "" {
		return u.local("auth", u.Region, prefix)
	}
	auth := ".auth."
	if u.partition() == "aws-us-gov" {
		// Amazon Cognito in AWS GovCloud (US) has FIPS endpoints only (AWS GovCloud user guide, "Amazon Cognito").
		auth = ".auth-fips."
	}
	return "https://" + prefix + auth + u.Region + ".amazoncognito.com"
}

// Issuer is the iss claim of a user pool's tokens.
func (u URLs) Issuer(poolID string) string {
	if u.Endpoint != "" {
		return u.local(poolID)
	}
	return "https://cognito-idp." + u.Region + "." + u.dnsSuffix() + "/" + poolID
}

func (u URLs) local(path ...string) string {
	return strings.TrimSuffix(u.Endpoint, "/") + "/" + strings.Join(path, "/")
}

// dnsSuffix is that of the Region's partition.
func (u URLs) dnsSuffix() string {
	if u.partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

func (u URLs) partition() string {
	switch {
	case strings.HasPrefix(u.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(u.Region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}
