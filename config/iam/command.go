package iam

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// option is a flag of the command: the word that it fills, and how people read it.
type option struct {
	name, word, usage string
	many              bool
}

var options = []option{
	{"cluster-id", "CLUSTER_ID", "the `id` in the operator's tags: its --cluster-id, by default the uid of the namespace kube-system", false},
	{"account", "ACCOUNT", "the `id` of the account; any, if it is not given", false},
	{"region", "REGION", "a `Region` that SecuredAPIs are in; repeatable; any, if none is given", true},
	{"partition", "PARTITION", "the `partition` in ARNs: aws (the default), aws-cn, aws-us-gov, aws-eusc, aws-iso and the like", false},
	{"function", "FUNCTION", "the `name` of a Lambda function that is used, with wildcards; repeatable; any, if none is given", true},
	{"user-pool", "USER_POOL_ID", "adopt: the `id` of a user pool; repeatable", true},
	{"rest-api", "REST_API_ID", "adopt: the `id` of a REST API; repeatable", true},
	{"queue", "QUEUE_ARN", "events: the `ARN` of the queue of --drift-queue-url", false},
	{"role", "ROLE_ARN", "groups, sms, tenants: the `ARN` of a role; repeatable", true},
	{"key", "KEY_ARN", "kms: the `ARN` of a key; repeatable", true},
	{"bucket", "BUCKET_ARN", "log-buckets: the `ARN` of a bucket; repeatable", true},
	{"stream", "STREAM_ARN", "log-streams: the `ARN` of a stream of Amazon Data Firehose; repeatable", true},
	{"web-acl", "WEB_ACL_ARN", "web-acls: the `ARN` of a web ACL; repeatable", true},
	{"operator-role", "OPERATOR_ROLE_ARN", "trust-tenant: the `ARN` of the operator's role", false},
	{"namespace", "NAMESPACE", "trust-tenant: the `namespace` whose SecuredAPIs the role is for", false},
	{"oidc-issuer", "OIDC_ISSUER", "trust-irsa: the cluster's OIDC `issuer`, without https://", false},
	{"operator-namespace", "OPERATOR_NAMESPACE", "trust-pod-identity, trust-irsa: by default securedapi-system", false},
	{"service-account", "SERVICE_ACCOUNT", "trust-pod-identity, trust-irsa: the operator's, by default securedapi-manager", false},
}

const help = `Print an IAM policy for the operator, as JSON.

  securedapi iam-policy [name] [flags]

The name is one of:

  policy              what the operator may do; the default
  adopt               in addition, to adopt the user pools and REST APIs that are named
  events              in addition, to receive events of drift
  groups              in addition, to give groups of user pools the roles that are named
  sms                 in addition, for the roles with which user pools send SMS
  custom-domains      in addition, to give user pools domains of their own
  kms                 in addition, for the customer keys of user pools, and keys of functions that send messages
  logs                in addition, to send the logs of user pools to log groups
  log-buckets         in addition to logs, to send them to the buckets that are named
  log-streams         in addition to logs, to send them to the streams that are named
  web-acls            in addition, to protect user pools by the web ACLs that are named
  tenants             in addition, to assume the roles of namespaces
  trust-pod-identity  who may assume the operator's role: its service account by EKS Pod Identity
  trust-irsa          who may assume the operator's role: its service account by an OIDC provider
  trust-tenant        who may assume the role of a namespace: the operator, for that namespace only

For example:

  securedapi iam-policy --cluster-id "$(kubectl get namespace kube-system --output 'jsonpath={.metadata.uid}')" \
    --account 111122223333 --region eu-west-1 > policy.json
  aws iam create-policy --policy-name securedapi --policy-document file://policy.json

Routes and triggers may use a Lambda function once it has the tag securedapi.dev/invoke=true:

  aws lambda tag-resource --region eu-west-1 --tags securedapi.dev/invoke=true \
    --resource arn:aws:lambda:eu-west-1:111122223333:function:Orders

Flags:

`

// Run is the command iam-policy. It prints the policy to out; help and mistakes go to the other writer. It returns the exit
// code: 0, or 2 for a mistake.
func Run(args []string, out, mistakes io.Writer) int {
	err := run(args, out, mistakes)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	default:
		fmt.Fprintln(mistakes, "securedapi iam-policy:", err)
		return 2 //nolint:mnd // as flag.ExitOnError has it
	}
}

func run(args []string, out, mistakes io.Writer) error {
	values := Values{}
	flags := flag.NewFlagSet("iam-policy", flag.ContinueOnError)
	flags.SetOutput(mistakes)
	flags.Usage = func() {
		fmt.Fprint(mistakes, help)
		flags.PrintDefaults()
	}
	for _, o := range options {
		flags.Func(o.name, o.usage, func(value string) error {
			if len(values[o.word]) > 0 && !o.many {
				return errors.New("given twice")
			}
			values[o.word] = append(values[o.word], value)
			return check(o.word, value)
		})
	}
	untagged := flags.Bool("untagged-functions", false, "policy: let routes and triggers use functions without the tag "+InvokeTag)
	name := ""
	for rest := args; ; {
		if err := flags.Parse(rest); err != nil {
			return err
		}
		if flags.NArg() == 0 {
			break
		}
		if name != "" {
			return fmt.Errorf("unexpected argument %q", flags.Arg(0))
		}
		name, rest = flags.Arg(0), flags.Args()[1:]
	}
	document, err := Fill(cmp.Or(name, "policy"), values)
	if err != nil {
		return explain(err)
	}
	if *untagged {
		document = WithoutInvokeTag(document)
	}
	_, err = out.Write(document)
	return err
}

// explain names flags in place of words.
func explain(err error) error {
	text := err.Error()
	for _, word := range vocabulary {
		i := slices.IndexFunc(options, func(o option) bool { return o.word == word })
		text = strings.ReplaceAll(text, word, "--"+options[i].name)
	}
	return errors.New(text)
}
