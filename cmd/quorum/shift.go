package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/evaluate"
	"quorum/segment/model"
	"quorum/segment/score"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
)

// shiftFlags are those of `quorum model shift`.
type shiftFlags struct {
	engineFlags
	casesFlags
	target  targetFlags
	regions []string
}

func newModelShift(c *console) *cobra.Command {
	f := &shiftFlags{}
	cmd := &cobra.Command{
		Use:   "shift DIR --cases FILE.json:KEY --model A.onnx -o B.onnx",
		Short: "Make outlines as wide as the truth's: find the constant for each region's logits that gives the best Dice",
		Long: "Training on patches around tumours shows the network more tumour than a head holds, so that its outlines may come out too wide. This finds\n" +
			"for each region the constant that, added to the logits, gives the best mean Dice over the cases and all subsets, and writes the model with it.\n" +
			"Take the training cases: held-out ones would no longer say how good the model is.",
		Example: "  quorum model shift brats --cases brats/split.json:train --model run-1/best.onnx -o shifted.onnx",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
		},
	}
	f.engineFlags.add(cmd)
	f.casesFlags.add(cmd)
	f.target.add(cmd)
	cmd.Flags().StringSliceVar(&f.regions, "regions", regionNames(), "regions that are shifted; the others stay")
	return cmd
}

func regionNames() []string {
	var list []string
	for _, r := range label.Regions {
		list = append(list, r.String())
	}
	return list
}

// shiftLine is the result as JSON.
type shiftLine struct {
	Schema string       `json:"schema"`
	Shift  score.Values `json:"shift"` // that was added to the logits
	Before score.Values `json:"before"`
	After  score.Values `json:"after"` // Dice over the cases and subsets, regions as the network gives them
	File   string       `json:"file"`
}

func (f *shiftFlags) run(ctx context.Context, c *console, args []string) (err error) {
	o := evaluate.Options{Calibrate: true}
	switch {
	case len(args) != 1:
		return usagef("shift takes one DIR: the folder that holds the cases")
	case f.cases == "":
		return usagef("--cases is missing: name the list, as in --cases split.json:train")
	case f.target.out == "":
		return usagef("-o MODEL.onnx is missing: the file to write")
	}
	if err := f.check(); err != nil {
		return err
	}
	for at, name := range f.regions {
		f.regions[at] = strings.ToUpper(name)
		if err := oneOf("regions", f.regions[at], regionNames()); err != nil {
			return err
		}
	}
	if o.Scheme, err = f.truth.scheme(); err != nil {
		return err
	}
	if err := f.target.free(); err != nil {
		return err
	}
	list, err := cohort.ReadList(args[0], f.cases)
	if err != nil {
		return err
	}
	e, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	r, err := measure(ctx, c, "shift", e, list, o)
	if err != nil {
		return err
	}
	if n := r.Failed(); n > 0 {
		return fmt.Errorf("%d of %s could not be evaluated, so that the model was not written; %s", n, count(len(r.Cases), "case"), firstFailure(r))
	}
	return f.write(c, e.Model, r)
}

func firstFailure(r *evaluate.Report) string {
	for _, one := range r.Cases {
		if one.Error != "" {
			return one.ID + ": " + one.Error
		}
	}
	return ""
}

func (f *shiftFlags) write(c *console, m *model.Model, r *evaluate.Report) error {
	shift, after, before := r.Shifts.Best()
	for _, q := range label.Regions {
		if !slices.Contains(f.regions, q.String()) {
			shift[q], after[q] = 0, before[q]
		}
	}
	id := f.target.name(f.target.out)
	shifted, err := m.Shifted(shift, id, fmt.Sprintf("the best over %s of %q", count(len(r.Cases), "case"), r.Key))
	if err != nil {
		return err
	}
	if err := f.target.write(shifted); err != nil {
		return err
	}
	c.object(shiftLine{"quorum.shift/1", shift, before, after, f.target.out})
	rows := [][]string{{"", "shift of the logits", "Dice before", "Dice after"}}
	for _, q := range label.Regions {
		rows = append(rows, []string{q.String(), fmt.Sprintf("%+.3f", shift[q]), fmt.Sprintf("%.3f", before[q]), fmt.Sprintf("%.3f", after[q])})
	}
	c.text("%s: mean over %s and their subsets", f.target.out, count(len(r.Cases), "case"))
	c.table(rows)
	return nil
}
