package sts

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const sessionNamePattern = `[\w+=,.@-]*`

var sessionNameRegexp = regexp.MustCompile(`^` + sessionNamePattern + `$`)

// The limits of AssumeRole (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
const (
	shortestARN, longestARN   = 20, 2048
	shortestName, longestName = 2, 64
	fewest, most              = 900, 43200
	longestTagKey             = 128
	longestTagValue           = 256
	mostTags                  = 50
)

// validate checks what the model says of the request, and returns for how long the session shall be.
func validate(form url.Values) (time.Duration, *wire.Error) {
	var v violations
	v.length(form.Get("RoleArn"), "roleArn", shortestARN, longestARN)
	name := form.Get("RoleSessionName")
	if !sessionNameRegexp.MatchString(name) {
		v.add(name, "roleSessionName", "Member must satisfy regular expression pattern: "+sessionNamePattern)
	}
	v.length(name, "roleSessionName", shortestName, longestName)
	duration := v.duration(form.Get("DurationSeconds"))
	for i := 1; form.Has(fmt.Sprintf("Tags.member.%d.Key", i)); i++ {
		if i == mostTags+1 {
			v.add("[...]", "tags", fmt.Sprintf("Member must have length less than or equal to %d", mostTags))
		}
		at := fmt.Sprintf("tags.%d.member.", i)
		v.length(form.Get(fmt.Sprintf("Tags.member.%d.Key", i)), at+"key", 1, longestTagKey)
		v.length(form.Get(fmt.Sprintf("Tags.member.%d.Value", i)), at+"value", 0, longestTagValue)
	}
	return duration, v.err()
}

// violations are what AWS finds wrong with a request, all at once.
type violations []string

func (v *violations) add(value, member, constraint string) {
	*v = append(*v, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", value, member, constraint))
}

func (v *violations) length(value, member string, shortest, longest int) {
	if n := len([]rune(value)); n < shortest {
		v.add(value, member, fmt.Sprintf("Member must have length greater than or equal to %d", shortest))
	} else if n > longest {
		v.add(value, member, fmt.Sprintf("Member must have length less than or equal to %d", longest))
	}
}

func (v *violations) duration(value string) time.Duration {
	if value == "" {
		return longest
	}
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds < fewest {
		v.add(value, "durationSeconds", fmt.Sprintf("Member must have value greater than or equal to %d", fewest))
	} else if seconds > most {
		v.add(value, "durationSeconds", fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
	return time.Duration(seconds) * time.Second
}

func (v *violations) err() *wire.Error {
	switch len(*v) {
	case 0:
		return nil
	case 1:
		return wire.Errorf("ValidationError", "1 validation error detected: %s", (*v)[0])
	default:
		return wire.Errorf("ValidationError", "%d validation errors detected: %s", len(*v), strings.Join(*v, "; "))
	}
}
