package docstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/yaml"

	templates "github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
)

// snippetAccount is the account of the examples in documents.
const snippetAccount = "111122223333"

// issuer is what the stub of the AWS CLI says of every cluster.
const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"

// notWithIRSA marks the part of a snippet, up to its end, that is for Pod Identity alone.
const notWithIRSA = "# not with IRSA"

// stubs stand for the programs that reach AWS: they note their arguments. What runs the image's program runs it.
const stubs = `
record() { printf '%s\x1f' "$@" >> calls; echo >> calls; }
aws() { record aws "$@"; if [[ $1 == eks ]]; then echo https://` + issuer + `; fi; }
eksctl() { record eksctl "$@"; }
docker() { if [[ $1 == run ]]; then shift 3; command securedapi "$@"; else record docker "$@"; fi; }
`

// installed is what commands or a template make in AWS for the operator.
type installed struct {
	roles        map[string]role // by name
	associations []association
}

// role has its policies by name, as JSON.
type role struct {
	trust    string
	policies map[string]string
}

// association is one of EKS Pod Identity.
type association struct{ cluster, namespace, serviceAccount, role string }

func arnOfRole(name string) string { return "arn:aws:iam::" + snippetAccount + ":role/" + name }

// installer runs the commands of documents that make the operator's role, with stubs of the programs that reach AWS.
type installer struct {
	*shell

	readme  *document
	account string // in place of that of the examples
}

func startInstaller(t *testing.T) *installer {
	t.Helper()
	return install(startShell(t), snippetAccount)
}

func install(s *shell, account string) *installer {
	s.t.Helper()
	i := &installer{s, documents(s.t, "README.md")[0], account}
	i.document = i.readme.path
	i.run(commandsOf(stubs), "")
	return i
}

// only is the one block of a document with a text.
func only(t *testing.T, d *document, text string) block {
	t.Helper()
	var found []block
	for _, b := range d.blocks {
		if strings.Contains(b.text, text) {
			found = append(found, b)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s: %d blocks have the text %q, want one", d.path, len(found), text)
	}
	return found[0]
}

// follow runs the blocks of a document that have these texts, and returns what the programs were called with.
func (i *installer) follow(d *document, texts ...string) (calls [][]string) {
	i.t.Helper()
	i.write("calls", "")
	for _, text := range texts {
		b := only(i.t, d, text)
		b.text = strings.ReplaceAll(b.text, snippetAccount, i.account)
		i.run(b, "")
	}
	return recorded(i.t, i.shell)
}

// recorded are the calls that the stubs noted.
func recorded(t *testing.T, s *shell) (calls [][]string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(s.file("calls")), "\n") {
		calls = append(calls, strings.Split(strings.TrimSuffix(line, "\x1f"), "\x1f"))
	}
	return calls
}

// files are those that the last commands wrote for templates.
func (i *installer) files() map[string]string {
	i.t.Helper()
	return map[string]string{"trust.json": i.file("trust.json"), "policy.json": i.file("policy.json")}
}

// flagsOf are the flags of a call with their values.
func flagsOf(call []string) map[string]string {
	flags := map[string]string{}
	for i, word := range call {
		if name, ok := strings.CutPrefix(word, "--"); ok && i+1 < len(call) {
			flags[name] = call[i+1]
		}
	}
	return flags
}

