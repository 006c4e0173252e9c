package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/evaluate"
	"quorum/segment/model"
	"quorum/viewer/cohort"
	"quorum/viewer/save"
	"quorum/viewer/wording"
)

// evaluateFlags are those of `quorum evaluate`.
type evaluateFlags struct {
	engineFlags
	casesFlags
	subsets       string
	out, into     string
	flips, clean  bool
	chosen, force bool
}

func newEvaluate(c *console) *cobra.Command {
	f := &evaluateFlags{}
	cmd := &cobra.Command{
		Use:   "evaluate DIR --cases FILE.json:KEY",
		Short: "Dice and HD95 of a model over the cases of a list, for every subset of the sequences",
		Long: "Evaluate a model on the cases (folders of DIR) that FILE.json lists under KEY, and write results.json and results.csv.\n" +
			"--into writes a copy of the model with these held-out results and the calibration made from them.",
		Example: "  quorum evaluate brats --cases brats/split.json:val -o val.json\n" +
			"  quorum evaluate brats --cases brats/split.json:val --model m.onnx --into m-val.onnx --used-to-choose",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
		},
	}
	f.engineFlags.add(cmd)
	f.casesFlags.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.subsets, "subsets", string(evaluate.All), "which subsets: "+strings.Join(selections(), ", "))
	flags.StringVarP(&f.out, "out", "o", "results.json", "file for the results; the table goes beside it as .csv")
	flags.StringVar(&f.into, "into", "", "write the model with these held-out results to this file")
	flags.BoolVar(&f.chosen, "used-to-choose", false, "with --into: say that these cases also helped to choose the model")
	flags.BoolVar(&f.flips, "flips", false, "average over the eight flips")
	flags.BoolVar(&f.clean, "clean", false, "drop small components")
	flags.BoolVar(&f.force, "force", false, "replace existing files")
	complete(cmd, "subsets", selections())
	return cmd
}

// selections are the choices of --subsets.
func selections() []string {
	list := []string{}
	for _, s := range evaluate.Selections {
		list = append(list, string(s))
	}
	return list
}

// csvPath is where the table goes.
func (f *evaluateFlags) csvPath() string {
	return strings.TrimSuffix(f.out, filepath.Ext(f.out)) + ".csv"
}

// samePath is whether two names are the same place.
func samePath(a, b string) bool {
	a, errA := resolved(a)
	b, errB := resolved(b)
	return errA == nil && errB == nil && a == b
}

// free refuses, before time is spent, files that could not be written after it.
func (f *evaluateFlags) free() error {
	for _, path := range []string{f.out, f.csvPath(), f.into} {
		if path == "" {
			continue
		}
		if exists(path) && !f.force {
			return fmt.Errorf("%s exists already: give another name, or --force to replace it", path)
		}
		if err := save.CheckFile(path, f.force); err != nil {
			return err
		}
	}
	return nil
}

// options judges the flags.
func (f *evaluateFlags) options(args []string) (evaluate.Options, error) {
	o := evaluate.Options{Subsets: evaluate.Selection(f.subsets), Distance: true, Flips: f.flips, Clean: f.clean}
	switch {
	case len(args) == 0:
		return o, usagef("DIR is missing: the folder that holds the cases")
	case len(args) > 1:
		return o, usagef("evaluate takes one DIR, not %d", len(args))
	case f.cases == "":
		return o, usagef("--cases is missing: name the list, as in --cases split.json:val")
	case f.csvPath() == f.out:
		return o, usagef("-o %s: the results are JSON; the table is written beside them as .csv", f.out)
	case f.into != "" && (samePath(f.into, f.out) || samePath(f.into, f.csvPath())):
		return o, usagef("--into %s: the results of -o go to this file: give the model another name", f.into)
	}
	if err := f.check(); err != nil {
		return o, err
	}
	if err := oneOf("subsets", f.subsets, selections()); err != nil {
		return o, err
	}
	var err error
	if o.Scheme, err = f.truth.scheme(); err != nil {
		return o, err
	}
	if f.into != "" {
		if o.Subsets != evaluate.All {
			return o, usagef("--into needs the results of all subsets: leave --subsets %s out", f.subsets)
		}
		if f.flips || f.clean {
			return o, usagef("--into stores what the plain method gives: leave --flips and --clean out")
		}
		o.Calibrate, o.UsedToChoose = true, f.chosen
	} else if f.chosen {
		return o, usagef("--used-to-choose belongs to --into")
	}
	return o, nil
}

func (f *evaluateFlags) run(ctx context.Context, c *console, args []string) error {
	o, err := f.options(args)
	if err != nil {
		return err
	}
	list, err := cohort.ReadList(args[0], f.cases)
	if err != nil {
		return err
	}
	if err := f.free(); err != nil {
		return err
	}
	e, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = e.Close() }()
	tell(c, e)
	r, err := measure(ctx, c, "evaluate", e, list, o)
	if err != nil {
		return err
	}
	return f.write(c, e.Model, r)
}

// write shows and stores a report; shown first, so that hours of work are not lost where it cannot be stored.
func (f *evaluateFlags) write(c *console, m *model.Model, r *evaluate.Report) error {
	c.object(r)
	c.section(r.WriteCases)
	c.section(r.WriteText)
	if r.Failed() < len(r.Cases) {
		if err := save.File(f.out, f.force, indented(r)); err != nil {
			return err
		}
		if err := save.File(f.csvPath(), f.force, r.WriteCSV); err != nil {
			return err
		}
		c.text("%s\n%s", f.out, f.csvPath())
	} else {
		c.notice("quorum: %s was not written: no case could be evaluated", f.out)
	}
	for _, one := range r.Cases {
		if one.Error != "" && c.json { // the text says it already
			c.failure(one.ID, errors.New(one.Error))
		}
	}
	if f.into != "" && r.Failed() == 0 {
		if err := f.store(m, r); err != nil {
			return err
		}
		c.text("%s", f.into)
	}
	c.text("%s", wording.ResearchUse)
	if n := r.Failed(); n > 0 {
		c.notice("quorum: %d of %s failed", n, count(len(r.Cases), "case"))
		if f.into != "" {
			c.notice("quorum: %s was not written: the results are not those of the whole list", f.into)
		}
		return errReported
	}
	return nil
}

// indented writes v as JSON for people.
func indented(v any) func(io.Writer) error {
	return func(w io.Writer) error {
		j := json.NewEncoder(w)
		j.SetIndent("", " ")
		return j.Encode(v)
	}
}

// store writes the model that also knows these results.
func (f *evaluateFlags) store(m *model.Model, r *evaluate.Report) error {
	taught, err := m.WithReliability(*r.Reliability)
	if err != nil {
		return err
	}
	return save.Bytes(f.into, f.force, taught.File())
}
