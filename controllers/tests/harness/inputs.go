package harness

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// The names of Secrets and ConfigMaps with values that a spec may read, by the keys a and b.
const (
	InputName      = "inputs"
	OtherInputName = "other-inputs"
	// StyleName is a ConfigMap with the settings of login pages by the keys dark and plain, a style sheet and two images.
	StyleName = "style"
)

// The settings of managed login pages, and style sheets of classic ones.
const (
	DarkStyle  = `{"categories":{"global":{"colorSchemeMode":"DARK"}}}`
	PlainStyle = `{"categories":{"form":{"displayGraphics":false}}}`
	RedStyle   = ".label-customizable {color: red;}"
	BlueStyle  = ".label-customizable {color: blue;}"
)

// The images: text, and bytes that are none.
const (
	DrawnLogo = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"
	PixelLogo = "\x89PNG\r\n"
)

// metadataOf is what a SAML provider says of itself.
func metadataOf(host string) string {
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://` + host + `"><IDPSSODescriptor>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://` + host + `/sso"/>` +
		`</IDPSSODescriptor></EntityDescriptor>`
}

// MakeInputs makes the Secrets and ConfigMaps that specs of tests name.
func (w *World) MakeInputs() {
	w.T.Helper()
	for _, name := range []string{InputName, OtherInputName} {
		w.MakeInput(&corev1.Secret{Data: map[string][]byte{"a": w.secret(name + "-secret-a"), "b": w.secret(name + "-secret-b")}}, name)
		w.MakeInput(&corev1.ConfigMap{Data: map[string]string{"a": metadataOf(name + "-a.example.com"), "b": metadataOf(name + "-b.example.com")}}, name)
	}
	w.MakeInput(&corev1.ConfigMap{
		Data:       map[string]string{"dark": DarkStyle, "plain": PlainStyle, "logo.svg": DrawnLogo, "red.css": RedStyle},
		BinaryData: map[string][]byte{"logo.png": []byte(PixelLogo)},
	}, StyleName)
}

// secret is a value of a name. It is a private key, since Cognito takes nothing else for Apple, and any text as a client's secret.
func (w *World) secret(name string) []byte {
	w.T.Helper()
	digest := sha256.Sum256([]byte(name))
	key := Must[*ecdsa.PrivateKey](w)(ecdsa.ParseRawPrivateKey(elliptic.P256(), digest[:]))
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: Must[[]byte](w)(x509.MarshalPKCS8PrivateKey(key))})
}

// MakeInput makes a Secret or ConfigMap that specs may read.
func (w *World) MakeInput(object client.Object, name string) {
	w.T.Helper()
	object.SetNamespace(w.Namespace)
	object.SetName(name)
	object.SetLabels(map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput})
	if err := w.Client.Create(w.T.Context(), object); err != nil {
		w.T.Fatal(err)
	}
}

// ChangeInputs gives other values to what MakeInputs made.
func (w *World) ChangeInputs() {
	w.T.Helper()
	for _, name := range []string{InputName, OtherInputName} {
		w.changeInput(&corev1.Secret{Data: map[string][]byte{"a": w.secret(name + "-changed-a"), "b": w.secret(name + "-changed-b")}}, name)
		w.changeInput(&corev1.ConfigMap{Data: map[string]string{"a": metadataOf(name + "-a.example.org"), "b": metadataOf(name + "-b.example.org")}}, name)
	}
	w.changeInput(&corev1.ConfigMap{
		Data:       map[string]string{"dark": PlainStyle, "plain": DarkStyle, "logo.svg": DrawnLogo + "<!-- changed -->", "red.css": BlueStyle},
		BinaryData: map[string][]byte{"logo.png": []byte(PixelLogo + "changed")},
	}, StyleName)
}

func (w *World) changeInput(object client.Object, name string) {
	w.T.Helper()
	object.SetNamespace(w.Namespace)
	object.SetName(name)
	object.SetLabels(map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput})
	if err := w.Client.Update(w.T.Context(), object); err != nil {
		w.T.Fatal(err)
	}
}
