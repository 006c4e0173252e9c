package ort

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// maxBlobs bounds the folder of compiled programs, in bytes: there is one per network part and padded size.
const maxBlobs = 1 << 30

// blobFolder is where OpenVINO keeps what it compiled, so that the next process need not. The oldest files go when there is too much.
func blobFolder(cache string) (string, error) {
	dir := filepath.Join(cache, "compiled", "openvino-"+openvinoVersion)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("the folder for compiled networks cannot be made: %w", err)
	}
	type file struct {
		path string
		info fs.FileInfo
	}
	var files []file
	var total int64
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files = append(files, file{path, info})
		total += info.Size()
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("the folder of compiled networks cannot be read: %w", err)
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.info.ModTime().UnixNano(), b.info.ModTime().UnixNano()) })
	for _, f := range files {
		if total <= maxBlobs {
			break
		}
		if os.Remove(f.path) == nil { // a file that another process holds stays until next time
			total -= f.info.Size()
		}
	}
	return dir, nil
}
