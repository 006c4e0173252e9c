package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// fence forbids every package under From, tests apart, to depend on anything under To, directly or not.
type fence struct {
	from, to string
	except   []string // packages under from that may
	why      string
}

// The import fences: who may use whom. See docs/architecture.md.
var fences = []fence{
	{from: "quorum/viewer", to: "quorum/segment", why: "looking at images needs no network"},
	{from: "quorum/viewer", to: "quorum/train", why: "looking at images needs no training"},
	{from: "quorum/segment", to: "quorum/train", why: "using a model needs no training"},
	{from: "quorum/segment", to: "quorum/viewer/render", why: "a result is data; pictures are made by the programs"},
	{from: "quorum/segment", to: "quorum/viewer/report", why: "a result is data; pictures are made by the programs"},
	{from: "quorum/cmd", to: "quorum/app", why: "the command line needs neither a display nor OpenGL"},
	{from: "quorum", to: "fyne.io/", except: []string{"=quorum", "quorum/app"}, why: "only the window may import the toolkit"},
	{from: "quorum/app", to: "fyne.io/fyne/v2/app", why: "the window's tests run without a display; main.go hands the driver in"},
	{from: "quorum/segment", to: "github.com/yalue/onnxruntime_go", except: []string{"quorum/segment/ort", "quorum/segment/engine"}, why: "one door to the native runtime"},
	{from: "quorum/viewer", to: "github.com/yalue/onnxruntime_go", why: "looking at images needs no native runtime"},
	{from: "quorum/viewer", to: "gonum.org/v1/plot", why: "charts of training runs are drawn in one place"},
	{from: "quorum/segment", to: "gonum.org/v1/plot", why: "charts of training runs are drawn in one place"},
	{from: "quorum/train", to: "gonum.org/v1/plot", except: []string{"quorum/train/chart"}, why: "charts of training runs are drawn in one place"},
	{from: "quorum/viewer/volume", to: "golang.org/x/", why: "the shared data model stands on the standard library alone"},
}

func TestFences(t *testing.T) {
	list, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	if len(lines) < 10 {
		t.Fatalf("go list found only %d packages", len(lines))
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		for _, f := range fences {
			if !under(fields[0], f.from) || slices.ContainsFunc(f.except, func(e string) bool { return under(fields[0], e) }) {
				continue
			}
			for _, dep := range fields[1:] {
				if under(dep, f.to) {
					t.Errorf("%s depends on %s: %s", fields[0], dep, f.why)
				}
			}
		}
	}
}

// under says whether a package is root or lies below it; "=root" stands for the one package alone.
func under(path, root string) bool {
	if one, ok := strings.CutPrefix(root, "="); ok {
		return path == one
	}
	return path == strings.TrimSuffix(root, "/") || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
}
