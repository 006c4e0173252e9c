package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/segment/model"
	"quorum/segment/tile"
	"quorum/viewer/label"
	"quorum/viewer/save"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/wording"
)

// schemes are the label schemes that masks are written in.
var schemes = []string{string(label.BraTS2023), string(label.BraTS2017)}

// segmentFlags are those of `quorum segment`.
type segmentFlags struct {
	engineFlags
	sourceFlags
	out           string
	labels        string
	flips, clean  bool
	tile          int
	probabilities bool
	png, pdf      bool
	demo          bool
}

func newSegment(c *console) *cobra.Command {
	f := &segmentFlags{}
	cmd := &cobra.Command{
		Use:   "segment STUDY…",
		Short: "Segment studies: a mask and a sidecar for each",
		Long: "Segment one or more studies (folders with NIfTI files, or one 4-D file each) and write DIR/<id>_seg.nii.gz and DIR/<id>_seg.json.\n" +
			"Any of FLAIR, T1, T1ce and T2 will do; --absent leaves out sequences that are there, without opening them.",
		Example: "  quorum segment patient-7\n  quorum segment patient-* -o results --png\n  quorum segment patient-7 --absent t1ce\n  quorum segment --demo",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
		},
	}
	f.engineFlags.add(cmd)
	f.sourceFlags.add(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "quorum-out", "folder for the results; made if it is not there")
	flags.StringVar(&f.absent, "absent", "", "sequences to leave out, as in t1ce,flair")
	flags.StringVar(&f.labels, "labels", schemes[0], "label numbers of the mask: "+strings.Join(schemes, ", "))
	flags.BoolVar(&f.flips, "flips", false, "average over the eight flips: about one point of Dice better, eight times slower")
	flags.BoolVar(&f.clean, "clean", false, "drop small components")
	flags.IntVar(&f.tile, "tile", 0, "compute in tiles of this side in voxels, as in 96, where memory is short; 0 = one pass if it fits")
	flags.BoolVar(&f.probabilities, "probabilities", false, "write DIR/<id>_prob.nii.gz too: float32, volumes ET, WT, TC")
	flags.BoolVar(&f.png, "png", false, "write DIR/<id>_seg.png too")
	flags.BoolVar(&f.pdf, "pdf", false, "write DIR/<id>_seg.pdf too: a report on one page")
	flags.BoolVar(&f.force, "force", false, "replace all results of the study; segment a head that seems to have its skull")
	flags.BoolVar(&f.demo, "demo", false, "segment the built-in synthetic head")
	complete(cmd, "labels", schemes)
	completeSequences(cmd, "absent")
	completeFolder(cmd, "out")
	return cmd
}

