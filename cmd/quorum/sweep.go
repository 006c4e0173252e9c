package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"quorum/segment/engine"
	"quorum/segment/evaluate"
	"quorum/viewer/report"
	"quorum/viewer/save"
	"quorum/viewer/wording"
)

// sweepFlags are those of `quorum sweep`.
type sweepFlags struct {
	engineFlags
	sourceFlags
	truth        truthFlags
	out          string
	flips, clean bool
}

func newSweep(c *console) *cobra.Command {
	f := &sweepFlags{}
	cmd := &cobra.Command{
		Use:   "sweep STUDY",
		Short: "Segment a study from every subset of its sequences, and compare",
		Long: "Segment one study from every subset of the sequences that it has: mL, agreement with the full set, and Dice where the folder has a\n" +
			"truth mask. Writes DIR/<id>_sweep.csv, .json and .png. Each sequence is encoded once, so this costs little more than one result.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
		},
	}
	f.engineFlags.add(cmd)
	f.sourceFlags.add(cmd.Flags())
	f.truth.add(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "quorum-out", "folder for the results; made if it is not there")
	flags.StringVar(&f.absent, "absent", "", "sequences to leave out, as in t1ce,flair")
	flags.BoolVar(&f.flips, "flips", false, "average over the eight flips")
	flags.BoolVar(&f.clean, "clean", false, "drop small components")
	flags.BoolVar(&f.force, "force", false, "replace existing results; take a head that seems to have its skull")
	completeSequences(cmd, "absent")
	completeFolder(cmd, "out")
	return cmd
}

func (f *sweepFlags) run(ctx context.Context, c *console, args []string) error {
	if len(args) != 1 {
		if len(args) == 0 {
			return usagef("STUDY is missing: give the folder with a patient's images")
		}
		return usagef("sweep takes one STUDY, not %d", len(args))
	}
	if err := f.check(); err != nil {
		return err
	}
	o := evaluate.SweepOptions{Flips: f.flips, Clean: f.clean}
	var err error
	if o.Scheme, err = f.truth.scheme(); err != nil {
		return err
	}
	from, err := f.parse(1)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := f.start(ctx)
	defer func() {
		cancel()
		_ = start.Close() // every result is on disk by now
	}()
	it, ok := <-from.read(ctx, args, f.keep)
	if !ok {
		return ctx.Err()
	}
	if it.err == nil {
		e, err := start.wait(c)
		if err != nil {
			return err // not the study's fault
		}
		it.err = f.one(ctx, c, e, it, o)
	}
	if it.err == nil || ctx.Err() != nil {
		return it.err
	}
	c.failure(it.name, it.err)
	return errReported
}

// keep refuses a study whose results would replace others, before time is spent on it.
func (f *sweepFlags) keep(id, folder string) error {
	if err := outside(f.out, folder); err != nil {
		return err
	}
	if err := save.CheckFolder(f.out); err != nil || f.force {
		return err
	}
	for _, extension := range []string{".csv", ".json", ".png"} {
		if path := f.path(id, extension); exists(path) {
			return fmt.Errorf("%s exists already: give another folder with -o, or --force to replace it", path)
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (f *sweepFlags) path(id, extension string) string {
	return filepath.Join(f.out, id+"_sweep"+extension)
}

func (f *sweepFlags) one(ctx context.Context, c *console, e *engine.Engine, it item, o evaluate.SweepOptions) error {
	bar := c.progress(it.id)
	bar.coarse = true
	o.Progress = bar.step
	s, err := evaluate.RunSweep(ctx, e.Network, e.Model, it.loaded, o)
	bar.done()
	if err != nil {
		return err
	}
	s.ID = it.id
	compared := lattice(it.loaded, e.Model, s)
	if err := f.write(s, compared); err != nil {
		return err
	}
	c.object(s)
	c.section(s.WriteText)
	c.text("%s", compared.Caption())
	for _, extension := range []string{".csv", ".json", ".png"} {
		c.text("%s", f.path(it.id, extension))
	}
	c.text("%s", wording.ResearchUse)
	for _, p := range s.Notices {
		c.notice("%s: notice: %s", it.id, problemText(p))
	}
	return nil
}

// write stores the numbers and the lattice.
func (f *sweepFlags) write(s *evaluate.Sweep, compared report.Lattice) error {
	if err := save.Folder(f.out); err != nil {
		return err
	}
	if err := save.File(f.path(s.ID, ".csv"), f.force, compared.WriteCSV); err != nil {
		return err
	}
	if err := save.File(f.path(s.ID, ".json"), f.force, indented(s)); err != nil {
		return err
	}
	png, err := encoded(compared.Draw())
	if err != nil {
		return err
	}
	return save.Bytes(f.path(s.ID, ".png"), f.force, png)
}
