package ort

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// forget is the age at which a check is made again where the state of the drivers cannot be read.
const forget = 7 * 24 * time.Hour

// memory is the file of remembered checks. A file that cannot be read counts as empty, since everything in it can be made again.
type memory struct{ path string }

func newMemory(cache string) *memory { return &memory{filepath.Join(cache, "checks.json")} }

func (m *memory) read() map[string]Check {
	all := map[string]Check{}
	data, err := os.ReadFile(m.path)
	if err != nil || json.Unmarshal(data, &all) != nil {
		return map[string]Check{}
	}
	return all
}

// recall is the remembered check under key, if it still counts.
func (m *memory) recall(key string) (Check, bool) {
	c, ok := m.read()[key]
	if ok && driverState() == "" && time.Since(c.Time) > forget {
		return Check{}, false
	}
	return c, ok
}

// keep remembers c, replacing what is known of the same device, precision and library.
func (m *memory) keep(key string, c Check) error {
	all := m.read()
	for k, old := range all {
		if old.Device == c.Device && old.Precision == c.Precision && old.Library == c.Library && old.Probe == c.Probe {
			delete(all, k)
		}
	}
	all[key] = c
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("remembering the check of %s: %w", c.Device, err)
	}
	return writeWhole(m.path, data)
}

// writeWhole writes beside, then renames.
func writeWhole(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
