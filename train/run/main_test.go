package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/segment/ort"
	"quorum/segment/score"
	"quorum/sharedtest"
	"quorum/train/data"
	"quorum/train/step"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// childFolder is the environment variable that makes this program train in a folder and nothing else, so that a test can kill it.
const childFolder = "QUORUM_TEST_TRAIN"

func TestMain(m *testing.M) {
	ort.RunCheckChild()
	if folder := os.Getenv(childFolder); folder != "" {
		if err := child(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child trains in a folder, or goes on there.
func child(folder string) error {
	r, err := ort.Open(context.Background(), ort.Options{Device: ort.CPU, Threads: 1})
	if err != nil {
		return err
	}
	o := options(Folder(folder), r)
	o.Resume = o.Folder.Used()
	_, err = Run(context.Background(), o)
	return err
}

// runtime is ONNX Runtime's CPU provider. Without the library the test is skipped, and fails with QUORUM_PARITY=1.
func runtime(tb testing.TB) *ort.Runtime {
	tb.Helper()
	r, err := ort.Open(tb.Context(), ort.Options{Device: ort.CPU, Threads: 1})
	if library := (*ort.LibraryError)(nil); errors.As(err, &library) && errors.Is(err, fs.ErrNotExist) {
		sharedtest.Lacking(tb, "needs the native library: %v", err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
	})
	return r
}

// settings are a short run of the tiny network with everything in it: two sizes of patches, batches of two, accumulation, elections between
// evaluations, checkpoints.
func settings() Config {
	c := Default()
	c.Steps, c.Channels, c.Accumulate, c.Seed = 24, lckd.Tiny.Channels, 2, 5
	c.Elect, c.Evaluate, c.Checkpoint, c.Rate.WarmUp = 3, 8, 5, 4
	c.Stages = []Stage{sized(0, 16, 16, 16), sized(0.5, 32, 16, 16)}
	c.Stages[0].Images = 2
	return c
}

func options(folder Folder, e segment.Executor) Options {
	return Options{Folder: folder, Settings: Settings{Config: settings()}, Executor: e, Threads: 1, Data: noise{}, Judge: weigh{}, Version: "test"}
}

// noise is data without meaning: each batch is a function of seed and number.
type noise struct {
	broken int // the batch with a value that is not a number; 0 = none
	fail   error
}

func (n noise) Facts() Facts {
	return Facts{Sets: []string{"noise"}, Cases: []string{"a", "b"}, HeldOut: []string{"c"}, Fingerprint: "f"}
}

func (n noise) Feed(plan []data.Stage, seed uint64, from int) (Feed, error) {
	return &noiseFeed{n, plan, seed, from}, n.fail
}

type noiseFeed struct {
	noise
	plan []data.Stage
	seed uint64
	at   int
}

func (f *noiseFeed) Next(context.Context) (step.Batch, error) {
	var s data.Stage
	for _, one := range f.plan {
		if f.at >= one.From {
			s = one
		}
	}
	rng := rand.New(rand.NewPCG(f.seed, uint64(f.at)))
	voxels := s.Size[0] * s.Size[1] * s.Size[2]
	b := step.Batch{Image: make([]float32, s.Images*4*voxels), Target: make([]float32, s.Images*3*voxels)}
	for i := range b.Image {
		b.Image[i] = float32(rng.NormFloat64())
	}
	for i := range b.Target {
		b.Target[i] = float32(rng.IntN(2))
	}
	for range s.Images {
		u := sequence.Subset(1 + rng.IntN(15))
		if s.Subset == 0 {
			u = sequence.Full
		}
		p := u.Presence()
		b.Presence = append(b.Presence, p[:]...)
	}
	if f.at == f.broken && f.broken > 0 {
		b.Target[0] = float32(math.NaN())
	}
	f.at++
	return b, nil
}

func (f *noiseFeed) Close() {}

// weigh judges by the weights alone: quick, and another verdict for other weights.
type weigh struct{ fail error }

func (w weigh) Evaluate(ctx context.Context, m *model.Model, o evaluate.Options) (*evaluate.Report, error) {
	if err := errors.Join(ctx.Err(), w.fail); err != nil {
		return nil, err
	}
	sum := 0.0
	for _, s := range lckd.Parameters(m.Config) {
		for i, x := range m.Weights[s.Name].Data {
			sum += float64(x) * math.Sin(float64(i))
		}
	}
	if o.Subsets == "" {
		o.Subsets = evaluate.All
	}
	c := evaluate.Case{ID: "c", Present: sequence.Full}
	for n, u := range o.Subsets.Subsets() {
		var v score.Values
		for q := range v {
			v[q] = 0.5 + 0.5*math.Sin(1000*sum+float64(3*n+q))
		}
		c.Rows = append(c.Rows, evaluate.Row{Subset: u, Dice: v, Soft: &v})
	}
	r := &evaluate.Report{Cases: []evaluate.Case{c}, Subsets: o.Subsets}
	if o.Calibrate {
		cell := map[string]model.ReliabilityCell{}
		for _, q := range label.Regions {
			cell[q.String()] = model.ReliabilityCell{N: 1, Mean: 0.5, Min: 0.5, Max: 0.5, Temperature: 1}
		}
		r.Reliability = &model.Reliability{Cases: []string{"c"}, Key: "val", UsedToChoose: true, Rows: map[string]map[string]model.ReliabilityCell{"t1": cell}}
	}
	return r, nil
}

// final is the checkpoint at the end of a run.
func final(tb testing.TB, f Folder) state {
	tb.Helper()
	s, _, err := readCheckpoint(f.checkpoint(), lckd.Tiny.ParameterCount(), 2)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func folder(tb testing.TB) Folder {
	tb.Helper()
	return Folder(filepath.Join(tb.TempDir(), "run"))
}
