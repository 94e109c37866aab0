package iam

import "encoding/json"

// WithoutInvokeTag returns a filled policy in which functions need no tag.
func WithoutInvokeTag(policy []byte) []byte {
	var document Document
	if err := json.Unmarshal(policy, &document); err != nil {
		panic(err) // Fill made it
	}
	for i := range document.Statement {
		conditions := document.Statement[i].Condition
		for operator, keys := range conditions {
			delete(keys, "aws:ResourceTag/"+InvokeTag)
			if len(keys) == 0 {
				delete(conditions, operator)
			}
		}
	}
	return document.JSON()
}
