package ort

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Ages at which a check is made again.
const (
	expiry          = 7 * 24 * time.Hour // where the state of the drivers cannot be read
	unsettledExpiry = 10 * time.Minute   // of a check that did not come to an end: not at every start of a batch, but soon
)

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
	age := time.Since(c.Time)
	if !ok || c.Unsettled && age > unsettledExpiry || driverState() == "" && age > expiry {
		return Check{}, false
	}
	c.recalled = true
	return c, true
}

// forget drops what is known of a device, so that the next start checks it again.
func (m *memory) forget(s choice) {
	path, err := filepath.Abs(s.library.path)
	if err != nil {
		return
	}
	all := m.read()
	for k, c := range all {
		if c.Device == s.provider.name && c.Precision == s.precision && c.Library == path {
			delete(all, k)
		}
	}
	// A cache that cannot be written is as it was; the device is refused again at the next start.
	_ = m.write(all)
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
	return m.write(all)
}

func (m *memory) write(all map[string]Check) error {
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("remembering checks: %w", err)
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
