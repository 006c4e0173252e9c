package main

import (
	"strings"

	"github.com/spf13/cobra"

	"quorum/viewer/sequence"
)

// complete offers words for a flag in the shell.
func complete(cmd *cobra.Command, flag string, words []string) {
	offer(cmd, flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// completeFile offers files with the given extensions.
func completeFile(cmd *cobra.Command, flag string, extensions ...string) {
	offer(cmd, flag, cobra.FixedCompletions(extensions, cobra.ShellCompDirectiveFilterFileExt))
}

// completeFolder offers folders.
func completeFolder(cmd *cobra.Command, flag string) {
	offer(cmd, flag, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs))
}

// completeSequences offers the sequences that a comma-separated flag does not name yet.
func completeSequences(cmd *cobra.Command, flag string) {
	offer(cmd, flag, func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		begun := ""
		if at := strings.LastIndexByte(typed, ','); at >= 0 {
			begun = typed[:at+1]
		}
		named, err := sequence.ParseSubset(begun)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var list []cobra.Completion
		for _, s := range sequence.Full.Without(named).Sequences() {
			list = append(list, begun+s.Key())
		}
		return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// offer registers a completion. It fails only for a flag that does not exist: a mistake in this program.
func offer(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err)
	}
}
