// pulumi-resource-command runs shell commands as resources: command:local:Command and command:remote:Command with
// the inputs, outputs and replace rules of Pulumi's own plugin 1.2.1, for machines that cannot download that one.
// Left out: assetPaths and archivePaths, the functions local.run and local.runOutput, and remote copies.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Version is what npm @pulumi/command asks for; set by the linker.
var Version = "1.2.1"

func main() {
	provider, err := infer.NewProviderBuilder().
		WithDisplayName("Command").
		WithResources(infer.Resource(&Local{}), infer.Resource(&Remote{})).
		Build()
	if err == nil {
		go leaveWithEngine()
		err = provider.Run(context.Background(), "command", Version)
	}
	endAll() // whatever still runs has nobody left to report to
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// An engine that is killed cannot cancel us, but its end of our stdin closes with it.
func leaveWithEngine() {
	if info, err := os.Stdin.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return // started by hand
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	endAll()
	os.Exit(0)
}
