package ort

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Versions of the libraries that `make setup` and `make openvino` fetch (tools/fetch).
const (
	stockVersion    = "1.30.0"
	openvinoVersion = "1.24.1"
)

// EnvLibrary is the environment variable that names the ONNX Runtime library file to load.
const EnvLibrary = "QUORUM_ONNXRUNTIME"

// library is an ONNX Runtime library on disk.
type library struct {
	path     string
	openvino bool // the OpenVINO provider lies beside it
}

// LibraryError says that the ONNX Runtime library was not found, or cannot be loaded.
type LibraryError struct {
	What   string   // what is missing or wrong
	Looked []string // files that were looked for
	Hint   string   // what to do
	Err    error
}

// Error is a sentence for a person.
func (e *LibraryError) Error() string {
	s := e.What
	if len(e.Looked) > 0 {
		s += " (looked for " + strings.Join(e.Looked, ", ") + ")"
	}
	return s + ": " + e.Hint
}

// Unwrap gives the loader's own error.
func (e *LibraryError) Unwrap() error { return e.Err }

// libraryName is the library's file name in the npm package and in the cache.
func libraryName() string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime.1.dylib"
	default:
		return "libonnxruntime.so.1"
	}
}

func sharedName(stem string) string {
	switch runtime.GOOS {
	case "windows":
		return stem + ".dll"
	case "darwin":
		return "lib" + stem + ".dylib"
	default:
		return "lib" + stem + ".so"
	}
}

// findLibrary looks for the library: the flag's file, else the environment's, else beside the executable, else in the cache. A file that
// was named but is not there is an error, never a reason to look elsewhere.
func findLibrary(flag, cache string, openvino bool) (library, error) {
	for _, named := range []struct{ path, by string }{{flag, "--library"}, {os.Getenv(EnvLibrary), EnvLibrary}} {
		if named.path == "" {
			continue
		}
		if !isFile(named.path) {
			return library{}, &LibraryError{
				What: fmt.Sprintf("%s names %s, which is not a file", named.by, named.path),
				Hint: "give the ONNX Runtime library itself, such as " + libraryName(),
				Err:  fs.ErrNotExist,
			}
		}
		return library{named.path, hasOpenVINO(named.path)}, nil
	}
	want, folder, beside := "ONNX Runtime", "onnxruntime-"+stockVersion, "."
	hint := "run `make setup`, or set " + EnvLibrary + " to the library's file"
	if openvino {
		want, folder, beside = "ONNX Runtime with OpenVINO", "openvino-"+openvinoVersion, "openvino"
		hint = "run `make openvino`, or use --device cpu"
	}
	var candidates []string
	if exe, err := os.Executable(); err == nil {
		candidates = append(candidates, filepath.Join(filepath.Dir(exe), beside, libraryName()))
	}
	candidates = append(candidates, filepath.Join(cache, folder, libraryName()))
	for _, path := range candidates {
		if isFile(path) && (!openvino || hasOpenVINO(path)) {
			return library{path, openvino}, nil
		}
	}
	return library{}, &LibraryError{What: want + " is not installed", Looked: candidates, Hint: hint, Err: fs.ErrNotExist}
}

func hasOpenVINO(path string) bool {
	return isFile(filepath.Join(filepath.Dir(path), sharedName("onnxruntime_providers_openvino")))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// DefaultCache is the folder for libraries and remembered checks: quorum in the user's cache folder.
func DefaultCache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", errors.Join(errors.New("there is no cache folder for this user: set HOME (Linux: or XDG_CACHE_HOME)"), err)
	}
	return filepath.Join(dir, "quorum"), nil
}
