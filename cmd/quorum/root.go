package main

import (
	"github.com/spf13/cobra"

	"quorum/viewer/wording"
)

// newRoot builds the tree of commands.
func newRoot(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "quorum",
		Short: "Segment brain tumours from whichever of FLAIR, T1, T1ce and T2 are there",
		Long: "Quorum segments brain tumours in MRI from any of the sequences FLAIR, T1, T1ce and T2 that a study has.\n\n" +
			wording.ResearchUse,
		Version:           version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usagef("a command is missing\n%s", cmd.UsageString())
		},
	}
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.SetVersionTemplate("quorum {{.Version}}\n")
	root.PersistentFlags().BoolVar(&c.json, "json", false, "results as JSON, one object a line")
	root.AddCommand(
		newSegment(c), newSweep(c), newEvaluate(c), newTrain(c), newInfo(c), newModel(c), newDoctor(c), newBench(c), newVersion(c),
	)
	return root
}
