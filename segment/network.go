package segment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/segment/prep"
	"quorum/segment/tile"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// kept is how many sizes stay compiled without a user: brains of one data set share few, and each holds native memory.
const kept = 2

// Network is a model on an executor, with its compiled programs cached by padded size. Safe for one user at a time per Case.
type Network struct {
	model     *model.Model
	executor  Executor
	available func() (int64, bool) // bytes of memory that are free; false if unknown

	lock  sync.Mutex
	pairs []*pair // the latest user last
}

// NewNetwork takes ownership of nothing: Close closes only the programs that it compiled.
func NewNetwork(m *model.Model, e Executor) *Network {
	return &Network{model: m, executor: e, available: func() (int64, bool) { return tile.Available(os.DirFS("/")) }}
}

// Model is the network's model.
func (n *Network) Model() *model.Model { return n.model }

// Close releases the compiled programs. Cases must be closed before.
func (n *Network) Close() error {
	n.lock.Lock()
	defer n.lock.Unlock()
	var problems []error
	for _, p := range n.pairs {
		problems = append(problems, p.close())
	}
	n.pairs = nil
	return errors.Join(problems...)
}

// pair is the encoder and the decoder for one padded size.
type pair struct {
	size             [3]int
	encoder, decoder *compiling
	users            int
}

func (p *pair) close() error { return errors.Join(p.encoder.close(), p.decoder.close()) }

// compiling is a program that is being made.
type compiling struct {
	done    chan struct{}
	program Program
	err     error
}

// compile starts to make a program. It goes on when ctx ends: the next study wants it too.
func (n *Network) compile(ctx context.Context, f blueprint, size [3]int) *compiling {
	c := &compiling{done: make(chan struct{})}
	ctx = context.WithoutCancel(ctx)
	go func() {
		defer close(c.done)
		g, err := f(n.model.Config, size)
		if err == nil {
			c.program, err = n.executor.Compile(ctx, g, n.model.Weights)
		}
		if err != nil {
			c.err = fmt.Errorf("the network could not be prepared for %d×%d×%d voxels: %w", size[0], size[1], size[2], err)
		}
	}()
	return c
}

// wait gives the program when it is ready.
func (c *compiling) wait(ctx context.Context) (Program, error) {
	select {
	case <-c.done:
		return c.program, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *compiling) failed() bool {
	select {
	case <-c.done:
		return c.err != nil
	default:
		return false
	}
}

func (c *compiling) close() error {
	<-c.done
	if c.program == nil {
		return nil
	}
	return c.program.Close()
}

// lease finds the programs for a size, or starts to compile both at the same time. Every lease is followed by a release.
func (n *Network) lease(ctx context.Context, size [3]int) *pair {
	n.lock.Lock()
	defer n.lock.Unlock()
	at := slices.IndexFunc(n.pairs, func(p *pair) bool { return p.size == size && !p.encoder.failed() && !p.decoder.failed() })
	var p *pair
	if at >= 0 {
		p = n.pairs[at]
		n.pairs = slices.Delete(n.pairs, at, at+1)
	} else {
		p = &pair{size: size, encoder: n.compile(ctx, lckd.Encoder, size), decoder: n.compile(ctx, lckd.Decoder, size)}
	}
	n.pairs = append(n.pairs, p)
	p.users++
	return p
}

// release gives a pair back and closes the pairs that nobody used for longest.
func (n *Network) release(p *pair) {
	n.lock.Lock()
	defer n.lock.Unlock()
	p.users--
	idle := 0
	for _, q := range slices.Backward(slices.Clone(n.pairs)) {
		if q.users > 0 {
			continue
		}
		if idle++; idle > kept || q.encoder.failed() || q.decoder.failed() {
			n.pairs = slices.DeleteFunc(n.pairs, func(x *pair) bool { return x == q })
			_ = q.close() // the programs are of no use any more, whatever their end says
		}
	}
}

// Open prepares a study: crop box from all loaded sequences, normalise. Nothing is encoded yet. The programs for its size are compiled
// meanwhile.
func (n *Network) Open(ctx context.Context, l *study.Loaded) (*Case, error) {
	if m := n.model.Config.Multiple(); prep.Multiple%m != 0 {
		return nil, fmt.Errorf("model %s has %d levels; images are prepared for four at most", n.model.ID, len(n.model.Config.Channels))
	}
	frame, err := prep.Locate(ctx, l, l.Present)
	if err != nil {
		return nil, err
	}
	c := &Case{network: n, forced: n.force(frame.Size, l.Present)}
	c.programs = n.lease(ctx, c.passSize(frame.Size))
	if c.prepared, err = frame.Normalise(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// forced says that one pass over a study does not fit into memory.
type forced struct {
	tile   int
	reason string
}

// force decides whether memory forces tiles on a lattice; nil if not, or if nobody knows how much memory there is.
func (n *Network) force(size [3]int, u sequence.Subset) *forced {
	need := tile.Need(size, u.Len(), n.model.Config.Channels)
	left, known := n.available()
	if !known || need <= left || max(size[0], size[1], size[2]) <= tile.Default {
		return nil
	}
	const gb = 1e9
	return &forced{tile: tile.Default, reason: fmt.Sprintf("The whole brain in one pass needs about %.1f GB of memory and %.1f GB are free, so it was "+
		"computed in tiles of %d voxels; the result differs a little from one pass. Close other programs to avoid this",
		float64(need)/gb, float64(left)/gb, tile.Default)}
}

// notices says what every result of this model must say.
func (n *Network) notices() []study.Problem {
	var list []study.Problem
	if n.model.IsForeign() {
		list = append(list, study.Problem{Text: n.model.Origin()})
	}
	if says := n.model.Meta.Preprocessing; says != "" && says != model.Preprocessing {
		list = append(list, study.Problem{Text: fmt.Sprintf("Model %s asks for other images than this program prepares, so its results may be "+
			"poor. It asks for: %s", n.model.ID, says)})
	}
	return list
}
