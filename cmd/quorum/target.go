package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/model"
	"quorum/viewer/save"
)

// targetFlags name the model file that a command makes.
type targetFlags struct {
	out, id string
	force   bool
}

func (f *targetFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "", "the model file to write (.onnx)")
	flags.StringVar(&f.id, "id", "", "short name of the model; default: the file's name")
	flags.BoolVar(&f.force, "force", false, "replace an existing file")
	completeFile(cmd, "out", "onnx")
}

// free refuses before the work a file that exists already.
func (f *targetFlags) free() error {
	if exists(f.out) && !f.force {
		return fmt.Errorf("%s exists already: give another name, or --force to replace it", f.out)
	}
	return nil
}

// name is the model's short name: the one that was given, or that of the file at path.
func (f *targetFlags) name(path string) string {
	if f.id != "" {
		return f.id
	}
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// write stores the model.
func (f *targetFlags) write(m *model.Model) error { return save.Bytes(f.out, f.force, m.File()) }
