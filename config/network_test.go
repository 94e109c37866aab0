package config

import (
	"net/netip"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"
)

// networkPolicy is the one of the manager.
func networkPolicy(t *testing.T) *networkingv1.NetworkPolicy {
	t.Helper()
	text, err := os.ReadFile("network-policy/manager.yaml")
	if err != nil {
		t.Fatal(err)
	}
	policy := &networkingv1.NetworkPolicy{}
	if err := yaml.UnmarshalStrict(text, policy); err != nil {
		t.Fatal(err)
	}
	return policy
}

// TestEgress reads the policy as a network plug-in does.
func TestEgress(t *testing.T) {
	policy := networkPolicy(t)
	const tcp, udp = corev1.ProtocolTCP, corev1.ProtocolUDP
	for _, tc := range []struct {
		reason, address string
		port            int
		protocol        corev1.Protocol
		want            bool
	}{
		{"instance metadata", "169.254.169.254", 80, tcp, false},
		{"instance metadata over TLS, should it come", "169.254.169.254", 443, tcp, false},
		{"instance metadata, IPv6", "fd00:ec2::254", 80, tcp, false},
		{"instance metadata over TLS, IPv6", "fd00:ec2::254", 443, tcp, false},
		{"Pod Identity's agent", "169.254.170.23", 80, tcp, true},
		{"Pod Identity's agent, IPv6", "fd00:ec2::23", 80, tcp, true},
		{"AWS", "198.51.100.7", 443, tcp, true},
		{"AWS, IPv6", "2001:db8::7", 443, tcp, true},
		{"AWS by a private endpoint", "10.1.2.3", 443, tcp, true},
		{"the API server", "10.0.0.9", 6443, tcp, true},
		{"DNS", "10.96.0.10", 53, udp, true},
		{"DNS of a long answer", "10.96.0.10", 53, tcp, true},
		{"DNS of the VPC", "169.254.169.253", 53, udp, true},
		{"a web server in plain HTTP", "198.51.100.7", 80, tcp, false},
		{"a data base", "10.1.2.3", 5432, tcp, false},
	} {
		got := slices.ContainsFunc(policy.Spec.Egress, func(rule networkingv1.NetworkPolicyEgressRule) bool {
			return lets(t, rule, netip.MustParseAddr(tc.address), tc.port, tc.protocol)
		})
		if got != tc.want {
			t.Errorf("%s, %s port %d/%s: allowed is %t, want %t", tc.reason, tc.address, tc.port, tc.protocol, got, tc.want)
		}
	}
}

// Metrics are let in from namespaces with the label, and nothing else from other pods.
func TestIngress(t *testing.T) {
	policy := networkPolicy(t)
	tcp, port := corev1.ProtocolTCP, intstr.FromInt32(8443)
	want := []networkingv1.NetworkPolicyIngressRule{{
		From:  []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"metrics": "enabled"}}}},
		Ports: []networkingv1.NetworkPolicyPort{{Port: &port, Protocol: &tcp}},
	}}
	if diff := cmp.Diff(want, policy.Spec.Ingress); diff != "" {
		t.Errorf("what is let in (-want +got):\n%s", diff)
	}
	if !slices.Contains(policy.Spec.PolicyTypes, networkingv1.PolicyTypeIngress) {
		t.Errorf("got the policy types %v, want Ingress among them: else all is let in", policy.Spec.PolicyTypes)
	}
}

// lets says whether a rule allows an address outside of the cluster's pods.
func lets(t *testing.T, rule networkingv1.NetworkPolicyEgressRule, address netip.Addr, port int, protocol corev1.Protocol) bool {
	t.Helper()
	if !slices.ContainsFunc(rule.Ports, func(p networkingv1.NetworkPolicyPort) bool {
		return p.Port.IntValue() == port && *p.Protocol == protocol
	}) {
		return false
	}
	in := func(cidr string) bool {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			t.Fatal(err)
		}
		return prefix.Contains(address)
	}
	return len(rule.To) == 0 || slices.ContainsFunc(rule.To, func(peer networkingv1.NetworkPolicyPeer) bool {
		return peer.IPBlock != nil && in(peer.IPBlock.CIDR) && !slices.ContainsFunc(peer.IPBlock.Except, in)
	})
}
