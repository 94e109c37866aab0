package cognito

import "github.com/securedapi/securedapi/hack/awslocal/wire"

// Codes of the exceptions of Cognito's model that more than one place answers.
const (
	invalidParameter  = "InvalidParameterException"
	notAuthorized     = "NotAuthorizedException"
	resourceNotFound  = "ResourceNotFoundException"
	limitExceeded     = "LimitExceededException"
	invalidOAuthFlow  = "InvalidOAuthFlowException"
	unavailableInTier = "FeatureUnavailableInTierException"
	userNotFound      = "UserNotFoundException"
	usernameExists    = "UsernameExistsException"
	invalidPassword   = "InvalidPasswordException"
	expiredCode       = "ExpiredCodeException"
	codeMismatch      = "CodeMismatchException"
	tokenMFANotFound  = "SoftwareTokenMFANotFoundException"
	passkeyRejected   = "WebAuthnCredentialNotSupportedException"
	notEnabled        = "OperationNotEnabledException"
)

func invalid(format string, args ...any) error { return wire.Errorf(invalidParameter, format, args...) }

func denied(format string, args ...any) error { return wire.Errorf(notAuthorized, format, args...) }

// overLimit answers that a quota is used up. Nobody has quoted AWS's words for it.
func overLimit(what string, limit int) error {
	return wire.Errorf(limitExceeded, "Limit exceeded: %s, %d", what, limit)
}
