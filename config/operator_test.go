package config

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// patience bounds every wait, on a busy machine too.
const patience = time.Minute

// install applies config/default once for all tests.
var install = sync.OnceFunc(func() {
	build := exec.Command("go", "tool", "-modfile=../hack/tools/go.mod", "kustomize", "build", "default")
	manifest, err := build.Output()
	if err != nil {
		panic(err)
	}
	cmd := cluster.Kubectl(context.Background(), "apply", "--server-side", "--force-conflicts", "-f", "-")
	cmd.Stdin = strings.NewReader(string(manifest))
	if out, err := cmd.CombinedOutput(); err != nil {
		panic(string(out))
	}
})

// operators are operators of one cluster, in one account of AWS. Each runs as the service account of config/default, and has in AWS
// a session of its own name.
type operators struct {
	*testing.T

	aws                          *awslocal.Server
	kubeconfig, program, cluster string
}

func newOperators(t *testing.T, r *recorder, options ...awslocal.Option) *operators {
	t.Helper()
	install()
	aws, err := awslocal.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = aws.Close() })
	aws.Lambda.Handle("Orders", func(context.Context, json.RawMessage) (any, error) { return map[string]any{"statusCode": 200}, nil })
	program := filepath.Join(t.TempDir(), "securedapi")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	operatorrole.LetRoutesCall(aws, "Orders")
	id := kubectl(t, "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")
	if err := operatorrole.Attach(aws, id, "policy", nil); err != nil {
		t.Fatal(err)
	}
	return &operators{t, aws, r.kubeconfig, program, id}
}

// start runs an operator until the test is over or stop is called. The name is that of its session.
func (o *operators) start(name string, flags ...string) (process *child.Process, stop func()) {
	o.Helper()
	session, err := o.aws.Session(operatorrole.ARN(o.aws, o.cluster), name)
	if err != nil {
		o.Fatal(err)
	}
	process, err = child.Start(o.Context(), child.LocalAWS(o.kubeconfig, o.aws.URL, session), o.program,
		append([]string{"--health-probe-bind-address=0"}, flags...)...)
	if err != nil {
		o.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := process.Stop(); err != nil {
			o.Error(err)
		}
		if o.Failed() {
			log, _ := os.ReadFile(process.Log)
			o.Logf("the log of the operator %s:\n%s", name, log)
		}
		_ = os.Remove(process.Log)
	})
	o.Cleanup(stop)
	return process, stop
}

// calls are how many the operator of a name has made.
func (o *operators) calls(name string) (n int) {
	for _, call := range o.aws.Calls() {
		if strings.HasSuffix(call.Principal, "/"+name) {
			n++
		}
	}
	return n
}

// startOperator runs the program of this module as its service account, until the test is over or stop is called.
func startOperator(t *testing.T, r *recorder, flags ...string) (stop func()) {
	t.Helper()
	_, stop = newOperators(t, r).start("operator", flags...)
	return stop
}

func newClient(t *testing.T, config *rest.Config) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const orders = `
spec:
  deletionPolicy: Delete
  userPool: {}
  resourceServers: [{identifier: orders, scopes: [{name: read}]}]
  clients: [{name: web, callbackURLs: ["https://shop.example.com/"]}]
  routes: [{path: /orders, methods: [GET], backend: {lambda: {function: Orders}}}]
`

// withJob adds a client whose secret is kept in a Secret.
func withJob(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{
		Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"orders/read"},
	})
}

// withOutputs asks for a ConfigMap and a Secret.
func withOutputs(o *v1alpha1.SecuredAPI) {
	o.Spec.Outputs = v1alpha1.OutputsSpec{ConfigMapName: "orders-config", SecretName: "orders-credentials"}
}

// person is who applies SecuredAPIs.
type person struct {
	*testing.T
	client.Client
}

func (p person) namespace(name string) {
	p.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if err := p.Create(p.Context(), namespace); client.IgnoreAlreadyExists(err) != nil {
		p.Fatal(err)
	}
}

func (p person) create(namespace string, edits ...func(*v1alpha1.SecuredAPI)) *v1alpha1.SecuredAPI {
	p.Helper()
	p.namespace(namespace)
	object := &v1alpha1.SecuredAPI{}
	if err := yaml.UnmarshalStrict([]byte(orders), object); err != nil {
		p.Fatal(err)
	}
	object.Namespace, object.Name = namespace, "orders"
	object.Spec.Domain = &v1alpha1.DomainSpec{Prefix: "orders-" + namespace}
	for _, edit := range edits {
		edit(object)
	}
	if err := p.Create(p.Context(), object); err != nil {
		p.Fatal(err)
	}
	return object
}

func (p person) edit(object *v1alpha1.SecuredAPI, edit func(*v1alpha1.SecuredAPI)) {
	p.Helper()
	p.eventually("the edit", func() (bool, string) {
		p.get(object)
		edit(object)
		err := p.Update(p.Context(), object)
		return err == nil, errorText(err)
	})
}

// checkNow asks for a full check.
func (p person) checkNow(object *v1alpha1.SecuredAPI) {
	p.Helper()
	at := time.Now().Format(time.RFC3339Nano)
	p.edit(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: at} })
	p.eventually("the check that was asked for", func() (bool, string) {
		p.get(object)
		return object.Status.LastHandledReconcileAt == at, object.Status.LastHandledReconcileAt
	})
}

func (p person) get(object *v1alpha1.SecuredAPI) {
	p.Helper()
	if err := p.Get(p.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		p.Fatal(err)
	}
}

// await waits for the reason of the present generation's Ready, and returns its message.
func (p person) await(object *v1alpha1.SecuredAPI, reason string) string {
	p.Helper()
	var message string
	p.eventually(object.Namespace+"/"+object.Name+" "+reason, func() (bool, string) {
		p.get(object)
		ready := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil {
			return false, "no condition Ready"
		}
		message = ready.Message
		return ready.Reason == reason && ready.ObservedGeneration == object.Generation, ready.Reason + ": " + ready.Message
	})
	return message
}

func (p person) delete(object *v1alpha1.SecuredAPI) {
	p.Helper()
	if err := p.Delete(p.Context(), object); err != nil {
		p.Fatal(err)
	}
	p.eventually("the end of "+object.Namespace, func() (bool, string) {
		err := p.Get(p.Context(), client.ObjectKeyFromObject(object), object)
		return apierrors.IsNotFound(err), errorText(err)
	})
}

func (p person) eventually(what string, done func() (bool, string)) {
	p.Helper()
	deadline := time.Now().Add(patience)
	for {
		ok, found := done()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			p.Fatalf("waited %s for %s; there is: %s", patience, what, found)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

// kubectl runs kubectl as the cluster's administrator.
func kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := cluster.Kubectl(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
