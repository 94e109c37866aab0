package docstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/child"
)

const (
	operatorNamespace = "securedapi-system"
	operatorName      = "securedapi-manager"
)

// node does for the tutorial what a control plane without nodes and controllers does not: it runs the program of the operator's
// Deployment, as the Deployment's service account and with its arguments, and lets deleted namespaces go. In AWS the program is
// a role with the policy that the tutorial wrote.
type node struct {
	client.Client

	t        *testing.T
	aws      *awslocal.Server
	dir      string // where the tutorial's commands run
	operator *child.Process
}

// startNode watches until the test is over.
func startNode(t *testing.T, server *awslocal.Server, dir string) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(cluster.Config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	n := &node{Client: c, t: t, aws: server, dir: dir}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := n.sync(ctx); err != nil && ctx.Err() == nil {
				t.Errorf("run the operator's Deployment: %v", err)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if n.operator != nil {
			n.stop()
		}
	})
}

func (n *node) sync(ctx context.Context) error {
	deployment := &appsv1.Deployment{}
	err := n.Get(ctx, client.ObjectKey{Namespace: operatorNamespace, Name: operatorName}, deployment)
	switch {
	case apierrors.IsNotFound(err) && n.operator != nil:
		n.stop()
	case err == nil && n.operator == nil:
		if err := n.start(ctx, deployment); err != nil {
			return err
		}
	case err == nil:
		if err := n.operator.Failure(); err != nil {
			return err
		}
	case !apierrors.IsNotFound(err):
		return err
	}
	namespace := &corev1.Namespace{}
	err = n.Get(ctx, client.ObjectKey{Name: operatorNamespace}, namespace)
	if err != nil || namespace.DeletionTimestamp == nil || n.operator != nil {
		return client.IgnoreNotFound(err)
	}
	namespace.Spec.Finalizers = nil
	return client.IgnoreNotFound(n.SubResource("finalize").Update(ctx, namespace))
}

func (n *node) start(ctx context.Context, deployment *appsv1.Deployment) error {
	container := deployment.Spec.Template.Spec.Containers[0]
	if container.Image == "securedapi:dev" {
		return errors.New("the Deployment still has the image securedapi:dev, which no registry has")
	}
	kubeconfig, err := n.kubeconfig(ctx, deployment.Spec.Template.Spec.ServiceAccountName)
	if err != nil {
		return err
	}
	session, err := n.session()
	if err != nil {
		return err
	}
	variables := child.LocalAWS(kubeconfig, n.aws.URL, session)
	for _, variable := range container.Env {
		variables = append(variables, variable.Name+"="+variable.Value)
	}
	path, err := program()
	if err != nil {
		return err
	}
	// Ports are the machine's here, the namespace is told by a file in a pod, and nobody waits a minute for a test.
	args := append(slices.Clone(container.Args), "--metrics-bind-address=0", "--health-probe-bind-address=0",
		"--leader-election-namespace="+operatorNamespace, "--creation-grace-period=2s")
	if n.operator, err = child.Start(ctx, variables, path, args...); err != nil {
		return err
	}
	deployment.Status = appsv1.DeploymentStatus{
		ObservedGeneration: deployment.Generation,
		Replicas:           1, UpdatedReplicas: 1, ReadyReplicas: 1, AvailableReplicas: 1,
	}
	return n.Status().Update(ctx, deployment)
}

// kubeconfig is that of a service account.
func (n *node) kubeconfig(ctx context.Context, account string) (string, error) {
	request := &authenticationv1.TokenRequest{}
	owner := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: account}}
	if err := n.SubResource("token").Create(ctx, owner, request); err != nil {
		return "", fmt.Errorf("get a token of the service account %s: %w", account, err)
	}
	path := filepath.Join(n.dir, "operator.kubeconfig")
	return path, clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{
			"local": {Server: cluster.Config.Host, CertificateAuthorityData: cluster.Config.CAData},
		},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"operator": {Token: request.Status.Token}},
		Contexts:       map[string]*clientcmdapi.Context{"local": {Cluster: "local", AuthInfo: "operator"}},
		CurrentContext: "local",
	}, path)
}

// session has the policy that the tutorial wrote. The trust policy is read, and lets no one else in than EKS does.
func (n *node) session() (aws.Credentials, error) {
	text, err := os.ReadFile(filepath.Join(n.dir, "trust.json"))
	if err != nil {
		return aws.Credentials{}, err
	}
	if _, err := iam.ParseTrust("trust.json", text); err != nil {
		return aws.Credentials{}, err
	}
	if text, err = os.ReadFile(filepath.Join(n.dir, "policy.json")); err != nil {
		return aws.Credentials{}, err
	}
	policy, err := iam.Parse("policy.json", text)
	if err != nil {
		return aws.Credentials{}, err
	}
	n.aws.IAM.Attach(roleARN(n.aws), policy)
	return n.aws.Session(roleARN(n.aws), "operator")
}

// roleARN is that of the operator's role, as the documents name it.
func roleARN(server *awslocal.Server) string {
	return "arn:aws:iam::" + server.Account() + ":role/securedapi"
}

func (n *node) stop() {
	if err := n.operator.Stop(); err != nil {
		n.t.Error(err)
	}
	if n.t.Failed() {
		log, _ := os.ReadFile(n.operator.Log)
		n.t.Logf("the operator's log ends:\n%s", log[max(0, len(log)-8<<10):])
	}
	_ = os.Remove(n.operator.Log)
	n.operator = nil
}

// hello is a function of the tutorial, which answers what its input says.
func hello(_ context.Context, event json.RawMessage) (any, error) {
	var in struct {
		RequestContext struct {
			Authorizer struct {
				Claims struct{ Email string }
			}
		}
	}
	if err := json.Unmarshal(event, &in); err != nil {
		return nil, err
	}
	who := "guest"
	if email := in.RequestContext.Authorizer.Claims.Email; email != "" {
		who = email
	}
	return map[string]any{
		"statusCode": 200,
		"headers":    map[string]string{"Access-Control-Allow-Origin": "*"},
		"body":       "Hello, " + who,
	}, nil
}
