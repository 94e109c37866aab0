package apigateway

import (
	"encoding/base64"
	"strconv"
)

const (
	defaultPage = 25
	largestPage = 500
)

// page cuts one page out of all. The position is opaque to the caller, as AWS's is. A limit beyond the largest page
// counts as the largest.
func page[E any](all []E, limit *int32, position *string) (items []E, next *string) {
	size, start := defaultPage, 0
	if limit != nil {
		size = min(max(int(*limit), 1), largestPage)
	}
	if raw, err := base64.StdEncoding.DecodeString(text(position)); err == nil {
		if n, err := strconv.Atoi(string(raw)); err == nil {
			start = min(max(n, 0), len(all))
		}
	}
	end := min(start+size, len(all))
	if end < len(all) {
		p := base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end)))
		next = &p
	}
	return append(make([]E, 0, end-start), all[start:end]...), next
}
