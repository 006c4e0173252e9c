// Package engine is a model on a device, ready to compute studies: what both programs open before their first result.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"sync"

	"quorum/assets"
	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/ort"
)

// Options choose the model and what computes it. The zero value is the built-in model on the fastest device that computes rightly.
type Options struct {
	Model     string // file (.onnx); "" = the built-in model
	Device    string // one of package ort's; "" = ort.Auto
	Precision string // one of package ort's; "" = ort.F32
	Library   string // file of the ONNX Runtime library; "" = found
	Threads   int    // 0 = one a core
}

// Engine is a network on a runtime, shared by all studies of a program.
type Engine struct {
	Model   *model.Model
	Runtime *ort.Runtime
	Network *segment.Network
}

// Close ends the programs that were compiled. Cases must be closed before.
func (e *Engine) Close() error {
	return errors.Join(e.Network.Close(), e.Runtime.Close())
}

// Open reads the model and loads the runtime, both at once. If both fail it is the model's error that is told, always.
func Open(ctx context.Context, o Options) (*Engine, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e := &Engine{}
	var modelErr, runtimeErr error
	var both sync.WaitGroup
	read := make(chan struct{})
	both.Go(func() {
		defer close(read)
		modelErr = guard(func() (err error) {
			e.Model, err = ReadModel(o.Model)
			return err
		})
		if modelErr != nil {
			cancel()
		}
	})
	both.Go(func() {
		runtimeErr = guard(func() (err error) {
			to := ort.Options{Library: o.Library, Device: o.Device, Precision: o.Precision, Threads: o.Threads}
			if o.Precision != ort.F32 && o.Precision != "" {
				// Only the model itself can tell what bfloat16 does to it, asked for by name or not.
				if <-read; modelErr != nil {
					return modelErr
				}
				to.Probe = ProbeOf(e.Model)
			}
			e.Runtime, err = ort.Open(ctx, to)
			return err
		})
	})
	both.Wait()
	switch {
	case modelErr != nil && e.Runtime != nil:
		return nil, errors.Join(modelErr, e.Runtime.Close())
	case modelErr != nil:
		return nil, modelErr
	case runtimeErr != nil:
		return nil, runtimeErr
	}
	e.Network = segment.NewNetwork(e.Model, e.Runtime)
	return e, nil
}

// ReadModel reads a model file; "" is the built-in model.
func ReadModel(path string) (*model.Model, error) {
	if path == "" {
		m, err := model.Decode(assets.Model())
		if err != nil {
			return nil, fmt.Errorf("the built-in model: %w", err)
		}
		return m, nil
	}
	m, err := model.Read(path)
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, &FileError{Path: path, Err: file.Err}
	}
	return m, err
}

// FileError says that a model file could not be opened.
type FileError struct {
	Path string
	Err  error // of the file system
}

// Error is a sentence.
func (e *FileError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("the model %s: there is no such file or folder: check the path", e.Path)
	}
	return fmt.Sprintf("the model %s cannot be opened: %v", e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// PanicError is a mistake of this program, or of the native library, that was caught.
type PanicError struct {
	Value any
	Stack []byte
}

// Error is a sentence.
func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// guard makes a panic in a goroutine's work an error of that work.
func guard(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return work()
}
