package nifti

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// stream is an open file, unpacked where it is gzip. What it is, is seen from its first bytes and not from its name.
type stream struct {
	io.Reader
	file   *os.File
	size   int64 // stored bytes
	packed bool
}

// deflateMost is how many bytes one byte of deflate can stand for, at most.
const deflateMost = 1032

func open(path string) (*stream, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		return nil, noFile()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := sniff(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

// noFile is the error about a folder, a pipe or a device.
func noFile() error {
	return fault(ErrInvalid, "is not a file: name a .nii or .nii.gz file")
}

func sniff(f *os.File) (*stream, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, noFile()
	}
	s := &stream{Reader: f, file: f, size: info.Size()}
	var magic [2]byte
	if _, err := f.ReadAt(magic[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if magic == [2]byte{0x1f, 0x8b} {
		s.packed = true
		if s.Reader, err = newUnpacker(bufio.NewReaderSize(f, 1<<16)); err != nil {
			return nil, broken(err, 0)
		}
	}
	return s, nil
}

// Close closes the file.
func (s *stream) Close() error { return s.file.Close() }

// capacity is how many bytes the stream can deliver at most.
func (s *stream) capacity() int64 {
	if s.packed {
		return deflateMost * s.size
	}
	return s.size
}

// skip passes over n bytes.
func (s *stream) skip(n int64) error {
	if n == 0 {
		return nil
	}
	if !s.packed {
		_, err := s.file.Seek(n, io.SeekCurrent)
		return err
	}
	_, err := io.CopyN(io.Discard, s.Reader, n)
	return err
}

// drain reads what is left of a packed file, so that its checksum at the very end is checked.
func (s *stream) drain() error {
	if !s.packed {
		return nil
	}
	_, err := io.Copy(io.Discard, s.Reader)
	return err
}

// Files are the files that an image is read from: one, or both halves of a pair.
func Files(path string) []string {
	header, image := pair(path)
	if header == image || image == "" {
		return []string{header}
	}
	return []string{header, image}
}

// pair gives the two files of a .hdr/.img pair, opened by either half; image is "" when it is not there. For other names both are path.
func pair(path string) (header, image string) {
	switch stem, ext := split(path); ext {
	case ".hdr":
		return path, partner(stem, path, ".img")
	case ".img":
		if header = partner(stem, path, ".hdr"); header == "" {
			header = stem + ".hdr" // opening it says that it is missing
		}
		return header, path
	}
	return path, path
}

// split takes .hdr, .img, .nii with or without .gz off a path; ext is lower case and without .gz.
func split(path string) (stem, ext string) {
	stem = path
	if strings.EqualFold(filepath.Ext(stem), ".gz") {
		stem = stem[:len(stem)-3]
	}
	ext = filepath.Ext(stem)
	return stem[:len(stem)-len(ext)], strings.ToLower(ext)
}

// partner finds the other half of a pair, packed like this half first, in either case of letters.
func partner(stem, path, ext string) string {
	endings := []string{ext, ext + ".gz"}
	if strings.EqualFold(filepath.Ext(path), ".gz") {
		endings = []string{ext + ".gz", ext}
	}
	for _, e := range endings {
		for _, name := range []string{stem + e, stem + strings.ToUpper(e)} {
			if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
				return name
			}
		}
	}
	return ""
}
