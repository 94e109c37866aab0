package rules_test

import (
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	ofFunctions   = "arn:aws:lambda:us-east-1:111111111111:function:"
	codesKey      = "arn:aws:kms:us-east-1:111111111111:key/0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
	otherCodesKey = "arn:aws:kms:us-east-1:111111111111:key/7d1f3c5a-4c11-9a52-5f1c-0f3c5a2e2a1a"
)

// calling has the pool call a function for events.
func calling(function string, events ...v1alpha1.TriggerEvent) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Triggers = nil
		for _, event := range events {
			o.Spec.UserPool.Triggers = append(o.Spec.UserPool.Triggers, v1alpha1.Trigger{Event: event, Function: function})
		}
	}
}

func withSender(o *v1alpha1.SecuredAPI) {
	calling("GuestHandler", v1alpha1.TriggerCustomEmailSender)(o)
	o.Spec.UserPool.SenderKeyARN = codesKey
}

// triggerEdits change which functions the pool calls. GuestHandler also answers a route, and has a permission for each.
var triggerEdits = append(eachEvent(),
	edit{"no triggers", of("userPool.triggers"), calling("GuestHandler", v1alpha1.TriggerPreSignUp), calling(""), "~ userPool.triggers.PreSignUp: " + ofFunctions + `GuestHandler -> ""; - triggerPermission/`},
	edit{"another event", of("userPool.triggers[].event"), calling("GuestHandler", v1alpha1.TriggerPreSignUp), calling("GuestHandler", v1alpha1.TriggerCustomMessage), "~ userPool.triggers.PreSignUp: " + ofFunctions + `GuestHandler -> ""; ~ userPool.triggers.CustomMessage: "" -> ` + ofFunctions + "GuestHandler"},
	edit{"another function of a trigger", of("userPool.triggers[].function"), calling("GuestHandler", v1alpha1.TriggerPreSignUp), calling("OtherHandler", v1alpha1.TriggerPreSignUp), "+ triggerPermission/" + ofFunctions + "OtherHandler; ~ userPool.triggers.PreSignUp: " + ofFunctions + "GuestHandler -> " + ofFunctions + "OtherHandler; - triggerPermission/" + ofFunctions + "GuestHandler"},
	edit{"a function's ARN", of("userPool.triggers[].function"), calling("GuestHandler", v1alpha1.TriggerPreSignUp), calling(ofFunctions+"GuestHandler", v1alpha1.TriggerPreSignUp), ""},
	edit{"what a function of tokens is told", of("userPool.triggers[].version"), calling("GuestHandler", v1alpha1.TriggerPreTokenGeneration), func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Triggers[0].Version = v1alpha1.TriggerV3
	}, "~ userPool.triggers.PreTokenGeneration: " + ofFunctions + "GuestHandler V1 -> " + ofFunctions + "GuestHandler V3"},
	edit{"another key of codes", of("userPool.senderKeyARN"), withSender, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SenderKeyARN = otherCodesKey }, "~ userPool.senderKeyARN: " + codesKey + " -> " + otherCodesKey},
	edit{"no function that sends", of("userPool.triggers", "userPool.senderKeyARN"), withSender, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Triggers, o.Spec.UserPool.SenderKeyARN = nil, ""
	}, "~ userPool.senderKeyARN: " + codesKey + ` -> ""`},
)

// eachEvent gives a pool that calls nothing a function for one event.
func eachEvent() []edit {
	var all []edit
	for _, event := range []v1alpha1.TriggerEvent{
		v1alpha1.TriggerPreSignUp, v1alpha1.TriggerPostConfirmation, v1alpha1.TriggerPreAuthentication, v1alpha1.TriggerPostAuthentication,
		v1alpha1.TriggerCustomMessage, v1alpha1.TriggerDefineAuthChallenge, v1alpha1.TriggerCreateAuthChallenge,
		v1alpha1.TriggerVerifyAuthChallengeResponse, v1alpha1.TriggerUserMigration, v1alpha1.TriggerPreTokenGeneration,
		v1alpha1.TriggerInboundFederation, v1alpha1.TriggerCustomEmailSender, v1alpha1.TriggerCustomSMSSender,
	} {
		all = append(all, edit{"a function for " + string(event), of("userPool.triggers"), nil, func(o *v1alpha1.SecuredAPI) {
			calling("GuestHandler", event)(o)
			if strings.HasSuffix(string(event), "Sender") {
				o.Spec.UserPool.SenderKeyARN = codesKey
			}
		}, "~ userPool.triggers." + string(event) + `: "" -> ` + ofFunctions + "GuestHandler"})
	}
	return all
}
