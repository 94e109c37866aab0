package awsclient

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// URLs are the public addresses of what the clients make. They are computed, because AWS does not return them.
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
	return "https://" + id + ".execute-api." + u.Region + "." + u.partition().dnsSuffix + "/" + stage
}

// UserPoolARN is the ARN of a user pool, also before it is created.
func (u URLs) UserPoolARN(account, id string) string {
	pool := arn.ARN{Partition: u.Partition(), Service: "cognito-idp", Region: u.Region, AccountID: account, Resource: "userpool/" + id}
	return pool.String()
}

// Domain is where the login pages of a domain prefix are; empty where that is not known.
func (u URLs) Domain(prefix string) string {
	if u.Endpoint != "" {
		return u.local("auth", u.Region, prefix)
	}
	if suffix := loginSuffix(u.partition().id, u.Region); suffix != "" {
		return "https://" + prefix + suffix
	}
	return ""
}

// CustomDomain is where the login pages of a domain of one's own are.
func (u URLs) CustomDomain(name string) string {
	if u.Endpoint != "" {
		return u.local("auth", u.Region, name)
	}
	return "https://" + name
}

// loginSuffix is what follows a prefix in the host of login pages; empty where no source tells it: of China and the ISO partitions,
// neither AWS's documents nor the Public Suffix List, to which AWS adds Cognito's hosts, name one.
func loginSuffix(partition, region string) string {
	switch partition {
	case "aws":
		// Amazon Cognito Developer Guide, "Using the Amazon Cognito prefix domain".
		return ".auth." + region + ".amazoncognito.com"
	case "aws-us-gov":
		// AWS GovCloud (US) user guide, "Amazon Cognito": FIPS endpoints only.
		return ".auth-fips." + region + ".amazoncognito.com"
	case "aws-eusc":
		// https://publicsuffix.org/list/public_suffix_list.dat, "Amazon Cognito".
		return ".auth.cognito-idp." + region + ".on.amazonwebservices.eu"
	}
	return ""
}

// Issuer is the iss claim of a user pool's tokens: an updated issuer has another host (IssuerConfigurationType).
func (u URLs) Issuer(poolID string, updated bool) string {
	host := "cognito-idp"
	if updated {
		host = "issuer-cognito-idp"
	}
	switch {
	case u.Endpoint != "" && updated:
		return u.local("issuer", poolID)
	case u.Endpoint != "":
		return u.local(poolID)
	}
	return "https://" + host + "." + u.Region + "." + u.partition().dnsSuffix + "/" + poolID
}

func (u URLs) local(path ...string) string {
	return strings.TrimSuffix(u.Endpoint, "/") + "/" + strings.Join(path, "/")
}

func (u URLs) partition() partition { return partitionOf(u.Region) }

// Partition is the part of AWS that the Region is in. ARNs begin with it.
func (u URLs) Partition() string { return u.partition().id }
