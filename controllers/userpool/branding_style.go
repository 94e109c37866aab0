package userpool

import (
	"encoding/json"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/engine"
)

// style is what Cognito holds of a client's branding.
type style struct {
	ID string
	// Settings are those that differ from Cognito's own style, as JSON with sorted keys.
	Settings string
	// Images are what identifies the file of each image, by its place.
	Images map[string]string
}

func styleOf(have *types.ManagedLoginBrandingType) (*style, error) {
	s := &style{ID: aws.ToString(have.ManagedLoginBrandingId), Images: imagesOf(have.Assets)}
	if have.Settings == nil {
		return s, nil
	}
	text, err := have.Settings.MarshalSmithyDocument()
	if err != nil {
		return nil, err
	}
	s.Settings, err = sortedJSON(text)
	return s, err
}

// sortedJSON writes an object with sorted keys. Of an empty one nothing is left.
func sortedJSON(text []byte) (string, error) {
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		return "", err
	}
	if len(value) == 0 {
		return "", nil
	}
	sorted, err := json.Marshal(value)
	return string(sorted), err
}

// values are settings that sortedJSON wrote.
func values(settings string) map[string]any {
	value := map[string]any{}
	if settings != "" {
		_ = json.Unmarshal([]byte(settings), &value)
	}
	return value
}

// lacks says that a wanted setting does not show.
func (s *style) lacks(want *brandingSettings) bool {
	return lacking(values(s.Settings), values(want.Settings))
}

func lacking(have, want map[string]any) bool {
	for key, w := range want {
		h, there := have[key]
		if !there {
			return true
		}
		inner, nested := w.(map[string]any)
		if has, also := h.(map[string]any); nested && also && lacking(has, inner) {
			return true
		}
	}
	return false
}

// complete adds the wanted settings that do not show and that Cognito's own style has.
func (s *style) complete(want *brandingSettings, merged *style) {
	have := values(s.Settings)
	add(have, values(want.Settings), values(merged.Settings))
	text, _ := json.Marshal(have) //nolint:errchkjson // it was JSON before
	s.Settings, _ = sortedJSON(text)
}

func add(have, want, merged map[string]any) {
	for key, w := range want {
		h, there := have[key]
		if !there && reflect.DeepEqual(w, merged[key]) {
			have[key] = w
			continue
		}
		inner, nested := w.(map[string]any)
		from, known := merged[key].(map[string]any)
		if !nested || !known {
			continue
		}
		has, is := h.(map[string]any)
		if !there {
			has, is = map[string]any{}, true
		}
		if !is {
			continue
		}
		if add(has, inner, from); len(has) > 0 {
			have[key] = has
		}
	}
}

// maxWords bounds what a plan shows of settings, in bytes.
const maxWords = 200

// settingsWords are short settings themselves, or what identifies long ones.
func settingsWords(settings string) string {
	if len(settings) <= maxWords {
		return settings
	}
	return engine.DigestOf(0, settings)
}
