package v1alpha1

import "time"

// Duration is a length of time in hours, minutes, seconds and milliseconds, like 1h30m.
//
// +kubebuilder:validation:MaxLength=28
// +kubebuilder:validation:Pattern=`^([0-9]{1,5}(h|m|s|ms)){1,4}$`
type Duration string

// Parse returns the length of time. The schema takes nothing that it returns an error for.
func (d Duration) Parse() (time.Duration, error) { return time.ParseDuration(string(d)) }
