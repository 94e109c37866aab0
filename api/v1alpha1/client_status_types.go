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

	// secretName is the Secret that holds the client's id and secret, of a client with a secret.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	SecretName string `json:"secretName,omitempty"`

	// secretGeneration is the spec's secret.generation of the secret that the Secret holds.
	// +optional
	SecretGeneration int32 `json:"secretGeneration,omitempty"`

	// issuedAt is when the secret came into the Secret.
	// +optional
	IssuedAt *metav1.Time `json:"issuedAt,omitempty"`
}