func (f *segmentFlags) run(ctx context.Context, c *console, args []string) error {
	switch {
	case f.demo && len(args) > 0:
		return usagef("--demo takes no STUDY: it segments the built-in case")
	case f.demo && (f.given("assign") || f.given("volume")):
		return usagef("--demo has no files: leave --assign and --volume out")
	case !f.demo && len(args) == 0:
		return usagef("STUDY is missing: give the folder with a patient's images (or --demo for the built-in case)")
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := oneOf("labels", f.labels, schemes); err != nil {
		return err
	}
	if f.tile < 0 || f.tile%tile.Multiple != 0 {
		return usagef("--tile %d: give a multiple of %d voxels, such as %d", f.tile, tile.Multiple, tile.Default)
	}
	from, err := f.parse(len(args))
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
	if f.demo {
		return f.runDemo(ctx, c, from, start)
	}
	failed := 0
	for it := range from.read(ctx, args, f.keep) {
		if it.err == nil {
			e, err := start.wait(c)
			if err != nil {
				return err // the other studies would fail alike
			}
			_, it.err = f.one(ctx, c, e, it)
		}
		if ctx.Err() != nil {
			break
		}
		if it.err != nil {
			failed++
			c.failure(it.name, it.err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return f.close(c, failed, len(args))
}

// close says what remains to be said at the end of a call.
func (f *segmentFlags) close(c *console, failed, of int) error {
	if failed < of {
		c.text("%s", wording.ResearchUse)
	}
	if failed == 0 {
		return nil
	}
	if of > 1 {
		c.notice("quorum: %d of %s failed", failed, count(of, "study"))
	}
	return errReported
}

// keep refuses a study whose results would replace others, before time is spent on it.
func (f *segmentFlags) keep(id, folder string) error {
	if err := outside(f.out, folder); err != nil {
		return err
	}
	if err := save.CheckFolder(f.out); err != nil {
		return err
	}
	return f.free(id)
}

// free refuses results that exist already.
func (f *segmentFlags) free(id string) error {
	if f.force {
		return nil
	}
	for _, path := range f.files(id).list() {
		if exists(path) {
			return fmt.Errorf("%s exists already: give another folder with -o, or --force to replace it", path)
		}
	}
	return nil
}

// outputFiles are the paths of one study's results; empty ones are not written.
type outputFiles struct {
	Mask          string `json:"mask"`
	Sidecar       string `json:"sidecar"`
	Probabilities string `json:"probabilities,omitempty"`
	Picture       string `json:"picture,omitempty"`
	Report        string `json:"report,omitempty"`
}

func (f *segmentFlags) files(id string) outputFiles {
	base := filepath.Join(f.out, id)
	o := outputFiles{Mask: base + "_seg.nii.gz", Sidecar: base + "_seg.json"}
	if f.probabilities {
		o.Probabilities = base + "_prob.nii.gz"
	}
	if f.png {
		o.Picture = base + "_seg.png"
	}
	if f.pdf {
		o.Report = base + "_seg.pdf"
	}
	return o
}

func (o outputFiles) list() []string {
	list := []string{o.Mask, o.Sidecar}
	for _, path := range []string{o.Probabilities, o.Picture, o.Report} {
		if path != "" {
			list = append(list, path)
		}
	}
	return list
}

// one segments a study, writes its files and reports.
func (f *segmentFlags) one(ctx context.Context, c *console, e *engine.Engine, it item) (*segment.Result, error) {
	result, err := f.compute(ctx, c, e, it.id, it.loaded)
	if err != nil {
		return nil, err
	}
	paths := f.files(it.id)
	if err := f.write(ctx, e, it, result, paths); err != nil {
		return nil, err
	}
	f.report(c, e, it, result, paths)
	return result, nil
}

func (f *segmentFlags) compute(ctx context.Context, c *console, e *engine.Engine, id string, l *study.Loaded) (*segment.Result, error) {
	bar := c.progress(id)
	defer bar.done()
	open, err := e.Network.Open(ctx, l)
	if err != nil {
		return nil, err
	}
	defer open.Close()
	return open.Segment(ctx, l.Present, segment.Options{Flips: f.flips, Clean: f.clean, Probabilities: f.probabilities, Tile: f.tile}, bar.step)
}

// write stores the results. Picture and report are drawn before anything is stored: a study that fails leaves no mask.
func (f *segmentFlags) write(ctx context.Context, e *engine.Engine, it item, r *segment.Result, paths outputFiles) error {
	var drawn []drawing
	if err := guard(func() (err error) {
		drawn, err = draw(pictured(it, e.Model, r), paths, time.Now())
		return err
	}); err != nil {
		return err
	}
	o := segment.ExportOptions{Scheme: label.Scheme(f.labels), Force: f.force, Probabilities: f.probabilities, AppVersion: version}
	o.CommandLine = f.command(segment.CommandLine(r, o))
	if _, err := segment.Export(ctx, f.out, it.id, r, e.Model, it.loaded, o); err != nil {
		return err
	}
	return f.addDrawings(paths, drawn)
}

// addDrawings stores picture and report beside results that are stored already.
func (f *segmentFlags) addDrawings(paths outputFiles, drawn []drawing) error {
	for _, d := range drawn {
		if err := save.Bytes(d.path, f.force, d.data); err != nil {
			return fmt.Errorf("%w; %s and %s are complete, only the %s is missing", err, paths.Mask, paths.Sidecar, d.name)
		}
	}
	return nil
}

// command adds to the canonical command line what a person chose besides. Exported files carry no paths, so files stand as words.
func (f *segmentFlags) command(canonical string) string {
	if f.demo {
		canonical = strings.Replace(canonical, " STUDY", " --demo", 1)
	}
	words := []string{canonical}
	if f.model != "" {
		words = append(words, "--model MODEL")
	}
	for _, a := range f.assign {
		key, _, _ := strings.Cut(a, "=")
		words = append(words, "--assign "+key+"=FILE")
	}
	if f.volume >= 0 {
		words = append(words, fmt.Sprintf("--volume %d", f.volume))
	}
	if f.force {
		words = append(words, "--force")
	}
	return strings.Join(words, " ")
}

// segmentLine is a result as JSON.
type segmentLine struct {
	Schema      string                           `json:"schema"`
	ID          string                           `json:"id"`
	Study       string                           `json:"study,omitempty"`
	Present     []string                         `json:"present"`
	Absent      []string                         `json:"absent"`
	ML          map[string]float64               `json:"ml"`
	Empty       bool                             `json:"empty"`
	Backend     segment.Backend                  `json:"backend"`
	Model       modelLine                        `json:"model"`
	Reliability map[string]model.ReliabilityCell `json:"reliability,omitempty"`
	Notices     []study.Problem                  `json:"notices"`
	Files       outputFiles                      `json:"files"`
}

// modelLine names a model in JSON results.
type modelLine struct {
	ID      string `json:"id"`
	SHA256  string `json:"sha256"`
	Trained bool   `json:"trained"`
}

// perRegion names values by region, rounded to three decimals: a voxel of 1 mm is 0.001 mL.
func perRegion(v [label.RegionCount]float64) map[string]float64 {
	out := map[string]float64{}
	for _, r := range label.Regions {
		out[r.String()] = math.Round(v[r]*1000) / 1000
	}
	return out
}

// report says the result: a small table, what computed it, how far to trust it, and everything odd.
func (f *segmentFlags) report(c *console, e *engine.Engine, it item, r *segment.Result, paths outputFiles) {
	line := segmentLine{
		Schema: "quorum.segment/1", ID: it.id, Study: it.name, Present: r.Subset.Keys(), Absent: sequence.Full.Without(r.Subset).Keys(),
		ML: perRegion(r.ML), Empty: r.ML[label.RegionWT] == 0, Backend: r.Backend, Files: paths,
		Model:   modelLine{ID: e.Model.ID, SHA256: e.Model.SHA256, Trained: e.Model.Meta.Provenance.Trained},
		Notices: append(append([]study.Problem{}, it.loaded.Problems...), r.Notices...),
	}
	rows := [][]string{}
	for _, region := range label.Regions {
		rows = append(rows, []string{region.String(), region.Name(), wording.Volume(region, r.Subset, r.ML[region]) + " mL"})
		if found, ok := e.Model.Cell(r.Subset, region); ok {
			if line.Reliability == nil {
				line.Reliability = map[string]model.ReliabilityCell{}
			}
			line.Reliability[region.String()] = found
		}
	}
	c.object(line)
	c.text("%s  %s  %s", it.id, r.Subset.Symbols(), r.Subset.Names())
	c.table(rows)
	c.text("  computed by %s", computed(r.Backend))
	for _, text := range segment.ReliabilityLines(e.Model, r.Subset, it.loaded.Study.Names()) {
		c.text("  %s", text)
	}
	c.text("  %s", e.Model.Origin())
	for _, path := range paths.list() {
		c.text("  %s", path)
	}
	for _, p := range line.Notices {
		c.notice("%s: notice: %s", it.id, problemText(p))
	}
}

// problemText is a problem as one sentence with its file's name.
func problemText(p study.Problem) string {
	if name := filepath.Base(p.File); p.File != "" && !strings.Contains(p.Text, name) {
		return name + ": " + p.Text
	}
	return p.Text
}
