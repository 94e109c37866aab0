package controllers

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/kube/clientsecret"
	"github.com/securedapi/securedapi/controllers/kube/outputs"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// publish derives what people and programs read from the records: ids and URLs in status, and what a program needs beside
// its secret in the Secrets of clients.
func (w *work) publish(ctx context.Context) error {
	derive(w.object, w.clients.URLs)
	outcome.Domains(&w.object.Status, w.object.Generation, w.object.Status.Resource(userpool.NameCustomDomain))
	for i := range w.object.Spec.Clients {
		spec := &w.object.Spec.Clients[i]
		client := w.object.Status.Client(spec.Name)
		if client == nil || client.SecretName == "" {
			continue
		}
		err := w.secrets.Publish(ctx, spec.Name, client.ID, outputs.TokenURL(w.object.Status.Domain))
		// A Secret that somebody deleted comes back with the next pass.
		if err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return nil
}

// derive writes what the records say into the fields of status that people read.
func derive(object *v1alpha1.SecuredAPI, urls awsclient.URLs) {
	status := &object.Status
	id := func(name string) string {
		if known := status.Resource(name); known != nil && known.ID != engine.Unmade {
			return known.ID
		}
		return ""
	}
	pool, domain := id(userpool.NamePool), id(userpool.NameDomain)
	former, seen := status.Domain, status.UserPool
	status.UserPool, status.Domain, status.Issuer = nil, "", ""
	if pool != "" {
		status.UserPool = &v1alpha1.UserPoolStatus{ID: pool, ARN: urls.UserPoolARN(status.Account, pool), Owner: object.PoolOwner()}
		if seen != nil && seen.ID == pool {
			status.UserPool.Issuer = seen.Issuer
		}
		status.UserPool.Replica = deriveReplica(status)
		status.Issuer = urls.Issuer(pool, status.UserPool.Issuer == v1alpha1.IssuerUpdated)
	}
	if domain != "" {
		status.Domain = published(former, urls.Domain(domain), status.Resource(userpool.NameDomain))
	}
	if pool != "" && object.PoolOwner() != nil {
		status.Domain = status.Resource(userpool.NamePool).Kept[userpool.KeptDomain]
	}
	deriveCustomDomain(status, former, id(userpool.NameCustomDomain), urls)
	status.Clients = deriveClients(object, id)
	deriveAPI(status, id)
	if status.Endpoint = ""; status.API != nil && status.API.Stage != "" && restapi.Answers(status) {
		status.Endpoint = urls.API(status.API.ID, status.API.Stage)
	}
}

// deriveReplica is the user pool's replica. While it moves to another Region, it is the one that there is.
func deriveReplica(status *v1alpha1.SecuredAPIStatus) *v1alpha1.ReplicaStatus {
	for i := range status.Resources {
		rec := &status.Resources[i]
		if strings.HasPrefix(rec.Name, userpool.PrefixReplica) && rec.ID != "" && rec.Kept[userpool.KeptReplicaARN] != "" {
			return &v1alpha1.ReplicaStatus{
				Region: rec.ID, ARN: rec.Kept[userpool.KeptReplicaARN], State: rec.Kept[userpool.KeptReplicaState],
			}
		}
	}
	return nil
}

// cloudFrontZone is the hosted zone of every CloudFront distribution (Amazon Route 53 API reference, AliasTarget).
const cloudFrontZone = "Z2FDTNDATAQYW2"

// deriveCustomDomain prefers the custom domain's pages to the prefix's once AWS serves them. Its DNS record is a person's.
func deriveCustomDomain(status *v1alpha1.SecuredAPIStatus, former, name string, urls awsclient.URLs) {
	status.DNSRecords = nil
	if name == "" {
		return
	}
	known := status.Resource(userpool.NameCustomDomain)
	if target := known.Kept[userpool.KeptTarget]; target != "" {
		status.DNSRecords = []v1alpha1.DNSRecord{{Name: name, Type: "A", Target: target, HostedZoneID: cloudFrontZone}}
	}
	if url := published(former, urls.CustomDomain(name), known); url != "" {
		status.Domain = url
	}
}

// published is the domain's URL once it was seen to work. In doubt, one that people have already stays, unless AWS says that it
// does not work.
func published(former, url string, domain *v1alpha1.ResourceRecord) string {
	if domain.Verified == nil && (domain.Awaited != nil || former != url) {
		return ""
	}
	return url
}

// deriveAPI leaves what is known of the API that there is. What its stage serves, the stage's resource has written down.
func deriveAPI(status *v1alpha1.SecuredAPIStatus, id func(string) string) {
	api := id(restapi.NameAPI)
	switch {
	case api == "":
		status.API = nil
	case status.API == nil || status.API.ID != api:
		status.API = &v1alpha1.APIStatus{ID: api}
	case id(restapi.PrefixStage+status.API.Stage) == "":
		status.API.Stage, status.API.DeploymentID, status.API.Digest = "", "", ""
	}
}

func deriveClients(object *v1alpha1.SecuredAPI, id func(string) string) []v1alpha1.ClientStatus {
	var clients []v1alpha1.ClientStatus
	for i := range object.Status.Resources {
		rec := &object.Status.Resources[i]
		name, is := strings.CutPrefix(rec.Name, userpool.PrefixClient)
		if !is || id(rec.Name) == "" {
			continue
		}
		client := v1alpha1.ClientStatus{Name: name, ID: rec.ID}
		if known := object.Status.Client(name); known != nil && object.Status.Domain != "" {
			// What was published of it last still works.
			client.LoginURL = known.LoginURL
		}
		at := slices.IndexFunc(object.Spec.Clients, func(c v1alpha1.Client) bool { return c.Name == name })
		if at >= 0 && rec.Verified != nil && styled(object, &object.Spec.Clients[at]) {
			client.LoginURL = loginURL(object.Status.Domain, rec.ID, &object.Spec.Clients[at])
		}
		if secret := object.Status.Resource(userpool.PrefixSecret + name); secret != nil && secret.Kept[userpool.KeptClient] == rec.ID {
			client.SecretName = clientsecret.Name(object, name)
			generation, _ := strconv.ParseInt(secret.Kept[userpool.KeptGeneration], 10, 32)
			client.SecretGeneration = int32(generation)
			if issued, err := time.Parse(time.RFC3339, secret.Kept[userpool.KeptIssued]); err == nil {
				client.IssuedAt = new(metav1.NewTime(issued))
			}
		}
		clients = append(clients, client)
	}
	return clients
}

// styled says that a client's pages work: those of managed login do not without a style.
func styled(object *v1alpha1.SecuredAPI, client *v1alpha1.Client) bool {
	style := object.Status.Resource(userpool.PrefixBranding + client.Name)
	return !object.Spec.ManagedPages() || style != nil && style.ID != "" && style.Verified != nil
}

// maxURL is what status holds and browsers and Cognito take.
const maxURL = 8192

// loginURL opens the login page for the client's first callback URL.
// Source: Amazon Cognito Developer Guide, "Login endpoint".
func loginURL(domain, clientID string, client *v1alpha1.Client) string {
	if domain == "" || len(client.CallbackURLs) == 0 {
		return ""
	}
	responseType := "code"
	if !slices.Contains(client.Flows, v1alpha1.FlowCode) {
		responseType = "token"
	}
	query := url.Values{
		"client_id":     {clientID},
		"response_type": {responseType},
		"redirect_uri":  {string(client.CallbackURLs[0])},
	}
	if len(client.Scopes) > 0 {
		query.Set("scope", strings.Join(client.Scopes, " "))
	}
	if page := domain + "/login?" + query.Encode(); len(page) <= maxURL {
		return page
	}
	return ""
}
