package v1alpha1

// RememberDevices says when Cognito remembers a device of a user.
//
// +kubebuilder:validation:Enum=Always;OnRequest
type RememberDevices string

// When a device is remembered.
const (
	RememberAlways    RememberDevices = "Always"
	RememberOnRequest RememberDevices = "OnRequest"
)

// Devices says how Cognito remembers the devices that users sign in with.
type Devices struct {
	// remember says when a device is remembered: Always, once an app has confirmed it, or OnRequest, once the user agreed in the app.
	// Defaults to Always.
	// +optional
	Remember RememberDevices `json:"remember,omitempty"`

	// skipMFA lets a remembered device stand for a second factor. Defaults to Disabled.
	// +optional
	SkipMFA Switch `json:"skipMFA,omitempty"`
}
