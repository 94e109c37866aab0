package v1alpha1

// ResourceServer is an API of one's own that clients ask scopes of.
type ResourceServer struct {
	// identifier names the resource server and is the first part of its scopes, for example https://notes.example.com.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$')",message="identifier may hold only printable ASCII characters, and no spaces, quotes or backslashes; write it like notes or https://notes.example.com"
	Identifier string `json:"identifier"`

	// scopes are what may be asked for.
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Scopes []ResourceServerScope `json:"scopes"`
}

// ResourceServerScope is one scope of a resource server.
type ResourceServerScope struct {
	// name is the scope's name, the part behind the slash.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+$')",message="name may hold only printable ASCII characters, and no spaces, slashes, quotes or backslashes; write it like read"
	Name string `json:"name"`

	// description says what the scope allows. Defaults to its name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Description string `json:"description,omitempty"`
}
