package cognito

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
)

// components are the parts of settings (developer guide, "Branding editor"; hashicorp/terraform-provider-aws#42580 shows them).
var components = []string{"categories", "componentClasses", "components"}

// plainSettings are settings as a map; empty of nil. AWS's words for a part that it does not know are not known.
func plainSettings(settings document.Interface) (map[string]any, error) {
	plain := map[string]any{}
	if settings == nil {
		return plain, nil
	}
	text, err := settings.MarshalSmithyDocument()
	if err == nil {
		err = json.Unmarshal(text, &plain)
	}
	if err != nil {
		return nil, invalid("Settings must be a JSON object")
	}
	for key := range plain {
		if !slices.Contains(components, key) {
			return nil, invalid("Settings contain an unknown property: %s", key)
		}
	}
	return plain, nil
}

func mergeSettings(before, given map[string]any) map[string]any {
	merged := maps.Clone(before)
	for key, value := range given {
		inner, nested := value.(map[string]any)
		had, also := merged[key].(map[string]any)
		if nested && also {
			value = mergeSettings(had, inner)
		}
		merged[key] = value
	}
	return merged
}

// ownStyle is a part of what Cognito's own style has (developer guide, the default settings of the branding editor).
func ownStyle() map[string]any {
	return map[string]any{
		"categories": map[string]any{
			"global": map[string]any{"colorSchemeMode": "LIGHT", "spacingDensity": "REGULAR"},
			"form":   map[string]any{"displayGraphics": true, "location": map[string]any{"horizontal": "CENTER", "vertical": "CENTER"}},
		},
		"componentClasses": map[string]any{"buttons": map[string]any{"borderRadius": 8.0}},
	}
}

// besideOwnStyle takes away what is as in Cognito's own style.
func besideOwnStyle(settings, own map[string]any) map[string]any {
	left := map[string]any{}
	for key, value := range settings {
		inner, nested := value.(map[string]any)
		had, also := own[key].(map[string]any)
		if nested && also {
			if rest := besideOwnStyle(inner, had); len(rest) > 0 {
				left[key] = rest
			}
		} else if !reflect.DeepEqual(value, own[key]) {
			left[key] = value
		}
	}
	return left
}
