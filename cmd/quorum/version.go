package main

import (
	"runtime"

	"github.com/spf13/cobra"
)

// versionLine is `quorum version --json`.
type versionLine struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	Go      string `json:"go"`
	System  string `json:"system"`
}

func newVersion(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say the program's version",
		Args:  cobra.NoArgs,
		Run: func(*cobra.Command, []string) {
			v := versionLine{Schema: "quorum.version/1", Version: version, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
			c.object(v)
			c.text("quorum %s (%s, %s)", v.Version, v.Go, v.System)
		},
	}
}
