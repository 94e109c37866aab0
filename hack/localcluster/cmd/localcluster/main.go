// Command localcluster builds the local control plane, or runs one to try things
// on with kubectl.
//
//	localcluster build             builds the programs if need be, prints their folder
//	localcluster run [CRDS...]     starts a cluster with these CRDs, until Ctrl-C
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/securedapi/securedapi/hack/localcluster"
)

var errUsage = errors.New("usage: localcluster build | localcluster run [CRDS...]")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "build":
		dir, err := localcluster.Assets(ctx, localcluster.Stderrf)
		if err != nil {
			return err
		}
		fmt.Println(dir)
		return nil
	case len(args) >= 1 && args[0] == "run":
		return run(ctx, args[1:])
	default:
		return errUsage
	}
}

func run(ctx context.Context, crds []string) error {
	c, err := localcluster.Start(ctx, localcluster.Options{CRDs: crds, Logf: localcluster.Stderrf})
	if err != nil {
		return err
	}
	fmt.Printf("export KUBECONFIG=%s\nalias kubectl=%s\n", c.Kubeconfig(), c.KubectlPath)
	fmt.Fprintln(os.Stderr, "running until Ctrl-C")
	<-ctx.Done()
	return c.Stop()
}
