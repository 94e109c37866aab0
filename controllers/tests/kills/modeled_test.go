package kills_test

import (
	"bufio"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// answer is an exception as it comes over the wire, and the kind that it has to be.
type answer struct {
	status int
	kind   awserr.Kind
}

// statusFrom is the HTTP status when the service answers: Cognito's protocol has 400 for all that is not its own failure.
func (a answer) statusFrom(service string) int {
	if service == "cognito-idp" && a.status < http.StatusInternalServerError {
		return http.StatusBadRequest
	}
	return a.status
}

// answers has every exception that an operation of ours models: one that is missing fails TestEveryModeledFailure, so
// that nothing is of a kind by accident. Statuses are those of the API references' pages "Errors" of each operation.
var answers = map[string]answer{
	"AccessDeniedException":             {http.StatusForbidden, awserr.Denied},
	"ConcurrentModificationException":   {http.StatusBadRequest, awserr.Conflict},
	"FeatureUnavailableInTierException": {http.StatusBadRequest, awserr.Rejected},
	"InternalServerException":           {http.StatusInternalServerError, awserr.Transient},
	"InternalErrorException":            {http.StatusInternalServerError, awserr.Transient},
	// The next four are of the pool's settings for e-mail and SMS, which a person made and has to mend.
	"InvalidEmailRoleAccessPolicyException":    {http.StatusBadRequest, awserr.Rejected},
	"InvalidSmsRoleAccessPolicyException":      {http.StatusBadRequest, awserr.Rejected},
	"InvalidSmsRoleTrustRelationshipException": {http.StatusBadRequest, awserr.Rejected},
	"TierChangeNotAllowedException":            {http.StatusBadRequest, awserr.Rejected},
	"InvalidOAuthFlowException":                {http.StatusBadRequest, awserr.Rejected},
	"InvalidParameterException":                {http.StatusBadRequest, awserr.Rejected},
	"NotAuthorizedException":                   {http.StatusBadRequest, awserr.Denied},
	"OperationNotEnabledException":             {http.StatusBadRequest, awserr.Rejected},
	"ScopeDoesNotExistException":               {http.StatusBadRequest, awserr.Rejected},
	"UserImportInProgressException":            {http.StatusBadRequest, awserr.Conflict},
	"UserPoolTaggingException":                 {http.StatusBadRequest, awserr.Rejected},

	"BadRequestException":         {http.StatusBadRequest, awserr.Rejected},
	"ConflictException":           {http.StatusConflict, awserr.Conflict},
	"NotFoundException":           {http.StatusNotFound, awserr.NotFound},
	"ServiceUnavailableException": {http.StatusServiceUnavailable, awserr.Transient},
	"UnauthorizedException":       {http.StatusUnauthorized, awserr.Denied},

	"InvalidParameterValueException": {http.StatusBadRequest, awserr.Rejected},
	"PolicyLengthExceededException":  {http.StatusBadRequest, awserr.Limit},
	"PreconditionFailedException":    {http.StatusPreconditionFailed, awserr.Conflict},
	"PublicPolicyException":          {http.StatusBadRequest, awserr.Rejected},
	"ResourceConflictException":      {http.StatusConflict, awserr.Conflict},
	"ServiceException":               {http.StatusInternalServerError, awserr.Transient},

	"CodeDeliveryFailureException":         {http.StatusBadRequest, awserr.Rejected},
	"DuplicateProviderException":           {http.StatusBadRequest, awserr.Rejected},
	"GroupExistsException":                 {http.StatusBadRequest, awserr.Rejected},
	"ManagedLoginBrandingExistsException":  {http.StatusBadRequest, awserr.Rejected},
	"TermsExistsException":                 {http.StatusBadRequest, awserr.Rejected},
	"UnsupportedIdentityProviderException": {http.StatusBadRequest, awserr.Rejected},
	"UserPoolAddOnNotEnabledException":     {http.StatusBadRequest, awserr.Conflict},

	"WAFFeatureNotIncludedInPricingPlanException": {http.StatusBadRequest, awserr.Rejected},
	"WAFInternalErrorException":                   {http.StatusInternalServerError, awserr.Transient},
	"WAFInvalidOperationException":                {http.StatusBadRequest, awserr.Rejected},
	"WAFInvalidParameterException":                {http.StatusBadRequest, awserr.Rejected},
	"WAFLimitsExceededException":                  {http.StatusBadRequest, awserr.Limit},
	"WAFNonexistentItemException":                 {http.StatusBadRequest, awserr.Rejected},
	"WAFUnavailableEntityException":               {http.StatusBadRequest, awserr.Conflict},

	// Of several services.
	"LimitExceededException":    {http.StatusTooManyRequests, awserr.Limit},
	"ResourceNotFoundException": {http.StatusNotFound, awserr.NotFound},
	"TooManyRequestsException":  {http.StatusTooManyRequests, awserr.Throttle},
}

// operation is one of a service, which has its name from signatures.
type operation struct{ service, name string }

// modeledByHand are the exceptions of operations whose SDK does not say which are theirs: Lambda's since it is built
// on schemas, and STS's GetCallerIdentity, which has none.
// Source: AWS Lambda API Reference, "Errors" of each operation.
var modeledByHand = map[operation][]string{
	{"lambda", "AddPermission"}: {
		"InvalidParameterValueException", "PolicyLengthExceededException", "PreconditionFailedException", "PublicPolicyException",
		"ResourceConflictException", "ResourceNotFoundException", "ServiceException", "TooManyRequestsException",
	},
	{"lambda", "RemovePermission"}: {
		"InvalidParameterValueException", "PreconditionFailedException", "PublicPolicyException", "ResourceNotFoundException",
		"ServiceException", "TooManyRequestsException",
	},
	{"lambda", "GetPolicy"}: {
		"InvalidParameterValueException", "ResourceNotFoundException", "ServiceException", "TooManyRequestsException",
	},
	{"sts", "GetCallerIdentity"}: nil,
}

var (
	deserializer = regexp.MustCompile(`^func aws\w+_deserializeOpError(\w+)\(`)
	modeledCode  = regexp.MustCompile(`strings\.EqualFold\("(\w+)", errorCode\)`)
)

// modeled are the exceptions of every operation that the operator may call, as the SDK's source has them.
func modeled(t *testing.T) map[operation][]string {
	t.Helper()
	all := map[operation][]string{}
	for service, sdk := range map[string]string{"cognito-idp": "cognitoidentityprovider", "apigateway": "apigateway", "wafv2": "wafv2"} {
		codes := deserialized(t, "github.com/aws/aws-sdk-go-v2/service/"+sdk)
		for _, name := range harness.Operations(service) {
			if len(codes[name]) == 0 {
				t.Fatalf("the SDK's source does not say what %s may answer", name)
			}
			all[operation{service, name}] = codes[name]
		}
	}
	for _, name := range harness.Operations("lambda") {
		if _, ok := modeledByHand[operation{"lambda", name}]; !ok {
			t.Fatalf("modeledByHand has no row for %s", name)
		}
	}
	maps.Copy(all, modeledByHand)
	return all
}

// deserialized reads from a package of the SDK, which is generated from the service's model, what each operation's errors are.
func deserialized(t *testing.T, importPath string) map[string][]string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", importPath).Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "deserializers.go"))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	codes := map[string][]string{}
	var of string
	lines := bufio.NewScanner(source)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "func ") {
			of = ""
			if found := deserializer.FindStringSubmatch(line); found != nil {
				of = found[1]
			}
		}
		if found := modeledCode.FindStringSubmatch(line); found != nil && of != "" {
			codes[of] = append(codes[of], found[1])
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return codes
}