// carriedOut reads what calls of the AWS CLI and of eksctl make, in a folder with these files.
func carriedOut(calls [][]string, files map[string]string) (installed, error) {
	made := installed{roles: map[string]role{}}
	managed := map[string]string{} // policies by ARN
	file := func(flag string) string { return files[strings.TrimPrefix(flag, "file://")] }
	for _, call := range calls {
		flags := flagsOf(call)
		of, exists := made.roles[flags["role-name"]]
		switch strings.Join(call[:3], " ") {
		case "aws iam create-role":
			made.roles[flags["role-name"]] = role{trust: file(flags["assume-role-policy-document"]), policies: map[string]string{}}
			continue
		case "aws iam create-policy":
			managed["arn:aws:iam::"+snippetAccount+":policy/"+flags["policy-name"]] = file(flags["policy-document"])
			continue
		case "eksctl create podidentityassociation":
			made.associations = append(made.associations,
				association{flags["cluster"], flags["namespace"], flags["service-account-name"], flags["role-arn"]})
			continue
		case "aws eks describe-cluster", "eksctl utils associate-iam-oidc-provider":
			continue
		case "aws iam put-role-policy":
			if exists {
				of.policies[flags["policy-name"]] = file(flags["policy-document"])
			}
		case "aws iam attach-role-policy":
			if exists {
				of.policies[filepath.Base(flags["policy-arn"])] = managed[flags["policy-arn"]]
			}
		default:
			return made, fmt.Errorf("no test knows what %v makes", call)
		}
		if !exists {
			return made, fmt.Errorf("%v is for a role that no command makes", call)
		}
	}
	return made, nil
}

// variant is a way to install, and what it has to make.
type variant struct {
	name      string
	got, want installed
}

// variants follows all ways of README.md and of the tutorial.
func (i *installer) variants() (all []variant) {
	i.t.Helper()
	const policy, podIdentity, irsa = "export ACCOUNT=", "iam-policy trust-pod-identity", "iam-policy trust-irsa"
	i.follow(i.readme, "docker build", policy)
	add := func(name, cluster, trust string, got installed, err error) {
		i.t.Helper()
		if err != nil {
			i.t.Fatalf("%s: %v", name, err)
		}
		all = append(all, variant{name, got, i.wanted(cluster, trust)})
	}
	for _, way := range []struct{ name, block, cluster, trust string }{
		{"EKS Pod Identity", podIdentity, "my-cluster", "trust-pod-identity"},
		{"IRSA", irsa, "", "trust-irsa"},
	} {
		calls := i.follow(i.readme, way.block)
		got, err := carriedOut(calls, i.files())
		add("README.md: "+way.name, way.cluster, way.trust, got, err)

		code, yaml := i.snippets()
		if way.cluster == "" {
			code.text, yaml.text = i.cut(code), i.cut(yaml)
		}
		got, err = terraform(i.readme.path, code, i.files())
		add("Terraform: "+way.name, way.cluster, way.trust, got, err)
		_, got, err = cloudFormation(yaml.text, i.files())
		add("CloudFormation: "+way.name, way.cluster, way.trust, got, err)
	}
	guide := documents(i.t, tutorial)[0]
	i.document = guide.path
	for _, b := range guide.blocks[:1] { // the names, with the account of the examples
		b.text = strings.ReplaceAll(b.text, "111111111111", snippetAccount)
		i.run(b, "")
	}
	calls := i.follow(guide, podIdentity, "aws iam attach-role-policy")
	got, err := carriedOut(calls, i.files())
	add(tutorial, "securedapi", "trust-pod-identity", got, err)
	return all
}

// snippets are the Terraform and the template of README.md.
func (i *installer) snippets() (code, yaml block) {
	i.t.Helper()
	return only(i.t, i.readme, `resource "aws_iam_role"`), only(i.t, i.readme, "AWS::IAM::Role")
}

// cut leaves out what is not for IRSA.
func (i *installer) cut(b block) string {
	i.t.Helper()
	text, _, found := strings.Cut(b.text, notWithIRSA)
	if !found {
		i.t.Fatalf("%s:%d: no part is marked %s", i.readme.path, b.line, notWithIRSA)
	}
	return text[:strings.LastIndex(text, "\n")+1]
}

