package nifti

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// unpacker reads gzip, one member after the other. Zeros after the last one are padding of tapes and disks and are ignored, as by gzip itself.
type unpacker struct {
	stored *bufio.Reader
	member *gzip.Reader
}

func newUnpacker(stored *bufio.Reader) (*unpacker, error) {
	member, err := gzip.NewReader(stored)
	if err != nil {
		return nil, err
	}
	member.Multistream(false)
	return &unpacker{stored: stored, member: member}, nil
}

// Read unpacks; io.EOF comes only after the checksum of every member was right.
func (u *unpacker) Read(p []byte) (int, error) {
	for {
		n, err := u.member.Read(p)
		if n > 0 && errors.Is(err, io.EOF) {
			return n, nil // the end comes with the next call
		}
		if n > 0 || !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := u.next(); err != nil {
			return 0, err
		}
	}
}

// next moves to the next member, or returns io.EOF.
func (u *unpacker) next() error {
	for {
		b, err := u.stored.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			break
		}
	}
	if err := u.stored.UnreadByte(); err != nil {
		return err
	}
	if b, err := u.stored.Peek(2); err != nil || b[0] != 0x1f || b[1] != 0x8b {
		return gzip.ErrHeader
	}
	if err := u.member.Reset(u.stored); err != nil {
		return err
	}
	u.member.Multistream(false)
	return nil
}

// broken turns an error of unpacking into a sentence; others, and sentences, pass. got is how many bytes had been unpacked.
func broken(err error, got int64) error {
	var sentence *FileError
	var corrupt flate.CorruptInputError
	var internal flate.InternalError // so the inflater calls some damage, which it should have refused earlier
	switch {
	case errors.As(err, &sentence):
		return err
	case errors.Is(err, gzip.ErrChecksum):
		sentence = fault(ErrInvalid, "the gzip checksum is wrong: the file was damaged on its way, copy it again")
	case errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt), errors.As(err, &internal):
		sentence = fault(ErrInvalid, "the gzip data are damaged after %s unpacked: copy the file again", size(got))
	case errors.Is(err, io.ErrUnexpectedEOF):
		sentence = fault(ErrInvalid, "the gzip data end too early, after %s unpacked: the copy is incomplete", size(got))
	default:
		return err
	}
	sentence.Err = err
	return sentence
}
