// Quorum is the window: drop a patient's folder, say what is absent, see the tumour, compare, export. The command line is cmd/quorum.
package main

import (
	"errors"
	"fmt"
	"image"
	"os"
	"strings"

	fyneapp "fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.4/glfw"
	"github.com/spf13/pflag"

	"quorum/app"
	"quorum/segment/ort"
)

// version is set by the linker: see the Makefile.
var version = "unknown"

func main() {
	ort.RunCheckChild() // this program starts itself to check a device
	o := app.Options{Version: version}
	flags := pflag.NewFlagSet("quorum-window", pflag.ContinueOnError)
	flags.StringVar(&o.Device, "device", "", "what computes, for this run: "+strings.Join(app.Devices, ", "))
	flags.StringVar(&o.Model, "model", "", "model file (.onnx), for this run")
	flags.BoolVar(&o.BuiltIn, "demo", false, "open the built-in synthetic case")
	flags.Usage = func() {
		fmt.Fprintf(os.Stderr, "quorum-window [flags] [FOLDER or FILE…]\n\n%s", flags.FlagUsages())
	}
	switch err := flags.Parse(os.Args[1:]); {
	case errors.Is(err, pflag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "quorum-window:", err)
		os.Exit(2)
	}
	o.Paths, o.Screen = flags.Args(), screen
	app.Run(fyneapp.NewWithID("org.quorum.window"), o)
}

// screen is the size of the first screen without its bars: the toolkit does not tell. Ask once there is a window.
func screen() image.Point {
	m := glfw.GetPrimaryMonitor()
	if m == nil {
		return image.Point{}
	}
	_, _, width, height := m.GetWorkarea()
	return image.Pt(width, height)
}
