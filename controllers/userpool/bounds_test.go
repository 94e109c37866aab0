package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/engine"
)

// A text of the longest length is whole. One that is longer by a character has a hash in it, and stays apart from others.
func TestTextsOfTheLongestLength(t *testing.T) {
	owner := engine.Owner{Cluster: "c", Namespace: "shop", Name: "notes"}
	for _, tc := range []struct {
		reason  string
		longest int
		made    func(text string) string
		whole   func(text string) string
	}{
		{"a text of a plan", maxShown, shortened, func(text string) string { return text }},
		{"settings in a plan", maxWords, settingsWords, func(text string) string { return text }},
		{
			"a name in another's pool", maxName - len(","+mark(owner)),
			func(text string) string { return markedName(text, owner) },
			func(text string) string { return text + "," + mark(owner) },
		},
	} {
		longest := strings.Repeat("x", tc.longest)
		if got, want := tc.made(longest), tc.whole(longest); got != want {
			t.Errorf("%s: got %q, want it whole", tc.reason, got)
		}
		longer := longest + "y"
		if got, other := tc.made(longer), tc.made(longest+"z"); got == tc.whole(longer) || got == other {
			t.Errorf("%s: got %q for a longer one, and %q for another, want a hash in both, and that they differ", tc.reason, got, other)
		}
	}
}

// Cognito refuses second factors by e-mail without Amazon SES, so the pool keeps SES until no factor needs it.
func TestSESStaysUntilNothingNeedsIt(t *testing.T) {
	ses := &types.EmailConfigurationType{
		EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, SourceArn: aws.String("arn"), From: aws.String("a@example.com"),
	}
	kept := &emailSettings{Sender: types.EmailSendingAccountTypeDeveloper, IdentityARN: "arn", From: "a@example.com"}
	another := &emailSettings{Sender: types.EmailSendingAccountTypeDeveloper, IdentityARN: "other"}
	cognitos := &emailSettings{Sender: types.EmailSendingAccountTypeCognitoDefault}
	for _, tc := range []struct {
		reason     string
		have       *types.EmailConfigurationType
		want, then *emailSettings
	}{
		{"the spec asks for Cognito's sender", ses, cognitos, kept},
		{"the spec asks for no sender any more", ses, nil, kept},
		{"the spec asks for another identity of SES", ses, another, another},
		{"Cognito sends until now", &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeCognitoDefault}, cognitos, cognitos},
		{"nothing is set", nil, another, another},
	} {
		got := growSenders(poolSettings{Email: tc.want}, &types.UserPoolType{EmailConfiguration: tc.have})
		if diff := cmp.Diff(tc.then, got.Email); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}
