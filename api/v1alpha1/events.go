package v1alpha1

// Reasons of events. What waits for a person has an event with the reason of its condition.
const (
	// EventApplied says what the operator changed in AWS.
	EventApplied = "Applied"
	// EventWeakened says which of these changes lowered a protection.
	EventWeakened = "Weakened"
	// EventDrifted says what somebody else changed in AWS, when the operator finds it.
	EventDrifted = "Drifted"
	// EventForeignResources says what somebody else made in the user pool or the API.
	EventForeignResources = "ForeignResources"
	// EventRetained says that the object goes and everything stays in AWS.
	EventRetained = "Retained"
	// EventDeleted says that the object goes and AWS was seen without what it made.
	EventDeleted = "Deleted"
)