// wanted is what every way has to make: the role with config/iam's documents, for the service account of config/default.
func (i *installer) wanted(cluster, trust string) installed {
	i.t.Helper()
	values := templates.Values{
		"CLUSTER_ID": {i.value("CLUSTER_ID")}, "ACCOUNT": {snippetAccount}, "REGION": {"eu-west-1"}, "OIDC_ISSUER": {issuer},
	}
	fill := func(name string) string {
		text, err := templates.Fill(name, values)
		if err != nil {
			i.t.Fatal(err)
		}
		return string(text)
	}
	want := installed{roles: map[string]role{
		"securedapi": {trust: fill(trust), policies: map[string]string{"securedapi": fill("policy")}},
	}}
	if cluster != "" {
		account := operatorAccount(i.t)
		want.associations = []association{{cluster, account.namespace, account.serviceAccount, arnOfRole("securedapi")}}
	}
	return want
}

// operatorAccount is the service account of the operator's Deployment in config/default.
func operatorAccount(t *testing.T) association {
	t.Helper()
	out, err := cluster.Kubectl(t.Context(), "kustomize", root+"/config/default").Output()
	if err != nil {
		t.Fatal(err)
	}
	for manifest := range strings.SplitSeq(string(out), "\n---\n") {
		deployment := &appsv1.Deployment{}
		if err := yaml.Unmarshal([]byte(manifest), deployment); err == nil && deployment.Kind == "Deployment" {
			return association{namespace: deployment.Namespace, serviceAccount: deployment.Spec.Template.Spec.ServiceAccountName}
		}
	}
	t.Fatal("config/default has no Deployment")
	return association{}
}

// differs compares what was made with what has to be. Documents are compared by what their JSON says.
func differs(want, got installed) string {
	read := func(made installed) map[string]map[string]any {
		all := map[string]map[string]any{}
		for name, role := range made.roles {
			all[name] = map[string]any{"trust": jsonOf(role.trust)}
			for policy, text := range role.policies {
				all[name]["policy "+policy] = jsonOf(text)
			}
		}
		return all
	}
	return cmp.Diff(read(want), read(got)) + cmp.Diff(want.associations, got.associations, cmp.AllowUnexported(association{}))
}

// jsonOf is what a text of JSON says.
func jsonOf(text string) any {
	var said any
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		return "no JSON: " + text
	}
	return said
}

