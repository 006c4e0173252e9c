package ort

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// driverState changes when a graphics driver is installed, updated or removed. It is read from files, since asking a driver means to run
// it. Where nothing could be read, and elsewhere than on Linux, it is empty, and remembered checks expire instead.
func driverState() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	var files []string
	for _, name := range []string{"VK_DRIVER_FILES", "VK_ICD_FILENAMES"} {
		files = append(files, filepath.SplitList(os.Getenv(name))...)
	}
	if len(files) == 0 {
		for _, dir := range []string{"/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"} {
			found, err := filepath.Glob(filepath.Join(dir, "*.json"))
			if err == nil { // the pattern is right, and a folder that is not there has no files
				files = append(files, found...)
			}
		}
	}
	files = append(files, "/proc/driver/nvidia/version", "/sys/module/amdgpu/version", "/sys/module/i915/srcversion")
	h, read := sha256.New(), false
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		// Files of the kernel are new at every look; the text of the others names their library.
		stamp := info.ModTime().UnixNano()
		if strings.HasPrefix(f, "/proc/") || strings.HasPrefix(f, "/sys/") {
			stamp = 0
		}
		h.Write(fmt.Appendf(nil, "%s %d %s\n", f, stamp, text))
		read = true
	}
	if !read {
		return ""
	}
	return short(h.Sum(nil))
}
