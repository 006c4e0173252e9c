package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// importFlags are those of `quorum model import`: the file, and what its author must say, since weights say nothing.
type importFlags struct {
	targetFlags
	summary, limits, license string
	data, teachers           []string
	trained                  bool
}

func newModelImport(c *console) *cobra.Command {
	f := &importFlags{}
	cmd := &cobra.Command{
		Use:   "import FILE.safetensors -o MODEL.onnx",
		Short: "Make a model file of weights that were trained in PyTorch",
		Long: "Make a model file of a safetensors file with the names of the reference network. Say where the weights come from: it is shown with\n" +
			"every result. Without --trained every output says that the model is not evidently trained.",
		Example: "  quorum model import compact.safetensors -o compact.onnx --id compact-1 --trained \\\n" +
			"    --summary \"trained with the PyTorch reference on 24 BraTS cases\" --teacher ET=t1ce --teacher WT=t2",
		RunE: func(_ *cobra.Command, args []string) error {
			return f.run(c, args)
		},
	}
	f.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.summary, "summary", "", "one sentence: how and on what it was trained")
	flags.BoolVar(&f.trained, "trained", false, "these weights were trained")
	flags.StringArrayVar(&f.data, "data", nil, "a data set and how many of its cases; may be repeated")
	flags.StringArrayVar(&f.teachers, "teacher", nil, "REGION=SEQUENCE of the last election; may be repeated")
	flags.StringVar(&f.limits, "limits", "", "what it was not trained on; default: "+model.UsualLimits)
	flags.StringVar(&f.license, "license", "", "licence of the weights")
	return cmd
}

func (f *importFlags) run(c *console, args []string) error {
	switch {
	case len(args) != 1:
		return usagef("import takes one FILE.safetensors")
	case f.out == "":
		return usagef("-o MODEL.onnx is missing: the file to write")
	case f.trained && f.summary == "":
		return usagef("--trained needs --summary: say on what")
	}
	if err := f.free(); err != nil {
		return err
	}
	meta, err := f.meta(args[0])
	if err != nil {
		return err
	}
	m, err := model.Import(args[0], meta)
	if err != nil {
		return err
	}
	if err := f.write(m); err != nil {
		return err
	}
	c.object(newModelShowLine(m, f.out))
	showModel(c, m, f.out)
	return nil
}

func (f *importFlags) meta(path string) (model.Meta, error) {
	p := model.Provenance{Summary: f.summary, Trained: f.trained, Data: f.data, Limits: f.limits, License: f.license}
	for _, t := range f.teachers {
		region, key, _ := strings.Cut(t, "=")
		region = strings.ToUpper(region)
		if !slices.ContainsFunc(label.Regions[:], func(r label.Region) bool { return r.String() == region }) {
			return model.Meta{}, usagef("--teacher %s: the regions are ET, WT and TC, as in ET=t1ce", t)
		}
		s, err := sequence.Parse(key)
		if err != nil {
			return model.Meta{}, usagef("--teacher %s: write REGION=SEQUENCE, as in ET=t1ce: %w", t, err)
		}
		if p.Teachers == nil {
			p.Teachers = map[string]string{}
		}
		p.Teachers[region] = s.Key()
	}
	return model.Meta{ID: f.name(path), Provenance: p, AppVersion: version}, nil
}
