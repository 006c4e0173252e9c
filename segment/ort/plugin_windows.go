package ort

import (
	"fmt"
	"syscall"
	"unsafe"
)

// searchPlugins lets the loader find what lies beside the library: DirectML.dll, dxcompiler.dll, OpenVINO's plugins.
func searchPlugins(dir string) error {
	p, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return fmt.Errorf("%s is no path: %w", dir, err)
	}
	set := syscall.NewLazyDLL("kernel32.dll").NewProc("SetDllDirectoryW")
	if ok, _, err := set.Call(uintptr(unsafe.Pointer(p))); ok == 0 {
		return fmt.Errorf("Windows does not accept %s as a library folder: %w", dir, err)
	}
	return nil
}
