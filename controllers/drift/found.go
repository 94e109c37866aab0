package drift

import "github.com/prometheus/client_golang/prometheus"

// Found counts the resources that others changed in AWS, by the object's namespace and the kind of resource: stage, client.
var Found = prometheus.NewCounterVec(prometheus.CounterOpts{
	Name: "securedapi_drift_detected_total",
	Help: "Resources that drift checks found changed or deleted by somebody else, by the object's namespace and the kind of resource.",
}, []string{"namespace", "kind"})
