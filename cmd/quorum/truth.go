package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/engine"
	"quorum/segment/evaluate"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
)

// truthFlags say how masks that are the truth are read.
type truthFlags struct{ labels string }

func (f *truthFlags) add(cmd *cobra.Command) {
	schemes := names(label.Schemes[:])
	cmd.Flags().StringVar(&f.labels, "truth-labels", "", "label scheme of the masks: "+strings.Join(schemes, ", ")+"; default: by names and values")
	complete(cmd, "truth-labels", schemes)
}

// scheme is the one that was named; empty = none.
func (f *truthFlags) scheme() (label.Scheme, error) {
	if f.labels == "" {
		return "", nil
	}
	s, err := label.ParseScheme(f.labels)
	if err != nil {
		return "", usagef("--truth-labels: %w", err)
	}
	return s, nil
}

// casesFlags choose cases with masks, on which a model is measured.
type casesFlags struct {
	truth truthFlags
	cases string
}

func (f *casesFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.cases, "cases", "", "which cases: FILE.json:KEY, a list of folder names")
	completeFile(cmd, "cases", "json")
	f.truth.add(cmd)
}

// measure evaluates a model on the cases and shows how far it is.
func measure(ctx context.Context, c *console, name string, e *engine.Engine, l *cohort.List, o evaluate.Options) (*evaluate.Report, error) {
	bar := c.progress(name)
	defer bar.done()
	bar.coarse = true
	o.Progress = bar.step
	return evaluate.Run(ctx, e.Network, e.Model, l, o)
}
