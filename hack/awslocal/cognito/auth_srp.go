package cognito

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/uuid"
)

// srpAuth answers the client's public key with the server's. Clients that keep it secret who is a user get an answer
// for everybody, always the same for a name
// (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html).
func (s *Service) srpAuth(c *client, parameters map[string]string, now time.Time) (*idp.InitiateAuthOutput, error) {
	key, ok := new(big.Int).SetString(parameters["SRP_A"], 16)
	if !ok || new(big.Int).Mod(key, srpPrime).Sign() == 0 {
		return nil, invalid("Invalid SRP_A") // RFC 5054, 2.5.4; AWS's words are not known
	}
	login := parameters["USERNAME"]
	u := c.pool.find(login)
	if u != nil && u.name != login && u.sub() == login {
		u = nil // the sub is not a name here (ministack#1758, measured on AWS)
	}
	seed := s.srpSeed(c.pool, login)
	name, password := uuid.Must(uuid.FromBytes(seed[16:])).String(), newToken()
	switch {
	case u != nil:
		name, password = u.name, cmp.Or(u.password, password) // nobody can prove a password that isn't there
		seed = s.srpSeed(c.pool, name)
	case !c.hidesUsers():
		return nil, c.unknown("User does not exist.", nil)
	}
	srp := newSRP(*c.pool.Id, name, password, seed[:16], key)
	secret := make([]byte, 64)
	rand.Read(secret)
	block := base64.StdEncoding.EncodeToString(secret)
	s.await(block, &challenge{name: types.ChallengeNameTypePasswordVerifier, client: c, user: u, srp: srp}, now)
	return &idp.InitiateAuthOutput{
		ChallengeName: types.ChallengeNameTypePasswordVerifier,
		ChallengeParameters: map[string]string{
			"USERNAME": name, "USER_ID_FOR_SRP": name, "SECRET_BLOCK": block,
			"SALT": srp.salt.Text(16), "SRP_B": srp.public.Text(16),
		},
	}, nil
}

// srpSeed is of what a name's salt and, if it is nobody's, its id are made.
func (s *Service) srpSeed(p *pool, name string) []byte {
	mac := hmac.New(sha256.New, s.srpKey)
	mac.Write([]byte(*p.Id + "/" + name))
	return mac.Sum(nil)
}

// srpTime is the layout of TIMESTAMP. AWS signs a time that it can read as it should have been written: with "Apr 05"
// or the wrong weekday, no signature is right (warrant#12; ministack#1758, measured on AWS).
const srpTime = "Mon Jan 2 15:04:05 MST 2006"

// waitingSRP finds the challenge that a secret block is of. Whatever is wrong with an answer, the refusal is one.
func (s *Service) waitingSRP(c *client, in *idp.RespondToAuthChallengeInput, now time.Time) (*challenge, error) {
	responses := in.ChallengeResponses
	if _, err := time.Parse(srpTime, responses["TIMESTAMP"]); err != nil {
		return nil, invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	ch, ok := s.challenges[responses["PASSWORD_CLAIM_SECRET_BLOCK"]]
	switch {
	case !ok || ch.used || ch.client != c || ch.srp == nil || ch.user == nil || c.pool.find(responses["USERNAME"]) != ch.user:
		return nil, errWrongPassword
	case ch.session != "" && aws.ToString(in.Session) != ch.session:
		return nil, errInvalidSession
	case !now.Before(ch.expires):
		return nil, errSessionExpired
	}
	return ch, nil
}

// verifyPassword checks the proof that the client knows the password.
func (s *Service) verifyPassword(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	timestamp := responses["TIMESTAMP"]
	at, err := time.Parse(srpTime, timestamp)
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	if err != nil {
		return nil, err
	}
	claim, err := ch.srp.claim(secret, timestamp)
	if err != nil {
		return nil, err
	}
	if timestamp != at.Format(srpTime) || !same(claim, responses["PASSWORD_CLAIM_SIGNATURE"]) {
		return nil, errWrongPassword
	}
	if err := ch.client.pool.admit(ch.user, now); err != nil {
		return nil, err
	}
	return s.demand(ch.client, ch.user, now)
}
