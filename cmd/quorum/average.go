package main

import (
	"github.com/spf13/cobra"

	"quorum/segment/engine"
	"quorum/segment/model"
)

// averageFlags are those of `quorum model average`.
type averageFlags struct {
	targetFlags
	weight float64
}

func newModelAverage(c *console) *cobra.Command {
	f := &averageFlags{}
	cmd := &cobra.Command{
		Use:   "average A B --weight W -o MODEL.onnx",
		Short: "Make the model between two: (1 − W)·A + W·B, weight by weight",
		Long: "Make the model between two of the same network, of which one was trained from the other: every weight is (1 − W)·A + W·B. Such a mean often\n" +
			"does better than either; choose W with `quorum evaluate`. A or B may be \"" + builtIn + "\".",
		Example: "  quorum model average built-in run-1/best.onnx --weight 0.5 -o mean.onnx",
		RunE: func(_ *cobra.Command, args []string) error {
			return f.run(c, args)
		},
	}
	f.add(cmd)
	cmd.Flags().Float64Var(&f.weight, "weight", 0.5, "share of B, from 0 to 1")
	return cmd
}

func (f *averageFlags) run(c *console, args []string) error {
	switch {
	case len(args) != 2:
		return usagef("average takes two models, A and B")
	case f.out == "":
		return usagef("-o MODEL.onnx is missing: the file to write")
	case !(f.weight >= 0 && f.weight <= 1):
		return usagef("--weight %g: give the share of B, from 0 to 1", f.weight)
	}
	if err := f.free(); err != nil {
		return err
	}
	var two [2]*model.Model
	for at, path := range args {
		if path == builtIn {
			path = ""
		}
		var err error
		if two[at], err = engine.ReadModel(path); err != nil {
			return err
		}
	}
	m, err := model.Average(two[0], two[1], f.weight, f.name(f.out))
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
