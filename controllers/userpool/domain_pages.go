package userpool

import "github.com/securedapi/securedapi/api/v1alpha1"

// Versions of the pages, as Cognito calls them.
const (
	classicPages int32 = 1
	managedPages int32 = 2
)

func pagesVersion(managed bool) int32 {
	if managed {
		return managedPages
	}
	return classicPages
}

func pagesWords(version int32) string {
	if version == managedPages {
		return string(v1alpha1.PagesManaged)
	}
	return string(v1alpha1.PagesClassic)
}
