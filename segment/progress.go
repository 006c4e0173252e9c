package segment

import "quorum/viewer/sequence"

// Progress is one step of long work: Done of Total, and what is being done ("encoding T1").
type Progress struct {
	Text        string
	Done, Total float64
}

// finishing is the share of everything after the network, where one run of encoder or decoder is 1.
const finishing = 0.2

// meter counts work. Its report may be nil.
type meter struct {
	report      func(Progress)
	done, total float64
	now         float64 // the share of the step under way
}

func newMeter(report func(Progress), total float64) *meter {
	return &meter{report: report, total: total}
}

// begin ends the step under way and says the next, which is worth weight.
func (m *meter) begin(text string, weight float64) {
	m.done, m.now = min(m.total, m.done+m.now), weight
	if m.report != nil {
		m.report(Progress{Text: text, Done: m.done, Total: m.total})
	}
}

func (m *meter) end() {
	if m.report != nil {
		m.report(Progress{Text: "done", Done: m.total, Total: m.total})
	}
}

// work is the total for a result: every encoder and decoder run, of a tile too, is 1. Features that are known already count as well:
// their steps pass at once.
func (c *Case) work(u sequence.Subset, o Options) float64 {
	runs := float64(u.Len() + 1)
	if o.Tile > 0 {
		for _, n := range c.prepared.Size {
			half := max(1, min(n, o.Tile)/2)
			runs *= float64((n-min(n, o.Tile)+half-1)/half + 1)
		}
	}
	if o.Flips {
		runs *= 8
	}
	return runs + finishing
}
