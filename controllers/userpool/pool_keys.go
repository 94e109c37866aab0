package userpool

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	blockKMSKey = "kmsKeyARN"
	blockIssuer = "issuer"
)

// issuers are the hosts that tokens name, in Cognito's words.
var issuers = map[v1alpha1.Issuer]types.IssuerType{
	v1alpha1.IssuerOriginal: types.IssuerTypeOriginal, v1alpha1.IssuerUpdated: types.IssuerTypeUpdated,
}

// issuerOf is a pool's. Without a configuration it is the original one: pools that are older than the choice have it.
func issuerOf(have *types.UserPoolType) v1alpha1.Issuer {
	if config := have.IssuerConfiguration; config != nil && config.Type == types.IssuerTypeUpdated {
		return v1alpha1.IssuerUpdated
	}
	return v1alpha1.IssuerOriginal
}

// keyFields are the key that encrypts the pool, and the issuer of its tokens. Both change in place (CloudFormation,
// AWS::Cognito::UserPool: no interruption). A pool that never had either is sent neither.
var keyFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: blockKMSKey, Block: blockKMSKey, Class: plan.InPlace,
		Words:   customerKey,
		Weakens: func(have, laid *types.UserPoolType) bool { return customerKey(have) != "" && customerKey(laid) == "" },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			switch {
			case want.KMSKeyARN != "":
				have.KeyConfiguration = &types.KeyConfigurationType{
					KeyType: types.EncryptionKeyTypeCustomerManagedKey, KmsKeyArn: &want.KMSKeyARN,
				}
			case have.KeyConfiguration != nil:
				have.KeyConfiguration = &types.KeyConfigurationType{KeyType: types.EncryptionKeyTypeAwsOwnedKey}
			}
		},
	},
	{
		// Who checks tokens takes no other issuer than the one that it was told.
		Name: blockIssuer, Block: blockIssuer, Class: plan.Replace,
		Words: func(have *types.UserPoolType) string { return string(issuerOf(have)) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			switch {
			case want.Issuer != "":
				have.IssuerConfiguration = &types.IssuerConfigurationType{Type: want.Issuer}
			case have.IssuerConfiguration != nil:
				have.IssuerConfiguration = &types.IssuerConfigurationType{Type: types.IssuerTypeOriginal}
			}
		},
	},
}

// growKey keeps a key that the replica's Region has, too, while there is a replica, which needs it.
func (r userPool) growKey(want poolSettings, have *types.UserPoolType) poolSettings {
	if !multiRegion(want.KMSKeyARN) && multiRegion(customerKey(have)) && r.hasReplica() {
		want.KMSKeyARN = customerKey(have)
	}
	return want
}

func multiRegion(key string) bool { return strings.Contains(key, ":key/mrk-") }

// publishIssuer notes in status which issuer the object's own pool has: of an adopted one, the spec may not say it.
func (r userPool) publishIssuer(pool *types.UserPoolType) {
	if pool != nil && aws.ToString(pool.Id) == r.p.ID(NamePool) {
		r.p.Object.Status.UserPool = &v1alpha1.UserPoolStatus{ID: *pool.Id, ARN: aws.ToString(pool.Arn), Issuer: issuerOf(pool)}
	}
}

// customerKey is empty for a key of AWS.
func customerKey(have *types.UserPoolType) string {
	if config := have.KeyConfiguration; config != nil && config.KeyType != types.EncryptionKeyTypeAwsOwnedKey {
		return aws.ToString(config.KmsKeyArn)
	}
	return ""
}