// TestInstall holds each way of README.md and of the tutorial to making the operator's role: it has the policies of config/iam, and
// the operator's service account may assume it, and nobody else.
func TestInstall(t *testing.T) {
	i := startInstaller(t)
	account := operatorAccount(t)
	for _, v := range i.variants() {
		t.Run(v.name, func(t *testing.T) {
			if diff := differs(v.want, v.got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			var service iam.Service
			service.PutRole(arnOfRole("securedapi"), attached(t, v.got.roles["securedapi"]))
			for _, who := range callers(account) {
				want := who.byPodIdentity && len(v.want.associations) > 0 || who.byToken && len(v.want.associations) == 0
				denial := service.Assume(who.principal, arnOfRole("securedapi"), who.requests...)
				if (denial == nil) != want {
					t.Errorf("%s: got %v, want let in: %v", who.name, denial, want)
				}
			}
		})
	}
	patch := only(t, i.readme, "kind: ServiceAccount")
	if want := `eks.amazonaws.com/role-arn: "` + arnOfRole("securedapi") + `"`; !strings.Contains(patch.text, want) {
		t.Errorf("README.md:%d: the service account has no annotation %s", patch.line, want)
	}
	calls := i.follow(i.readme, "aws cloudformation package")
	report(t, stackProblems(t, i, calls))
}

// TestTemplates evaluates all Terraform and CloudFormation of documents. What a guide takes out of a stack has to stay in AWS.
func TestTemplates(t *testing.T) {
	files := map[string]string{"trust.json": "{}", "policy.json": "{}"}
	kept := regexp.MustCompile(`DeletionPolicy: *(\w+)`)
	n := 0
	for _, d := range documents(t, everywhere...) {
		for _, b := range d.blocks {
			var err error
			switch {
			case b.language == "hcl":
				_, err = terraform(d.path, b, files)
			case b.language == "yaml" && strings.Contains(b.text, "Type: AWS::"):
				_, _, err = cloudFormation(b.text, files)
			case b.language == "yaml" && kept.MatchString(b.text):
				for _, policy := range kept.FindAllStringSubmatch(b.text, -1) {
					if policy[1] != "Retain" {
						err = fmt.Errorf("with DeletionPolicy: %s, CloudFormation deletes what is taken out of a stack, want Retain", policy[1])
					}
				}
			default:
				continue
			}
			n++
			if err != nil {
				report(t, []problem{{d.path, b.line, err.Error()}})
			}
		}
	}
	if n < 4 {
		t.Errorf("got %d blocks of Terraform and CloudFormation in documents, want those of README.md and of the guides of adoption", n)
	}
}

// TestInstalledOperator follows README.md from the role to Ready. TestInstall says that each way makes the same role; here it is
// Terraform's. With the policy of another cluster, the operator may do nothing.
func TestInstalledOperator(t *testing.T) {
	r := startReader(t)
	i := install(r.shell, r.aws.Account())
	i.follow(i.readme, "docker build", "export ACCOUNT=")
	i.follow(i.readme, "iam-policy trust-pod-identity")
	code, _ := i.snippets()
	made, err := terraform(i.readme.path, code, i.files())
	if err != nil {
		t.Fatal(err)
	}
	ours := made.roles["securedapi"]
	another := role{trust: ours.trust, policies: map[string]string{
		"securedapi": strings.ReplaceAll(ours.policies["securedapi"], i.value("CLUSTER_ID"), "another-cluster"),
	}}
	tag := only(t, i.readme, "aws lambda tag-resource")
	for _, function := range []string{"RegisteredHandler", "GuestHandler"} {
		i.write("calls", "")
		i.run(block{piece: piece{tag.line, strings.ReplaceAll(tag.text, "RegisteredHandler", function)}}, "")
		flags := flagsOf(recorded(t, r.shell)[0])
		key, value, _ := strings.Cut(flags["tags"], "=")
		r.aws.Lambda.Handle(function, hello)
		r.aws.Lambda.Tag(flags["resource"][strings.LastIndex(flags["resource"], ":")+1:], map[string]string{key: value})
	}
	i.follow(i.readme, "cat > install/kustomization.yaml")
	const wait = `kubectl wait sapi/notes --for='jsonpath={.status.conditions[?(@.type=="Ready")].reason}=`
	r.aws.IAM.PutRole(roleARN(r.aws), attached(t, another))
	i.run(commandsOf("kubectl create -f - <<END\n"+i.readme.blocks[0].text+"END\n"+wait+"AccessDenied' --timeout=2m\n"), "")
	r.aws.IAM.PutRole(roleARN(r.aws), attached(t, ours))
	i.run(commandsOf("kubectl annotate sapi notes securedapi.dev/reconcile-at=now\n"+wait+"Succeeded' --timeout=2m\n"), "")
	i.run(commandsOf("kubectl delete sapi notes\nkubectl delete --ignore-not-found -k install"), "")
}

// attached is a role as the local AWS evaluates it.
func attached(t *testing.T, made role) iam.Role {
	t.Helper()
	trust, err := iam.ParseTrust("trust", []byte(made.trust))
	if err != nil {
		t.Fatal(err)
	}
	of := iam.Role{Trust: &trust}
	for name, text := range made.policies {
		policy, err := iam.Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		of.Policies = append(of.Policies, policy)
	}
	return of
}

// caller asks to assume the operator's role: byPodIdentity and byToken say by which trust policy it may.
type caller struct {
	name                   string
	principal              iam.Principal
	requests               []iam.Request
	byPodIdentity, byToken bool
}

func callers(operator association) []caller {
	pods := iam.Principal{Service: "pods.eks.amazonaws.com"}
	provider := iam.Principal{Provider: "arn:aws:iam::" + snippetAccount + ":oidc-provider/" + issuer}
	// Both actions, with the tags that EKS gives a session
	// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html).
	pod := func(namespace, account string) []iam.Request {
		context := iam.Context{}
		context.Tags("aws:RequestTag", map[string]string{"kubernetes-namespace": namespace, "kubernetes-service-account": account})
		return []iam.Request{{Action: "sts:AssumeRole", Context: context}, {Action: "sts:TagSession", Context: context}}
	}
	token := func(issuer, audience, namespace, account string) []iam.Request {
		context := iam.Context{}
		context.Set(issuer+":aud", audience)
		context.Set(issuer+":sub", "system:serviceaccount:"+namespace+":"+account)
		return []iam.Request{{Action: "sts:AssumeRoleWithWebIdentity", Context: context}}
	}
	const sts = "sts.amazonaws.com"
	return []caller{
		{"the operator's pod", pods, pod(operator.namespace, operator.serviceAccount), true, false},
		{"a pod of another service account", pods, pod(operator.namespace, "default"), false, false},
		{"a pod of another namespace", pods, pod("shop", operator.serviceAccount), false, false},
		{"a pod whose session has no tags", pods, []iam.Request{{Action: "sts:AssumeRole"}}, false, false},
		{"another service of AWS", iam.Principal{Service: "lambda.amazonaws.com"}, pod(operator.namespace, operator.serviceAccount), false, false},
		{"a role of the account", iam.Principal{ARN: arnOfRole("other"), Role: arnOfRole("other"), Account: snippetAccount}, pod(operator.namespace, operator.serviceAccount), false, false},
		{"the operator's token", provider, token(issuer, sts, operator.namespace, operator.serviceAccount), false, true},
		{"a token of another service account", provider, token(issuer, sts, operator.namespace, "default"), false, false},
		{"a token of another namespace", provider, token(issuer, sts, "shop", operator.serviceAccount), false, false},
		{"a token for others than STS", provider, token(issuer, "https://kubernetes.default.svc", operator.namespace, operator.serviceAccount), false, false},
		{"a token of another cluster", iam.Principal{Provider: provider.Provider + "2"}, token(issuer+"2", sts, operator.namespace, operator.serviceAccount), false, false},
	}
}

// stackProblems holds the commands to deploying the template of README.md: what it includes is packaged, and the stack may make
// what the template has (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, Capabilities).
func stackProblems(t *testing.T, i *installer, calls [][]string) (problems []problem) {
	t.Helper()
	_, snippet := i.snippets()
	parsed, made, err := cloudFormation(snippet.text, i.files())
	if err != nil {
		t.Fatal(err)
	}
	add := func(format string, args ...any) {
		problems = append(problems, problem{i.readme.path, snippet.line, fmt.Sprintf(format, args...)})
	}
	if len(calls) != 2 || calls[0][2] != "package" || calls[1][2] != "deploy" {
		add("got the commands %v, want package and deploy", calls)
		return problems
	}
	packaged, deployed := flagsOf(calls[0]), flagsOf(calls[1])
	if packaged["output-template-file"] != deployed["template-file"] || packaged["s3-bucket"] == "" {
		add("%q is deployed, and %q is what has the included files", deployed["template-file"], packaged["output-template-file"])
	}
	if !slices.Contains(calls[1], "CAPABILITY_NAMED_IAM") && made.roles["securedapi"].trust != "" {
		add("a stack with a named role needs CAPABILITY_NAMED_IAM")
	}
	if !slices.Contains(calls[1], "CAPABILITY_AUTO_EXPAND") && parsed.includes {
		add("a stack with a transform needs CAPABILITY_AUTO_EXPAND")
	}
	return problems
}

// TestBrokenInstallationsAreFound breaks the snippets of README.md in ways that are still Terraform or a template.
func TestBrokenInstallationsAreFound(t *testing.T) {
	i := startInstaller(t)
	i.follow(i.readme, "docker build", "export ACCOUNT=")
	calls := i.follow(i.readme, "iam-policy trust-pod-identity")
	code, yaml := i.snippets()
	want, files := i.wanted("my-cluster", "trust-pod-identity"), i.files()
	evaluate := map[string]func(text string) (installed, error){
		"Terraform": func(text string) (installed, error) {
			return terraform("README.md", block{piece: piece{code.line, text}}, files)
		},
		"CloudFormation": func(text string) (installed, error) {
			_, made, err := cloudFormation(text, files)
			return made, err
		},
		"commands": func(text string) (installed, error) {
			var changed [][]string
			for line := range strings.SplitSeq(text, "\n") {
				changed = append(changed, strings.Fields(line))
			}
			return carriedOut(changed, files)
		},
	}
	lines := make([]string, 0, len(calls))
	for _, call := range calls {
		lines = append(lines, strings.Join(call, " "))
	}
	originals := map[string]string{"Terraform": code.text, "CloudFormation": yaml.text, "commands": strings.Join(lines, "\n")}
	for _, tc := range []struct{ reason, in, from, to, want string }{
		{"as it is", "Terraform", "", "", ""},
		{"the trust policy in place of the policy", "Terraform", `"policy.json"`, `"trust.json"`, "OperatorByPodIdentity"},
		{"another role", "Terraform", `"securedapi"` + "\n  assume", `"operator"` + "\n  assume", `"operator"`},
		{"another namespace", "Terraform", "securedapi-system", "default", `"default"`},
		{"another service account", "Terraform", "securedapi-manager", "manager", `"manager"`},
		{"the role's name in place of its ARN", "Terraform", "securedapi.arn", "securedapi.name", `role:`},
		{"no policy at all", "Terraform", code.text[strings.Index(code.text, `resource "aws_iam_role_policy"`):strings.Index(code.text, `resource "aws_eks`)], "", "FindUserPools"},
		{"a policy that allows all", "Terraform", `file("policy.json")`, `jsonencode({Version = "2012-10-17", Statement = []})`, "FindUserPools"},
		{"as it is", "CloudFormation", "", "", ""},
		{"the policy in place of the trust policy", "CloudFormation", "Location: trust.json", "Location: policy.json", "OperatorByPodIdentity"},
		{"another role", "CloudFormation", "RoleName: securedapi", "RoleName: operator", `"operator"`},
		{"a role without a fixed name, which a stack of another capability makes", "CloudFormation", "      RoleName: securedapi\n", "", "named-by-cloudformation"},
		{"another namespace", "CloudFormation", "securedapi-system", "default", `"default"`},
		{"Ref in place of GetAtt", "CloudFormation", `{"Fn::GetAtt": [Role, Arn]}`, "!Ref Role", `role:`},
		{"as they are", "commands", "", "", ""},
		{"a policy for a role that is not made", "commands", "put-role-policy --role-name securedapi", "put-role-policy --role-name operator", "is for a role that no command makes"},
		{"the trust policy as the policy", "commands", "policy-document file://policy.json", "policy-document file://trust.json", "OperatorByPodIdentity"},
		{"a file that is not written", "commands", "policy-document file://policy.json", "policy-document file://polcy.json", "no JSON"},
		{"an association for another service account", "commands", "securedapi-manager", "manager", `"manager"`},
		{"a command that makes something else", "commands", "iam create-role", "iam create-user", "no test knows what"},
	} {
		original := originals[tc.in]
		broken := strings.Replace(original, tc.from, tc.to, 1)
		if (broken == original) != (tc.from == "") {
			t.Errorf("%s, %s: the snippet has no %q", tc.in, tc.reason, tc.from)
			continue
		}
		made, err := evaluate[tc.in](broken)
		if err == nil {
			if diff := differs(want, made); diff != "" {
				err = errors.New(diff)
			}
		}
		// cmp's spaces are of two kinds, by chance.
		got := strings.ReplaceAll(fmt.Sprint(err), "\u00a0", " ")
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(got, tc.want)) {
			t.Errorf("%s, %s: got %v, want %q in it", tc.in, tc.reason, err, tc.want)
		}
	}
}
