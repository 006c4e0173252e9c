package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/ort"
)

// doctorLine is `quorum doctor --json`.
type doctorLine struct {
	Schema  string      `json:"schema"`
	Version string      `json:"version"`
	System  string      `json:"system"`
	Health  *ort.Health `json:"health"`
	Cache   string      `json:"cache"`
	Cached  int64       `json:"cache_bytes"`
}

func newDoctor(c *console) *cobra.Command {
	f := &engineFlags{}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "What this machine offers: library, devices and their check, memory, cache",
		Long:  "Look for the ONNX Runtime library and check every device against the CPU on a small known case. The first time may take a minute.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.notice("checking the devices …")
			health, err := ort.Doctor(cmd.Context(), ort.Options{Library: f.library, Threads: f.threads})
			if err != nil {
				return err
			}
			return diagnose(c, health)
		},
	}
	cmd.Flags().StringVar(&f.library, "library", "", "ONNX Runtime library file; default: QUORUM_ONNXRUNTIME, beside the program, the cache")
	cmd.Flags().IntVar(&f.threads, "threads", 0, "threads of the runtime; 0 = one a core")
	return cmd
}

func diagnose(c *console, h *ort.Health) error {
	cache, err := ort.DefaultCache()
	if err != nil {
		return err
	}
	line := doctorLine{
		Schema: "quorum.doctor/1", Version: version, System: runtime.GOOS + "/" + runtime.GOARCH, Health: h, Cache: cache, Cached: folderSize(cache),
	}
	c.object(line)
	c.text("quorum %s on %s", version, line.System)
	c.table([][]string{
		{"processor", fmt.Sprintf("%s (%s), %s", h.CPU, strings.Join(h.CPUFeatures, " "), count(h.Threads, "thread"))},
		{"memory", memoryText(h)},
		{"cache", fmt.Sprintf("%s, %s", cache, sizeText(line.Cached))},
	})
	usable := false
	for _, l := range h.Libraries {
		if l.Problem != "" {
			c.text("  library: %s", l.Problem)
			continue
		}
		usable = true
		c.text("  library: %s: %s %s", l.Name, l.Path, l.Version)
	}
	rows := [][]string{{"device", "precision", "run", "on the CPU", "check"}}
	for _, d := range h.Devices {
		rows = append(rows, deviceRow(d))
	}
	c.table(rows)
	c.text("  --device auto takes: %s", h.Auto)
	if !usable {
		return fmt.Errorf("no ONNX Runtime library was found, so nothing can be segmented: run `make setup`, or set %s to the library's file", ort.EnvLibrary)
	}
	return nil
}

// deviceRow tells a device that is not here from one that cannot run and one that computes wrongly.
func deviceRow(d ort.DeviceHealth) []string {
	row := []string{d.Device, d.Precision, "–", "–", ""}
	ran := d.Check != nil && d.Check.Milliseconds > 0
	if ran {
		row[2], row[3] = fmt.Sprintf("%.0f ms", d.Check.Milliseconds), fmt.Sprintf("%.0f ms", d.Check.CPUMilliseconds)
	}
	switch {
	case ran && d.Check.OK:
		row[4] = fmt.Sprintf("right (error %.1e)", d.Check.RelativeError)
		if d.Check.Software {
			row[4] += ", a software adapter: slow, never taken by auto"
		}
		if d.Check.Unsure {
			row[4] += ", its adapter is not known: not taken by auto"
		}
		if d.Check.Adapter != "" {
			row[4] += ", " + d.Check.Adapter
		}
	case ran:
		row[4] = "WRONG: " + d.Problem
	case d.Available && d.Problem == "":
		row[4] = "not checked"
	case d.Available:
		row[4] = "cannot run: " + d.Problem
	default:
		row[4] = strings.TrimPrefix(d.Problem, "device "+d.Device+" is ")
	}
	return row
}

func memoryText(h *ort.Health) string {
	if h.MemoryTotal == 0 {
		return "not known on this system"
	}
	return fmt.Sprintf("%.1f GB, %.1f GB free", float64(h.MemoryTotal)/1e9, float64(h.MemoryFree)/1e9)
}

// folderSize is what the files below a folder take; what cannot be read is left out.
func folderSize(folder string) int64 {
	var sum int64
	_ = filepath.WalkDir(folder, func(_ string, d os.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // a folder that is not there holds nothing
		}
		if stat, err := d.Info(); err == nil && stat.Mode().IsRegular() {
			sum += stat.Size()
		}
		return nil
	})
	return sum
}
