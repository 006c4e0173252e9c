package nifti

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"quorum/viewer/volume"
)

// ReadHeader reads and judges the header of path (.nii, .nii.gz, .hdr or .img).
func ReadHeader(path string) (*Header, error) {
	h, s, err := begin(path)
	if err != nil {
		return nil, err
	}
	if s == nil {
		h.notice("The file with the voxels (.img beside %s) is missing.", filepath.Base(path))
		return h, nil
	}
	return h, s.Close()
}

// Read reads volume number at (from 0) as float32 with slope and intercept applied.
func Read(path string, at int) (*Header, *volume.Volume, error) {
	h, volumes, err := ReadVolumes(path, at)
	if err != nil {
		return nil, nil, err
	}
	return h, volumes[0], nil
}

// ReadVolumes reads several volumes of one file in one pass, in the order asked for; numbers count from 0.
func ReadVolumes(path string, numbers ...int) (*Header, []*volume.Volume, error) {
	h, s, err := begin(path)
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		return nil, nil, at(path, fault(ErrInvalid, "the file with the voxels (.img beside it) is missing: copy both files of the pair"))
	}
	volumes, err := h.readVolumes(s, numbers)
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, nil, at(s.file.Name(), err)
	}
	return h, volumes, nil
}

// begin reads and judges the header of path and opens the stream with the voxels; s is nil when the image of a pair is missing.
// The stream stands where VoxOffset counts from, plus the header if that is in the same file.
func begin(path string) (h *Header, s *stream, err error) {
	header, image := pair(path)
	s, err = open(header)
	if err != nil {
		return nil, nil, at(header, err)
	}
	h, err = readHeader(s)
	if err == nil && !h.pair {
		err = h.fits(s)
	}
	if err != nil {
		return nil, nil, at(header, errors.Join(broken(err, 0), s.Close()))
	}
	if !h.pair {
		return h, s, nil
	}
	if err := s.Close(); err != nil {
		return nil, nil, at(header, err)
	}
	if image == "" || image == header { // the latter: a lone .nii with the header of a pair
		return h, nil, nil
	}
	s, err = open(image)
	if err != nil {
		return nil, nil, at(image, err)
	}
	if err := h.fits(s); err != nil {
		return nil, nil, at(image, errors.Join(err, s.Close()))
	}
	return h, s, nil
}

// fits checks what the header claims against what the file can hold, before any memory is taken for voxels.
func (h *Header) fits(s *stream) error {
	if h.VoxOffset+h.bytes() <= s.capacity() {
		return nil
	}
	if s.packed {
		return fault(ErrInvalid, "header says %s but the file has only %s packed, which can never hold that: the copy is incomplete or the header damaged",
			h.claim(), size(s.size))
	}
	return h.cut(io.ErrUnexpectedEOF, max(0, s.size-h.VoxOffset))
}

// cut explains an error after got bytes of voxels.
func (h *Header) cut(err error, got int64) error {
	if short(err) {
		f := fault(ErrInvalid, "header says %s but the file ends after %s: the copy is incomplete", h.claim(), size(got))
		f.Err = io.ErrUnexpectedEOF
		return f
	}
	return broken(err, h.VoxOffset+got)
}

// readVolumes reads the volumes of these numbers from a stream that begin has opened, and the rest of a packed stream for its checksum.
func (h *Header) readVolumes(s *stream, numbers []int) ([]*volume.Volume, error) {
	for _, n := range numbers {
		if n < 0 || n >= h.Volumes() {
			return nil, fmt.Errorf("volume %d was asked for, but the file has %d (counted from 0)", n, h.Volumes())
		}
	}
	each := h.bytes() / int64(h.Volumes())
	if n := h.voxels() / int64(h.Volumes()); n > mostVoxels {
		return nil, fault(ErrUnsupported, "one volume has %d voxels (%s), more than the %d that are read: no image of a head is that large, resample it first",
			n, h.shape(), mostVoxels)
	}
	skip := h.VoxOffset
	if !h.pair {
		skip -= layouts[h.Version-1].size
	}
	order := slices.Clone(numbers)
	slices.Sort(order)
	read := make(map[int]*volume.Volume, len(numbers))
	next := 0 // the volume that the stream stands before, after skip more bytes
	for _, n := range slices.Compact(order) {
		skip += int64(n-next) * each
		if err := s.skip(skip); err != nil {
			return nil, h.cut(err, int64(next)*each)
		}
		voxels, got, err := h.decode(s, each)
		if err != nil {
			return nil, h.cut(err, int64(n)*each+got)
		}
		read[n] = &volume.Volume{Grid: h.Grid(), Voxel: voxels}
		next, skip = n+1, 0
	}
	if err := s.drain(); err != nil {
		return nil, broken(err, h.VoxOffset+int64(next)*each)
	}
	out := make([]*volume.Volume, len(numbers))
	for i, n := range numbers {
		out[i] = read[n]
	}
	return out, nil
}

// mostVoxels bounds one volume: 2 GiB of float32, thirty times the finest image of a head. Zeros pack a thousandfold, so a small file
// could else take all memory.
const mostVoxels = 1 << 29

const (
	chunk   = 1 << 18 // bytes decoded at once: a multiple of every voxel size that stays in the second-level cache
	trusted = 1 << 24 // voxels that memory is taken for before they have arrived: 64 MiB of float32
)

// decode reads and decodes n bytes of voxels. Memory for more than trusted voxels is taken only as they arrive. got is the bytes that came.
func (h *Header) decode(r io.Reader, n int64) (voxels []float32, got int64, err error) {
	t := datatypes[h.Datatype]
	slope, inter, _ := h.Scale()
	count := int(n / int64(t.bytes))
	voxels = make([]float32, 0, min(count, trusted))
	buffer := make([]byte, min(n, chunk))
	for len(voxels) < count {
		b := buffer[:min(int64(len(buffer)), n-got)]
		m, err := io.ReadFull(r, b)
		got += int64(m)
		if err != nil {
			return nil, got, err
		}
		if h.BigEndian {
			swap(b, t.bytes)
		}
		done, more := len(voxels), len(b)/t.bytes
		if done+more > cap(voxels) {
			voxels = append(make([]float32, 0, min(count, 2*cap(voxels))), voxels...)
		}
		voxels = voxels[:done+more]
		t.decode(voxels[done:], b, slope, inter)
	}
	return voxels, got, nil
}
