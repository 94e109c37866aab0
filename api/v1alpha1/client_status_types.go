package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ClientStatus is an app client.
type ClientStatus struct {
	// name is the client's name in the spec.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`

	// id is the client id, public.
	// +required
	// +kubebuilder:validation:MaxLength=128
	ID string `json:"id"`

	// loginURL opens the login page as it is, for the first callback URL.
	// +optional
	// +kubebuilder:validation:MaxLength=8192
	LoginURL string `json:"loginURL,omitempty"`

	// secretName is the Secret that holds the client's id and secret, of a ClientCredentials client.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	SecretName string `json:"secretName,omitempty"`

	// secretGeneration is the spec's secret.generation of the secret that the Secret holds.
	// +optional
	SecretGeneration int32 `json:"secretGeneration,omitempty"`

	// secretID is that secret's id in Cognito, known once a secret was to be replaced.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	SecretID string `json:"secretID,omitempty"`

	// secretLost says that the Secret was deleted and Cognito does not tell what it held. A new secret takes its place.
	// +optional
	SecretLost bool `json:"secretLost,omitempty"`

	// nextSecret is good in Cognito already, and goes into the Secret at its time.
	// +optional
	NextSecret *NextSecret `json:"nextSecret,omitempty"`

	// formerSecret is still good in Cognito, and is deleted there with the first check after its time.
	// +optional
	FormerSecret *FormerSecret `json:"formerSecret,omitempty"`
}

// NextSecret is a client's secret that is to come.
type NextSecret struct {
	// id is the secret's id in Cognito.
	// +required
	// +kubebuilder:validation:MaxLength=128
	ID string `json:"id"`

	// generation is the secret.generation that it is made for.
	// +required
	Generation int32 `json:"generation"`

	// from is when it goes into the Secret: Cognito takes a while to know a new secret everywhere.
	// +required
	From metav1.Time `json:"from"`
}

// FormerSecret is a client's secret that is to go.
type FormerSecret struct {
	// id is the secret's id in Cognito.
	// +required
	// +kubebuilder:validation:MaxLength=128
	ID string `json:"id"`

	// until is how long it stays good at least.
	// +required
	Until metav1.Time `json:"until"`
}
