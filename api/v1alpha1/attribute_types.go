package v1alpha1

// Alias is an attribute that users may sign in with beside their user name, once it is verified.
//
// +kubebuilder:validation:Enum=Email;PhoneNumber;PreferredUsername
type Alias string

// The aliases, Cognito's AliasAttributes.
const (
	AliasEmail             Alias = "Email"
	AliasPhoneNumber       Alias = "PhoneNumber"
	AliasPreferredUsername Alias = "PreferredUsername"
)

// UsernameCase says whether user names that differ in case only are one user.
//
// +kubebuilder:validation:Enum=Insensitive;Sensitive
type UsernameCase string

// The cases.
const (
	UsernameInsensitive UsernameCase = "Insensitive"
	UsernameSensitive   UsernameCase = "Sensitive"
)

// StandardAttributeName is a claim of OpenID Connect that every user pool has.
//
// +kubebuilder:validation:Enum=address;birthdate;email;family_name;gender;given_name;locale;middle_name;name;nickname;phone_number;picture;preferred_username;profile;updated_at;website;zoneinfo
type StandardAttributeName string

// StandardAttribute is what is asked of an attribute that every user pool has.
//
// +kubebuilder:validation:XValidation:rule="!has(self.minLength) || !has(self.maxLength) || self.minLength <= self.maxLength",message="minLength cannot be more than maxLength; lower one or raise the other",fieldPath=".minLength"
// +kubebuilder:validation:XValidation:rule="self.name != 'updated_at' || !has(self.minLength) && !has(self.maxLength)",message="updated_at is a number, which has no length; take minLength and maxLength off",fieldPath=".name"
type StandardAttribute struct {
	// name is the attribute's in Cognito, for example given_name.
	// +required
	Name StandardAttributeName `json:"name"`

	// required says that nobody can sign up without the attribute.
	// +optional
	Required bool `json:"required,omitempty"`

	// mutable says that the attribute can be changed once a user has it. Defaults to true.
	// +optional
	Mutable *bool `json:"mutable,omitempty"`

	// minLength is the least number of characters. Left out, it is Cognito's own.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2048
	MinLength *int32 `json:"minLength,omitempty"`

	// maxLength is the largest number of characters. Left out, it is Cognito's own.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2048
	MaxLength *int32 `json:"maxLength,omitempty"`
}

// AttributeType is the type of a custom attribute's values.
//
// +kubebuilder:validation:Enum=String;Number;DateTime;Boolean
type AttributeType string

// The types, Cognito's AttributeDataType.
const (
	AttributeString   AttributeType = "String"
	AttributeNumber   AttributeType = "Number"
	AttributeDateTime AttributeType = "DateTime"
	AttributeBoolean  AttributeType = "Boolean"
)

// CustomAttribute is an attribute of one's own. Cognito neither changes nor removes one.
//
// +kubebuilder:validation:XValidation:rule="!has(self.minLength) && !has(self.maxLength) || !has(self.type) || self.type == 'String'",message="only an attribute of type String has a length; take minLength and maxLength off",fieldPath=".type"
// +kubebuilder:validation:XValidation:rule="!has(self.minimum) && !has(self.maximum) || has(self.type) && self.type == 'Number'",message="only an attribute of type Number has a minimum and a maximum; set type to Number, or take them off",fieldPath=".type"
// +kubebuilder:validation:XValidation:rule="!has(self.minLength) || !has(self.maxLength) || self.minLength <= self.maxLength",message="minLength cannot be more than maxLength; lower one or raise the other",fieldPath=".minLength"
// +kubebuilder:validation:XValidation:rule="!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum",message="minimum cannot be more than maximum; lower one or raise the other",fieldPath=".minimum"
type CustomAttribute struct {
	// name is the attribute's without the prefix custom:, which it has in tokens and calls.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_-]+$')",message="name may hold only letters, digits, underscores and hyphens, and no prefix; write it like team or cost-center"
	Name string `json:"name"`

	// type is the type of the attribute's values. Defaults to String.
	// +optional
	Type AttributeType `json:"type,omitempty"`

	// mutable says that the attribute can be changed once a user has it. Defaults to true.
	// +optional
	Mutable *bool `json:"mutable,omitempty"`

	// minLength is the least number of characters of a String. Left out, it is Cognito's own.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2048
	MinLength *int32 `json:"minLength,omitempty"`

	// maxLength is the largest number of characters of a String. Left out, it is Cognito's own.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2048
	MaxLength *int32 `json:"maxLength,omitempty"`

	// minimum is the least value of a Number. Left out, there is none.
	// +optional
	Minimum *int64 `json:"minimum,omitempty"`

	// maximum is the largest value of a Number. Left out, there is none.
	// +optional
	Maximum *int64 `json:"maximum,omitempty"`
}
