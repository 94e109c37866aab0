package harness

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// The operator under test calls AWS as a role that has policy.json of config/iam, and other policies from there where a test
// permits more. Whoever else calls, a person in the console, is the account's administrator.

// ClusterID is the cluster id of the operators of the tests.
const ClusterID = "test-cluster"

// Permit lets the world's operator do more than policy.json: what another policy of config/iam allows.
func (w *World) Permit(name string, values iam.Values) {
	w.T.Helper()
	if err := operatorrole.Attach(w.AWS, w.ClusterID, name, values); err != nil {
		w.T.Fatal(err)
	}
}

// OperatorConfig is the configuration of the operator of a cluster.
func OperatorConfig(t TB, server *awslocal.Server, cluster string) aws.Config {
	t.Helper()
	if err := operatorrole.Attach(server, cluster, "policy", nil); err != nil {
		t.Fatal(err)
	}
	config, err := server.ConfigAs(operatorrole.ARN(server, cluster), "operator")
	if err != nil {
		t.Fatal(err)
	}
	return config
}
