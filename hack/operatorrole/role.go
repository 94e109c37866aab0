// Package operatorrole makes, in a local AWS, the role that the operator runs as: with the policies of config/iam and no other.
// The tests of the whole operator and the demo run on it, so that a missing permission fails there.
package operatorrole

import (
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/hack/awslocal"
	local "github.com/securedapi/securedapi/hack/awslocal/iam"
)

// ARN is that of the role of a cluster's operator, in the server's own account.
func ARN(server *awslocal.Server, cluster string) string {
	return "arn:aws:iam::" + server.Account() + ":role/securedapi-" + cluster
}

// Attach gives the role of a cluster's operator a policy of config/iam, filled with the cluster's id and other values.
func Attach(server *awslocal.Server, cluster, name string, values iam.Values) error {
	filled := iam.Values{}
	maps.Copy(filled, values)
	filled["CLUSTER_ID"] = []string{cluster}
	text, err := iam.Fill(name, filled)
	if err != nil {
		return err
	}
	policy, err := local.Parse(name, text)
	if err != nil {
		return fmt.Errorf("%s.json: %w", name, err)
	}
	server.IAM.Attach(ARN(server, cluster), policy)
	return nil
}

// Session returns credentials of the role of a cluster's operator, which has policy.json.
func Session(server *awslocal.Server, cluster string) (aws.Credentials, error) {
	if err := Attach(server, cluster, "policy", nil); err != nil {
		return aws.Credentials{}, err
	}
	return server.Session(ARN(server, cluster), "operator")
}

// LetRoutesCall gives functions the tag without which the operator may not let an API call them.
func LetRoutesCall(server *awslocal.Server, functions ...string) {
	for _, name := range functions {
		server.Lambda.Tag(name, map[string]string{iam.InvokeTag: "true"})
	}
}
