package awsclient_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
)

var update = flag.Bool("update", false, "write regions.txt and partitions.txt as the SDK has them")

// The lists are the SDK's: Regions of every partition, without the names that stand for all Regions of one.
func TestPartitionsAreTheSDKs(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal", "endpoints", "awsrulesfn", "partitions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sdk struct {
		Partitions []struct {
			ID          string         `json:"id"`
			RegionRegex string         `json:"regionRegex"`
			Regions     map[string]any `json:"regions"`
			Outputs     struct {
				DNSSuffix string `json:"dnsSuffix"`
			} `json:"outputs"`
		} `json:"partitions"`
	}
	if err := json.Unmarshal(text, &sdk); err != nil {
		t.Fatal(err)
	}
	var regions, partitions []string
	for _, partition := range sdk.Partitions {
		partitions = append(partitions, partition.ID+" "+partition.Outputs.DNSSuffix+" "+partition.RegionRegex)
		for region := range partition.Regions {
			if strings.HasSuffix(region, "-global") {
				continue
			}
			regions = append(regions, region)
			pool := awsclient.URLs{Region: region}.UserPoolARN("111111111111", "p")
			if !*update && !strings.HasPrefix(pool, "arn:"+partition.ID+":") {
				t.Errorf("got %s in %s, want partition %s", pool, region, partition.ID)
			}
		}
	}
	slices.Sort(regions)
	for file, want := range map[string][]string{"regions.txt": regions, "partitions.txt": partitions} {
		if *update {
			if err := os.WriteFile(file, []byte(strings.Join(want, "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(string(got)), "\n")); diff != "" {
			t.Errorf("the SDK has another %s; go test ./controllers/awsclient -run TestPartitionsAreTheSDKs -update (-want +got):\n%s", file, diff)
		}
	}
}

func TestRegion(t *testing.T) {
	for _, tc := range []struct {
		reason, own, more, name string
		want                    string
	}{
		{"a Region of the SDK's list", "us-east-1", "", "eu-west-1", "eu-west-1"},
		{"a Region of another partition", "us-east-1", "", "cn-north-1", "cn-north-1"},
		{"an empty Region is the operator's default", "us-east-1", "", "", "us-east-1"},
		{"an empty Region without a default", "", "", "", ""},
		{"a name that only looks like a Region", "us-east-1", "", "eu-wets-1", ""},
		{"a name that stands for a partition", "us-east-1", "", "aws-global", ""},
		{"a part of a Region's name", "us-east-1", "", "us-east", ""},
		{"two Regions in one string", "us-east-1", "", "eu-west-1 eu-west-2", ""},
		{"a new Region that --regions allows", "us-east-1", "eu-wets-1", "eu-wets-1", "eu-wets-1"},
		{"a new Region that is the operator's default", "eu-wets-1", "", "eu-wets-1", "eu-wets-1"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			factory, err := awsclient.New(aws.Config{Region: tc.own}, quota.Options{}, prometheus.NewRegistry())
			if err != nil {
				t.Fatal(err)
			}
			factory.AllowRegions(strings.Fields(tc.more))
			got := factory.Region(tc.name)
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// Targets that one tenant names and leaves do not fill the operator's memory.
func TestUnusedClientsAreFreed(t *testing.T) {
	_, clock, factory := withAllQuotas(t)
	target := func(role string) awsclient.Target {
		return awsclient.Target{Region: "us-east-1", Role: "arn:aws:iam::222222222222:role/" + role}
	}
	clients := func(role string) *awsclient.Clients {
		t.Helper()
		got, err := factory.For(target(role))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	used, left := clients("used"), clients("left")
	for range 3 {
		clock.Step(15 * time.Minute)
		_ = clients("used")
	}
	clock.Step(30 * time.Minute)
	_ = clients("new")
	if clients("used") != used {
		t.Error("clients in use were made anew")
	}
	if clients("left") == left {
		t.Error("clients that nobody asked for in more than an hour are kept")
	}
}
