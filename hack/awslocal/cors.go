package awslocal

import (
	"net/http"
	"strings"
)

// exposed are the headers of an answer that scripts may read.
const exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"

// shareWithPages lets pages of any origin call Cognito, as front ends with Amplify do, and answers what browsers ask before
// such a call; asked tells that this was it. Who names no origin gets none of these headers.
func shareWithPages(w http.ResponseWriter, r *http.Request) (asked bool) {
	if r.Header.Get("Origin") == "" {
		return false
	}
	wanted := r.Header.Get("Access-Control-Request-Headers")
	asked = r.Method == http.MethodOptions && r.URL.Path == "/" && strings.Contains(strings.ToLower(wanted), "x-amz-target")
	if !asked && !strings.HasPrefix(r.Header.Get("X-Amz-Target"), cognitoTarget+".") {
		return false
	}
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", exposed)
	if asked {
		header.Set("Access-Control-Allow-Headers", wanted)
		header.Set("Access-Control-Allow-Methods", http.MethodPost)
		header.Set("Access-Control-Max-Age", "172800")
	}
	return asked
}
