package ort

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// libraryState changes when the library at path, or one that lies beside it (its providers, their plugins), is another.
func libraryState(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("library %s: %w", path, err)
	}
	h := sha256.New()
	h.Write(fmt.Appendf(nil, "%d %d\n", info.Size(), info.ModTime().UnixNano()))
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("the folder of library %s: %w", path, err)
	}
	for _, e := range entries { // in order of name
		name := e.Name()
		if !strings.Contains(name, ".so") && !strings.HasSuffix(name, ".dll") && !strings.HasSuffix(name, ".dylib") {
			continue
		}
		// Stat, since many are links to the file with the full version.
		if info, err := os.Stat(filepath.Join(filepath.Dir(path), name)); err == nil {
			h.Write(fmt.Appendf(nil, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano()))
		}
	}
	return info.ModTime().UTC().Format(time.RFC3339) + " " + short(h.Sum(nil)), nil
}

// deviceVariables choose or hide devices and drivers; the drivers of Vulkan, CUDA, ROCm and Mesa read them.
var deviceVariables = []string{
	"VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES", "VK_LOADER_DRIVERS_SELECT", "VK_LOADER_DRIVERS_DISABLE", "VK_LOADER_DEVICE_SELECT",
	"MESA_VK_DEVICE_SELECT", "DRI_PRIME", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
	"LD_LIBRARY_PATH",
}

// deviceNodes are the files through which a process reaches graphics devices: a container may lack them.
var deviceNodes = []string{"/dev/dri/*", "/dev/nvidia*", "/dev/dxg", "/dev/kfd"}

// deviceSettings changes when a device is hidden or another is preferred.
func deviceSettings() string {
	h := sha256.New()
	for _, name := range deviceVariables {
		if value, set := os.LookupEnv(name); set {
			h.Write(fmt.Appendf(nil, "%s=%s\n", name, value))
		}
	}
	for _, pattern := range deviceNodes {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue // the patterns are right
		}
		h.Write(fmt.Appendf(nil, "%q\n", found))
	}
	return short(h.Sum(nil))
}

// short is enough of a hash to see a change.
func short(sum []byte) string { return hex.EncodeToString(sum)[:16] }
