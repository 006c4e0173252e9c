package run

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"quorum/viewer/save"
)

// journal is the run's diary: one JSON object a line, appended as things happen.
type journal struct {
	file *os.File
	size int64
}

// openJournal opens the journal for appending after its first keep bytes: what was written after the checkpoint is made again.
func openJournal(path string, keep int64) (*journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the journal cannot be opened: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		keep = min(keep, info.Size())
		err = f.Truncate(keep)
	}
	if err == nil {
		_, err = f.Seek(keep, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the journal cannot be opened: %w", err), f.Close())
	}
	return &journal{f, keep}, nil
}

func (j *journal) write(e Event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("the journal: %w", err)
	}
	n, err := j.file.Write(append(line, '\n'))
	if err != nil {
		// Half a line must not stand before the next one.
		return errors.Join(full(&save.FileError{Path: j.file.Name(), Text: "could not be written: " + err.Error(), Err: err}), j.back())
	}
	j.size += int64(n)
	return nil
}

func (j *journal) back() error {
	if err := j.file.Truncate(j.size); err != nil {
		return err
	}
	_, err := j.file.Seek(j.size, io.SeekStart)
	return err
}

// sync brings all lines onto the disk and gives the length.
func (j *journal) sync() (int64, error) {
	if err := j.file.Sync(); err != nil {
		return 0, fmt.Errorf("the journal: %w", err)
	}
	return j.size, nil
}

func (j *journal) close() error { return j.file.Close() }

// ReadJournal reads the events of a run folder's journal, also while the run goes on: a last line that is not whole yet is left out.
func ReadJournal(folder string) ([]Event, error) {
	f, err := os.Open(Folder(folder).journal())
	if err != nil {
		return nil, fmt.Errorf("there is no journal of a run: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	var events []Event
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, fmt.Errorf("%s: %w", f.Name(), err)
		}
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return events, fmt.Errorf("%s: line %d is no event: %w", f.Name(), n, err)
		}
		events = append(events, e)
	}
}
