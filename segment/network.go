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
	"quorum/viewer/study"
)

// Network is a model on an executor. The programs of one padded size stay compiled without a user, until another size is used: brains of one
// data set share few sizes, compiling takes less than a second, and each size holds hundreds of megabytes of native memory. Safe for one user
// at a time per Case.
type Network struct {
	model     *model.Model
	executor  Executor
	available func() (int64, bool) // bytes of memory that are free; false if unknown

	lock  sync.Mutex
	pairs []*pair // those with users; where there are none, the last one that had
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
	pairs := n.pairs
	n.pairs = nil
	n.lock.Unlock()
	var problems []error
	for _, p := range pairs {
		problems = append(problems, p.close())
	}
	return errors.Join(problems...)
}

// pair is the encoder and the decoder for one padded size.
type pair struct {
	size             [3]int
	encoder, decoder *compiling
	users            int
	discarded        bool // to be closed by its last user
}

// useless says that nobody should lease a pair any more.
func (p *pair) useless() bool { return p.discarded || p.encoder.failed() || p.decoder.failed() }

func (p *pair) used() bool { return p.users > 0 }

func (p *pair) close() error { return errors.Join(p.encoder.close(), p.decoder.close()) }

// compiling is a program that is being made.
type compiling struct {
	done    chan struct{}
	program Program
	err     error
}

// compile starts to make a program once there is room for it. It goes on when ctx ends: the next study wants it too.
func (n *Network) compile(ctx context.Context, f blueprint, size [3]int, room func()) *compiling {
	c := &compiling{done: make(chan struct{})}
	ctx = context.WithoutCancel(ctx)
	go func() {
		defer close(c.done)
		room()
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

// lease finds the programs for a size, or starts to compile both at the same time, in the place of what nobody uses. Every lease is followed
// by a release.
func (n *Network) lease(ctx context.Context, size [3]int) *pair {
	n.lock.Lock()
	defer n.lock.Unlock()
	at := slices.IndexFunc(n.pairs, func(p *pair) bool { return p.size == size && !p.useless() })
	if at < 0 {
		idle := slices.DeleteFunc(slices.Clone(n.pairs), (*pair).used)
		n.pairs = slices.DeleteFunc(n.pairs, func(p *pair) bool { return !p.used() })
		room := sync.OnceFunc(func() { shut(idle) })
		at = len(n.pairs)
		n.pairs = append(n.pairs, &pair{size: size, encoder: n.compile(ctx, lckd.Encoder, size, room), decoder: n.compile(ctx, lckd.Decoder, size, room)})
	}
	n.pairs[at].users++
	return n.pairs[at]
}

// release gives a pair back, and closes it if nobody else uses it and it is not to be kept. Closing may wait for a program in the making, so
// that it is done without the lock.
func (n *Network) release(p *pair) {
	n.lock.Lock()
	p.users--
	end := !p.used() && (len(n.pairs) > 1 || p.useless())
	if end {
		n.pairs = slices.DeleteFunc(n.pairs, func(q *pair) bool { return q == p })
	}
	n.lock.Unlock()
	if end {
		shut([]*pair{p})
	}
}

// shut closes programs that are of no use any more, whatever their end says.
func shut(pairs []*pair) {
	for _, p := range pairs {
		_ = p.close()
	}
}

// discard releases a pair that is not to be kept.
func (n *Network) discard(p *pair) {
	n.lock.Lock()
	p.discarded = true
	n.lock.Unlock()
	n.release(p)
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
	c := &Case{network: n, prepared: &prep.Prepared{Frame: *frame}}
	c.memory.left, c.memory.known = n.available()
	c.forced = c.force(Options{})
	c.programs = n.lease(ctx, c.passSize(frame.Size))
	if c.prepared, err = frame.Normalise(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
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
