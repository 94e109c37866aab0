package cognito

// constraints are those of Cognito's service model (cognito-idp 2016-04-18, as in botocore 1.43.11; the SDK for Go
// leaves them to the server), by the member's name, or by its struct and name where names collide. "[]" stands for the
// elements of a list, "{key}" and "{value}" for those of a map. Enumerations aren't here: the SDK's types know them.
var constraints = map[string]constraint{
	// Pools.
	"UserPoolId":                    {required: true, min: 1, max: 55, pattern: `[\w-]+_[0-9a-zA-Z]+`},
	"PoolName":                      {min: 1, max: 128, pattern: poolName},
	"CreateUserPoolInput.PoolName":  {required: true, min: 1, max: 128, pattern: poolName},
	"MinimumLength":                 {min: 6, max: 99},
	"PasswordHistorySize":           {max: 24},
	"TemporaryPasswordValidityDays": {max: 365},
	"UnusedAccountValidityDays":     {max: 365},
	"AllowedFirstAuthFactors":       {min: 1, max: 4},
	"SmsVerificationMessage":        {min: 6, max: 140, pattern: smsCode},
	"SmsAuthenticationMessage":      {min: 6, max: 140, pattern: smsCode},
	"EmailVerificationMessage":      {min: 6, max: 20000, pattern: emailCode},
	"EmailVerificationSubject":      {min: 1, max: 140, pattern: subject},
	"EmailSubject":                  {min: 1, max: 140, pattern: subject},
	"EmailSubjectByLink":            {min: 1, max: 140, pattern: subject},
	"EmailMessageByLink":            {min: 6, max: 20000, pattern: emailText + `\{##` + emailText + `##\}` + emailText},
	"RecoveryMechanisms":            {min: 1, max: 2},
	"Priority":                      {required: true, min: 1, max: 2},
	"CaseSensitive":                 {required: true},
	"UserPoolTags{key}":             {min: 1, max: 128},
	"UserPoolTags{value}":           {max: 256},
	"Tags":                          {required: true},
	"Tags{key}":                     {min: 1, max: 128},
	"Tags{value}":                   {max: 256},
	"TagKeys":                       {required: true},
	"TagKeys[]":                     {min: 1, max: 128},
	"ResourceArn":                   {required: true, min: 20, max: 2048, pattern: arn},
	"SnsCallerArn":                  {required: true, min: 20, max: 2048, pattern: arn},
	"SourceArn":                     {min: 20, max: 2048, pattern: arn},
	"ReplyToEmailAddress":           {pattern: printable + `@` + printable},
	"ConfigurationSet":              {min: 1, max: 64, pattern: `^[a-zA-Z0-9_-]+$`},

	"VerificationMessageTemplateType.SmsMessage":          {min: 6, max: 140, pattern: smsCode},
	"VerificationMessageTemplateType.EmailMessage":        {min: 6, max: 20000, pattern: emailCode},
	"MessageTemplateType.SMSMessage":                      {min: 6, max: 140},
	"MessageTemplateType.EmailMessage":                    {min: 6, max: 20000, pattern: emailText},
	"EmailMfaConfigType.Message":                          {min: 6, max: 20000, pattern: emailCode},
	"EmailMfaConfigType.Subject":                          {pattern: subject},
	"RiskExceptionConfigurationType.BlockedIPRangeList":   {max: 200},
	"RiskExceptionConfigurationType.SkippedIPRangeList":   {max: 200},
	"SetRiskConfigurationInput.ClientId":                  {min: 1, max: 128, pattern: `[\w+]+`, sensitive: true},
	"DescribeRiskConfigurationInput.ClientId":             {min: 1, max: 128, pattern: `[\w+]+`, sensitive: true},
	"AccountTakeoverRiskConfigurationType.Actions":        {required: true},
	"AccountTakeoverActionType.EventAction":               {required: true},
	"CompromisedCredentialsRiskConfigurationType.Actions": {required: true},
	"CompromisedCredentialsActionsType.EventAction":       {required: true},
	"NotifyConfigurationType.SourceArn":                   {required: true, min: 20, max: 2048, pattern: arn},
	"NotifyEmailType.Subject":                             {required: true, min: 1, max: 140, pattern: subject},
	"LogConfigurations":                                   {max: 2},
	"EventSource":                                         {required: true},
	"KmsKeyArn":                                           {min: 20, max: 2048, pattern: arn},
	"LogLevel":                                            {required: true},
	"LogGroupArn":                                         {min: 20, max: 2048, pattern: arn},
	"StreamArn":                                           {min: 20, max: 2048, pattern: arn},
	"BucketArn":                                           {min: 3, max: 1024, pattern: bucketARN},
	"HtmlBody":                                            {min: 6, max: 20000, pattern: emailText},
	"TextBody":                                            {min: 6, max: 20000, pattern: emailText},
	"AdvancedSecurityMode":                                {required: true},
	"RegionName":                                          {required: true, min: 5, max: 32},
	"SecondaryRegion":                                     {required: true, min: 5, max: 32},
	"PrimaryRoute53HealthCheckId":                         {required: true, max: 64},
	"UpdateUserPoolReplicaInput.Status":                   {required: true},
	"RelyingPartyId":                                      {min: 1, max: 127},
	"Schema":                                              {min: 1, max: 50},
	"CustomAttributes":                                    {required: true, min: 1, max: 25},
	"SchemaAttributeType.Name":                            {required: true, min: 1, max: 20, pattern: printable},
	"MinLength":                                           {max: 131072},
	"MaxLength":                                           {max: 131072},
	"MinValue":                                            {max: 131072},
	"MaxValue":                                            {max: 131072},
	// The order of the values is that of AWS's answer (getmoto/moto#4493).
	"AttributeDataType": {values: []string{"Boolean", "Number", "String", "DateTime"}},

	"PreSignUp":                   {min: 20, max: 2048, pattern: arn},
	"PostConfirmation":            {min: 20, max: 2048, pattern: arn},
	"PreAuthentication":           {min: 20, max: 2048, pattern: arn},
	"PostAuthentication":          {min: 20, max: 2048, pattern: arn},
	"CustomMessage":               {min: 20, max: 2048, pattern: arn},
	"DefineAuthChallenge":         {min: 20, max: 2048, pattern: arn},
	"CreateAuthChallenge":         {min: 20, max: 2048, pattern: arn},
	"VerifyAuthChallengeResponse": {min: 20, max: 2048, pattern: arn},
	"UserMigration":               {min: 20, max: 2048, pattern: arn},
	"PreTokenGeneration":          {min: 20, max: 2048, pattern: arn},
	"LambdaArn":                   {required: true, min: 20, max: 2048, pattern: arn},
	"LambdaVersion":               {required: true},
	"KMSKeyID":                    {min: 20, max: 2048, pattern: arn},

	// App clients.
	"ClientId":                {required: true, min: 1, max: 128, pattern: `[\w+]+`, sensitive: true},
	"ClientName":              {min: 1, max: 128, pattern: poolName},
	"ClientSecret":            {min: 24, max: 64, pattern: `[\w+]+`, sensitive: true},
	"ClientSecretId":          {required: true, min: 1, max: 128},
	"RefreshTokenValidity":    {max: 315360000},
	"AccessTokenValidity":     {min: 1, max: 86400},
	"IdTokenValidity":         {min: 1, max: 86400},
	"AuthSessionValidity":     {min: 3, max: 15},
	"RetryGracePeriodSeconds": {max: 60},
	"ReadAttributes[]":        {min: 1, max: 2048},
	"WriteAttributes[]":       {min: 1, max: 2048},
	"CallbackURLs":            {max: 100},
	"CallbackURLs[]":          {min: 1, max: 1024, pattern: printable},
	"LogoutURLs":              {max: 100},
	"LogoutURLs[]":            {min: 1, max: 1024, pattern: printable},
	"DefaultRedirectURI":      {min: 1, max: 1024, pattern: printable},
	"AllowedOAuthFlows":       {max: 3},
	"AllowedOAuthScopes":      {max: 50},
	"AllowedOAuthScopes[]":    {min: 1, max: 256, pattern: `[\x21\x23-\x5B\x5D-\x7E]+`},
	"ManagedLoginBrandingId":  {required: true, pattern: uuid4},
	"Assets":                  {max: 40},
	"Category":                {required: true},
	"ColorMode":               {required: true},
	"Extension":               {required: true},
	"ResourceId":              {min: 1, max: 40, pattern: `^[\w\- ]+$`},
	"SupportedIdentityProviders[]": {
		min: 1, max: 32, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+`,
	},
	"CreateUserPoolClientInput.ClientName": {required: true, min: 1, max: 128, pattern: poolName},

	"GetUICustomizationInput.ClientId": {min: 1, max: 128, pattern: `[\w+]+`},
	"SetUICustomizationInput.ClientId": {min: 1, max: 128, pattern: `[\w+]+`},

	// Documents. The keys of links are the languages of managed login (CloudFormation: AWS::Cognito::Terms).
	"TermsId":      {required: true, pattern: uuid4},
	"TermsName":    {pattern: `^(terms-of-use|privacy-policy)$`},
	"Links{key}":   {pattern: languagesPattern},
	"Links{value}": {min: 1, max: 1024},

	"CreateTermsInput.TermsName":   {required: true, pattern: `^(terms-of-use|privacy-policy)$`},
	"CreateTermsInput.TermsSource": {required: true},
	"CreateTermsInput.Enforcement": {required: true},
	"ListTermsInput.MaxResults":    {min: 1, max: 60},

	// Domains. The model's pattern isn't applied to the name: CreateUserPoolDomain has a message of its own for it,
	// and it would refuse the dots of custom domains.
	"Domain":         {required: true, min: 1, max: 63},
	"CertificateArn": {required: true, min: 20, max: 2048, pattern: arn},

	// Resource servers.
	"Identifier":       {required: true, min: 1, max: 256, pattern: `[\x21\x23-\x5B\x5D-\x7E]+`},
	"Scopes":           {max: 100},
	"ScopeName":        {required: true, min: 1, max: 256, pattern: `[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`},
	"ScopeDescription": {required: true, min: 1, max: 256},

	"CreateResourceServerInput.Name": {required: true, min: 1, max: 256, pattern: poolName},
	"UpdateResourceServerInput.Name": {required: true, min: 1, max: 256, pattern: poolName},

	// Identity providers.
	"ProviderName":     {required: true, min: 1, max: 32, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+`},
	"IdpIdentifiers":   {max: 50},
	"IdpIdentifiers[]": {min: 1, max: 40, pattern: `[\w\s+=.@-]+`},

	"CreateIdentityProviderInput.ProviderName": {
		required: true, min: 3, max: 32, pattern: `[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+`,
	},
	"CreateIdentityProviderInput.ProviderType":    {required: true},
	"CreateIdentityProviderInput.ProviderDetails": {required: true},

	// Groups. A precedence has to be zero at least, as every number without a row.
	"GroupName":   {required: true, min: 1, max: 128, pattern: printable},
	"Description": {max: 2048},
	"RoleArn":     {min: 20, max: 2048, pattern: arn},

	// Lists.
	"ListUserPoolsInput.MaxResults":           {required: true, min: 1, max: 60},
	"ListUserPoolClientsInput.MaxResults":     {min: 1, max: 60},
	"ListResourceServersInput.MaxResults":     {min: 1, max: 50},
	"ListIdentityProvidersInput.MaxResults":   {min: 0, max: 60},
	"ListWebAuthnCredentialsInput.MaxResults": {min: 0, max: 20},
	"NextToken":             {min: 1, pattern: `[\S]+`},
	"PaginationToken":       {min: 1, pattern: `[\S]+`},
	"Limit":                 {max: 60},
	"ListUsersInput.Filter": {max: 256},
	"AttributesToGet[]":     {min: 1, max: 32, pattern: attributeName},

	// Users.
	"Username":            {required: true, min: 1, max: 128, pattern: printable, sensitive: true},
	"Password":            {max: 256, pattern: `[\S]+`, sensitive: true},
	"TemporaryPassword":   {max: 256, pattern: `[\S]+`, sensitive: true},
	"SecretHash":          {min: 1, max: 128, pattern: `[\w+=/]+`, sensitive: true},
	"ConfirmationCode":    {required: true, min: 1, max: 2048, pattern: `[\S]+`},
	"Session":             {min: 20, max: 2048, sensitive: true},
	"AuthFlow":            {required: true},
	"ChallengeName":       {required: true},
	"AttributeType.Name":  {required: true, min: 1, max: 32, pattern: attributeName},
	"AttributeType.Value": {max: 2048, sensitive: true},

	"UserCode":           {required: true, min: 6, max: 6, pattern: `[0-9]+`, sensitive: true},
	"FriendlyDeviceName": {max: 131072},
	"AttributeName":      {required: true, min: 1, max: 32, pattern: attributeName},
	"Code":               {required: true, min: 1, max: 2048, pattern: `[\S]+`},
	"DeviceKey":          {min: 1, max: 55, pattern: `[\w-]+_[0-9a-f-]+`},
	"Credential":         {required: true},
	"CredentialId":       {required: true, max: 131072},

	"GetTokensFromRefreshTokenInput.RefreshToken":       {required: true, pattern: token, sensitive: true},
	"SetUserMFAPreferenceInput.AccessToken":             {required: true, pattern: token, sensitive: true},
	"RevokeTokenInput.Token":                            {required: true, pattern: token, sensitive: true},
	"GlobalSignOutInput.AccessToken":                    {required: true, pattern: token, sensitive: true},
	"GetUserInput.AccessToken":                          {required: true, pattern: token, sensitive: true},
	"UpdateUserAttributesInput.AccessToken":             {required: true, pattern: token, sensitive: true},
	"GetUserAttributeVerificationCodeInput.AccessToken": {required: true, pattern: token, sensitive: true},
	"VerifyUserAttributeInput.AccessToken":              {required: true, pattern: token, sensitive: true},
	"StartWebAuthnRegistrationInput.AccessToken":        {required: true, pattern: token, sensitive: true},
	"CompleteWebAuthnRegistrationInput.AccessToken":     {required: true, pattern: token, sensitive: true},
	"ListWebAuthnCredentialsInput.AccessToken":          {required: true, pattern: token, sensitive: true},
	"DeleteWebAuthnCredentialInput.AccessToken":         {required: true, pattern: token, sensitive: true},
	"AssociateSoftwareTokenInput.AccessToken":           {pattern: token, sensitive: true},
	"VerifySoftwareTokenInput.AccessToken":              {pattern: token, sensitive: true},

	"AdminUpdateUserAttributesInput.UserAttributes": {required: true},
	"UpdateUserAttributesInput.UserAttributes":      {required: true},

	"AdminSetUserPasswordInput.Password":  {required: true, max: 256, pattern: `[\S]+`, sensitive: true},
	"ConfirmForgotPasswordInput.Password": {required: true, max: 256, pattern: `[\S]+`, sensitive: true},
}

const (
	languagesPattern = `^cognito:(default|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|` +
		`chinese-(simplified|traditional))$`
	poolName      = `[\w\s+=,.@-]+`
	printable     = `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`
	bucketARN     = `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`
	attributeName = `[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+`
	token         = `[A-Za-z0-9-_=.]+`
	subject       = `[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+`
	smsCode       = `.*\{####\}.*`
	emailText     = `[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`
	emailCode     = emailText + `\{####\}` + emailText
	arn           = `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`
	uuid4         = `^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`
)

// constraintOf finds what is demanded of a member.
func constraintOf(structure, member string) constraint {
	if c, ok := constraints[structure+"."+member]; ok {
		return c
	}
	return constraints[member]
}
