package run

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"

	"quorum/train/step"
	"quorum/train/teacher"
)

// state is everything that a run needs to go on as if it had never stopped. It is a value: a step makes a new one.
type state struct {
	step.State
	Average []float32 // moving average of the parameters: what is evaluated, elected on and exported

	Step     int               // steps done
	Samples  int               // micro-batches used up
	Judged   int               // the last step after which an evaluation or election was held; -1 = none
	From     *Origin           // of the first weights; nil = random
	Election *teacher.Election // the last one; nil = none yet
	Before   *Evaluation       // of the weights that the run began with; nil = they are random
	Best     *Evaluation       // nil = none yet
	BestStep int
}

// Origin is a model with whose weights a run began.
type Origin struct {
	ID      string   `json:"id"`
	SHA256  string   `json:"sha256"`
	History []string `json:"history,omitempty"` // its own story and what was before
	Data    []string `json:"data,omitempty"`
}

// A checkpoint file is the magic word, the length of a JSON header, the header, the vectors as little-endian float32, and the CRC-32
// (Castagnoli) of all before it.
const magic = "QUORUMC1"

// head is the header of a checkpoint file: the state without its vectors.
type head struct {
	Step       int               `json:"step"`
	Samples    int               `json:"samples"`
	Updates    int               `json:"updates"`
	Count      int               `json:"count"`
	Judged     int               `json:"judged"`
	From       *Origin           `json:"from,omitempty"`
	Election   *teacher.Election `json:"election,omitempty"`
	Before     *Evaluation       `json:"before,omitempty"`
	Best       *Evaluation       `json:"best,omitempty"`
	BestStep   int               `json:"best_step"`
	Journal    int64             `json:"journal"`  // bytes of the journal that belong to it
	Computed   string            `json:"computed"` // backend and threads
	Parameters int               `json:"parameters"`
	Moments    int               `json:"moments"`
}

// writeCheckpoint replaces the checkpoint file, whole or not at all.
func writeCheckpoint(path string, s state, journal int64, computed string) error {
	h := head{
		Step: s.Step, Samples: s.Samples, Updates: s.Updates, Count: s.Count, Judged: s.Judged, From: s.From, Election: s.Election, Before: s.Before, Best: s.Best,
		BestStep: s.BestStep, Journal: journal, Computed: computed, Parameters: len(s.Parameter), Moments: len(s.Moments),
	}
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	err = storeWith(path, func(w io.Writer) error {
		sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
		w = io.MultiWriter(w, sum)
		b := binary.LittleEndian.AppendUint32([]byte(magic), uint32(len(text)))
		if _, err := w.Write(append(b, text...)); err != nil {
			return err
		}
		for _, v := range s.vectors() {
			if err := writeVector(w, *v); err != nil {
				return err
			}
		}
		_, err := w.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
		return err
	})
	if err != nil {
		return fmt.Errorf("the checkpoint of step %d could not be written, the one before it is whole: %w", s.Step, err)
	}
	return nil
}

// vectors are the long parts of the state, in the order of the file.
func (s *state) vectors() []*[]float32 {
	list := []*[]float32{&s.Parameter, &s.Accumulator, &s.Average}
	for i := range s.Moments {
		list = append(list, &s.Moments[i])
	}
	return list
}

func writeVector(w io.Writer, v []float32) error {
	const piece = 1 << 16
	b := make([]byte, 0, 4*piece)
	for len(v) > 0 {
		n := min(piece, len(v))
		b = b[:0]
		for _, x := range v[:n] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		v = v[n:]
	}
	return nil
}

// errDamaged is wrapped by every error about the content of a checkpoint.
var errDamaged = errors.New("the checkpoint is damaged: it was changed or the disk is failing; a new run can begin with best.onnx of its folder (--from)")

// readCheckpoint reads a checkpoint for a network of so many parameters and an optimiser with so many moments.
func readCheckpoint(path string, parameters, moments int) (state, head, error) {
	var s state
	var h head
	data, err := os.ReadFile(path)
	if err != nil {
		return s, h, err
	}
	body := len(data) - 4
	if body < len(magic)+4 || string(data[:len(magic)]) != magic ||
		crc32.Checksum(data[:body], crc32.MakeTable(crc32.Castagnoli)) != binary.LittleEndian.Uint32(data[body:]) {
		return s, h, fmt.Errorf("%s: %w", path, errDamaged)
	}
	data = data[len(magic):body]
	n := int(binary.LittleEndian.Uint32(data))
	if data = data[4:]; n > len(data) {
		return s, h, fmt.Errorf("%s: %w", path, errDamaged)
	}
	if err := json.NewDecoder(bytes.NewReader(data[:n])).Decode(&h); err != nil {
		return s, h, fmt.Errorf("%s: %w (%w)", path, errDamaged, err)
	}
	data = data[n:]
	if h.Parameters != parameters || h.Moments != moments || len(data) != 4*parameters*(3+moments) {
		return s, h, fmt.Errorf("%s: the checkpoint is of a network with %d parameters and %d moments, the run's settings make %d and %d: config.json was changed",
			path, h.Parameters, h.Moments, parameters, moments)
	}
	s = state{
		State: step.State{Moments: make([][]float32, moments), Count: h.Count, Updates: h.Updates}, Step: h.Step, Samples: h.Samples, Judged: h.Judged,
		From: h.From, Election: h.Election, Before: h.Before, Best: h.Best, BestStep: h.BestStep,
	}
	for _, v := range s.vectors() {
		*v = make([]float32, parameters)
		for i := range *v {
			(*v)[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		data = data[4*parameters:]
	}
	return s, h, nil
}
