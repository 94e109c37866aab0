package cognito

import (
	"errors"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// offersChoice tells whether the login page asks for the name only, and then how to sign in: "Implement the ALLOW_USER_AUTH flow in
// your app client, and Amazon Cognito prompts users to select a sign-in method from the available options"
// (authentication-flows-selection-managedlogin.html), and "users can do passwordless and passkey authentication only in managed
// login" (authentication-flow-things-to-know.html), both of the developer guide.
func (st *site) offersChoice(c *client) bool {
	return st.domain.loginVersion == 2 && c.allowsAuth(types.ExplicitAuthFlowsTypeAllowUserAuth)
}

// pageFactors are the first factors that these pages have, in their order.
var pageFactors = []factor{
	types.ChallengeNameTypePassword, types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSmsOtp, factorPasskey,
}

// choose asks how to sign in, or at once for what the person has, if that is one thing.
func (st *site) choose(r *http.Request, req *authRequest, login string) answer {
	asked, err := st.choiceAuth(req.client, map[string]string{"USERNAME": login}, st.now)
	u := st.domain.pool.find(login)
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == errUnconfirmed.Code {
		return st.remember(next(r, "confirm", login), u, false)
	}
	if err != nil {
		return st.show(http.StatusBadRequest, "login", r, view{Title: "Sign in", Error: message(err)})
	}
	ch := st.challenges[*asked.Session]
	ch.options = slices.DeleteFunc(slices.Clone(pageFactors), func(f factor) bool { return !slices.Contains(ch.options, f) })
	if len(ch.options) == 1 {
		if asked, err = st.begin(req.client, u, ch.options[0], map[string]string{"USERNAME": login}, st.now); err != nil {
			return st.show(http.StatusBadRequest, "login", r, view{Title: "Sign in", Error: message(err)})
		}
	}
	return st.askFactor(r, u, asked)
}
