package awsclient

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// signedBy is the signature's name; its value is the cluster.
const signedBy = "securedapi"

// notInSignature is what the SDK replaces in the words of a user agent, or what ends one.
var notInSignature = regexp.MustCompile(`[^A-Za-z0-9._-]`)

// Signature is a word in the user agent of every call that an operator of the cluster makes. CloudTrail logs it with
// the call.
func Signature(cluster string) string { return signedBy + "/" + signatureOf(cluster) }

func signatureOf(cluster string) string { return notInSignature.ReplaceAllString(cluster, "-") }

// Signed returns config for calls with the cluster's signature, beside what else their user agent says.
func Signed(config aws.Config, cluster string) aws.Config {
	config = config.Copy()
	config.APIOptions = append(slices.Clone(config.APIOptions), awsmiddleware.AddUserAgentKeyValue(signedBy, signatureOf(cluster)))
	return config
}
