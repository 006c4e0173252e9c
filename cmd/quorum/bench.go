package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment"
	"quorum/segment/ort"
	"quorum/train/data"
	training "quorum/train/run"
)

func newBench(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure how fast this machine is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("say what to measure: train")
		},
	}
	cmd.AddCommand(newBenchTrain(c))
	return cmd
}

// benchFlags are those of `quorum bench train`.
type benchFlags struct {
	engineFlags
	sizes []string
	steps int
	few   bool
}

func newBenchTrain(c *console) *cobra.Command {
	f := &benchFlags{}
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Seconds a training step, voxels a second, memory, and the share of time in the runtime",
		Long: "Time training steps on synthetic heads, four sequences, one image a batch, with random weights. Images are made while steps run, as in\n" +
			"training. Give it an otherwise idle machine.",
		Example: "  quorum bench train --device cpu\n  quorum bench train --device openvino --precision bf16 --size 64 --size 128x160x128",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), c)
		},
	}
	f.addRuntime(cmd)
	cmd.Flags().StringArrayVar(&f.sizes, "size", []string{"64"}, "side of the images in voxels, or three as in 128x160x128; may be repeated")
	cmd.Flags().IntVar(&f.steps, "steps", 20, "how many steps are timed for each size")
	cmd.Flags().BoolVar(&f.few, "subsets", false, "time images with one, two and three sequences too, as training draws them, and hold their graphs as it does")
	return cmd
}

// benchLine is the result for one size as JSON.
type benchLine struct {
	Schema string `json:"schema"`
	training.Pace
	Backend segment.Backend `json:"backend"`
	Peak    int64           `json:"peak_bytes"` // memory of the process so far; 0 = not known on this system
}

func (f *benchFlags) run(ctx context.Context, c *console) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	if f.steps < 1 {
		return usagef("--steps %d: give at least 1", f.steps)
	}
	config := training.Default()
	config.Phantoms, config.Stages = 4, nil
	for _, text := range f.sizes {
		size, err := parseSize(text)
		if err != nil {
			return err
		}
		s := training.Stage{Stage: data.DefaultStage()}
		s.Size = size
		config.Stages = append(config.Stages, s)
	}
	cache, err := ort.DefaultCache()
	if err != nil {
		return err
	}
	bar := c.progress("prepare")
	set, err := data.Open(ctx, nil, data.Options{Cache: filepath.Join(cache, "cases"), Phantoms: config.Phantoms, Progress: bar.step})
	bar.done()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	t := trainFlags{engineFlags: f.engineFlags}
	r, err := t.runtime(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	c.text("a training step on one image with four sequences, computed by %s", r.Backend())
	return training.Bench(ctx, r, training.Cases{Set: set}, config, f.steps, f.few, func(p training.Pace) {
		line := benchLine{Schema: "quorum.bench.train/1", Pace: p, Backend: r.Backend(), Peak: peakMemory()}
		c.object(line)
		c.text("  %d×%d×%d: %.3f s a step, %.1f million voxels a second, %.1f %% of the time in the runtime%s", p.Size[0], p.Size[1], p.Size[2], p.Seconds,
			p.Voxels/1e6, 100*p.Share, peakText(line.Peak))
		if f.few {
			c.text("    with one, two, three and four sequences %.3f, %.3f, %.3f and %.3f s a step; mean %.3f s", p.Few[0], p.Few[1], p.Few[2], p.Few[3], p.Mean)
		}
	})
}

func peakText(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return fmt.Sprintf(", at most %s of memory so far", sizeText(bytes))
}

// parseSize reads "64" or "128x160x128".
func parseSize(text string) ([3]int, error) {
	var size [3]int
	words := strings.Split(text, "x")
	if len(words) == 1 {
		words = []string{text, text, text}
	}
	if len(words) != 3 {
		return size, usagef("--size %s: give one side or three, as in 64 or 128x160x128", text)
	}
	for a, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 {
			return size, usagef("--size %s: %q is not a number of voxels", text, w)
		}
		size[a] = n
	}
	return size, nil
}

// peakMemory is the largest memory of this process so far, where /proc tells it.
func peakMemory() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kB, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err == nil {
				return kB << 10
			}
		}
	}
	return 0
}
