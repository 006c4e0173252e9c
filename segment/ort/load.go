package ort

import (
	"fmt"
	"path/filepath"
	"sync"

	onnxruntime "github.com/yalue/onnxruntime_go"
)

// loaded is the one library of this process: the binding keeps it in global variables, and two copies of a native runtime in one process
// would share symbols. It stays until the process ends.
var loaded struct {
	sync.Mutex
	path string
}

// load makes lib the library of this process. A second, different one is refused.
func load(lib library) error {
	loaded.Lock()
	defer loaded.Unlock()
	path, err := filepath.EvalSymlinks(lib.path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return fmt.Errorf("library %s: %w", lib.path, err)
	}
	switch loaded.path {
	case path:
		return nil
	case "":
	default:
		return &LibraryError{
			What: fmt.Sprintf("this process has loaded %s already and cannot load %s too", loaded.path, path),
			Hint: "choose the device before the first use and start Quorum again",
			Err:  ErrOtherLibrary,
		}
	}
	if err := searchPlugins(filepath.Dir(path)); err != nil {
		return &LibraryError{What: "the folder of " + path + " cannot be searched for plugins", Hint: err.Error(), Err: err}
	}
	onnxruntime.SetSharedLibraryPath(path)
	// Every failure comes back as an error, so the library itself need not print.
	if err := onnxruntime.InitializeEnvironment(onnxruntime.WithLogLevelFatal()); err != nil {
		return &LibraryError{
			What: path + " cannot be loaded as ONNX Runtime 1.24 or later",
			Hint: "fetch it again (`make setup`); the loader says: " + err.Error(),
			Err:  err,
		}
	}
	loaded.path = path
	return shareArena()
}

// loadedPath is the library of this process; "" while there is none.
func loadedPath() string {
	loaded.Lock()
	defer loaded.Unlock()
	return loaded.path
}

// shareArena makes one pool of CPU memory for all sessions, which grows by what is asked for. By default each session has its own, which
// doubles: 15 % more for an encoder and a decoder.
func shareArena() error {
	const growAsAsked = 1 // ONNX Runtime's kSameAsRequested; -1 is the default of the others
	config, err := onnxruntime.NewArenaCfg(0, growAsAsked, -1, -1)
	if err != nil {
		return fmt.Errorf("the pool of memory: %w", err)
	}
	defer config.Destroy()
	info, err := onnxruntime.GetMemoryInfo()
	if err != nil {
		return fmt.Errorf("the pool of memory: %w", err)
	}
	if err := onnxruntime.CreateAndRegisterAllocator(info, config); err != nil {
		return fmt.Errorf("the pool of memory: %w", err)
	}
	return nil
}
