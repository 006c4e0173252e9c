package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume/volumetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"quorum": main})
}

// TestScript runs the program itself, as a shell would.
func TestScript(t *testing.T) {
	library := onnxRuntime()
	if library == "" {
		t.Log("skipping what needs ONNX Runtime: run `make setup`, or set QUORUM_ONNXRUNTIME")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			e.Setenv("QUORUM_ONNXRUNTIME", library)
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "ort":
				return library != "", nil
			case "root":
				return os.Geteuid() == 0, nil
			case "tmpfs":
				return exec.CommandContext(t.Context(), "unshare", "-rm", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil, nil
			}
			path, ok := strings.CutPrefix(name, "exists:")
			return ok && exists(path), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "phantom": phantom, "jsonlines": jsonLines, "truncate": truncate,
		},
	})
}

// onnxRuntime finds the library that tests load: the environment's, or the one in the cache.
func onnxRuntime() string {
	if path := os.Getenv("QUORUM_ONNXRUNTIME"); path != "" {
		return path
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	found, err := filepath.Glob(filepath.Join(cache, "quorum", "onnxruntime-*", "*onnxruntime*"))
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[0]
}

// exits STATUS COMMAND… runs a command that must end with this status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// phantom DIR [SEQUENCE…] writes the small synthetic head into DIR under BraTS names; `seg` among the sequences adds the truth, and `N=SEED`
// makes another head.
func phantom(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: phantom DIR [flair t1 t1ce t2 seg] [N=SEED]")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	want := args[1:]
	if len(want) == 0 {
		want = []string{"flair", "t1", "t1ce", "t2"}
	}
	grid, head := volumetest.SmallGrid(), volumetest.Small()
	if seed, found := strings.CutPrefix(want[len(want)-1], "N="); found {
		n, err := strconv.ParseUint(seed, 10, 64)
		ts.Check(err)
		head.Seed, want = n, want[:len(want)-1]
	}
	volumes, truth := head.On(grid)
	like := nifti.NewHeader(grid)
	for _, key := range want {
		path := filepath.Join(dir, filepath.Base(dir)+"_"+key+".nii.gz")
		if key == "seg" {
			voxels, err := truth.Encode(label.BraTS2017)
			ts.Check(err)
			ts.Check(nifti.Write(path, like, 1, voxels, "", false))
			continue
		}
		s, err := sequence.Parse(key)
		ts.Check(err)
		ts.Check(nifti.Write(path, like, 1, volumes[s].Voxel, "", false))
	}
}

// jsonLines FILE SCHEMA… checks that every line of FILE is one object and that their schemas are those, in order.
func jsonLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: jsonlines FILE SCHEMA…")
	}
	var schemas []string
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0])))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var object struct {
			Schema string `json:"schema"`
		}
		if err := json.Unmarshal(lines.Bytes(), &object); err != nil {
			ts.Fatalf("not an object: %s: %v", lines.Text(), err)
		}
		schemas = append(schemas, object.Schema)
	}
	ts.Check(lines.Err())
	if got, want := strings.Join(schemas, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("schemas are %q, want %q", got, want)
	}
}

// truncate FILE cuts a file in half, as a broken copy does.
func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: truncate FILE")
	}
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, info.Size()/2))
}
