// Command quorum segments brain tumours in MRI from whichever of FLAIR, T1, T1ce and T2 are there. It needs no display.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"quorum/segment/ort"
)

// version is set by the linker: see the Makefile.
var version = "unknown"

func main() {
	ort.RunCheckChild() // this program starts itself to check a device
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first Ctrl-C cancels, the second kills
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
