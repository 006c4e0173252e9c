package run

import (
	"time"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/score"
	"quorum/train/step"
	"quorum/train/teacher"
	"quorum/viewer/sequence"
)

// Schema names the form of an event's JSON.
const Schema = "quorum.train/1"

// Kind says what an Event tells.
type Kind string

// The kinds of events.
const (
	Began      Kind = "start"      // Start
	Resumed    Kind = "resume"     // Start
	Stepped    Kind = "step"       // Progress
	Elected    Kind = "election"   // Election
	Evaluated  Kind = "evaluation" // Evaluation
	Saved      Kind = "checkpoint"
	Noticed    Kind = "notice"  // Text
	Stopped    Kind = "stop"    // Text: the run ended early and can be resumed
	Done       Kind = "done"    // End
	Evaluating Kind = "working" // Text: what takes long; not in the journal
)

// Event is news of a run: a line of the journal. Fields that do not belong to its kind are nil.
type Event struct {
	Schema string    `json:"schema"`
	Kind   Kind      `json:"kind"`
	Time   time.Time `json:"time"`
	Step   int       `json:"step"`  // steps done
	Steps  int       `json:"steps"` // of the run

	Start      *Start      `json:"start,omitempty"`
	Progress   *Progress   `json:"progress,omitempty"`
	Election   *Election   `json:"election,omitempty"`
	Evaluation *Evaluation `json:"evaluation,omitempty"`
	End        *End        `json:"end,omitempty"`
	Text       string      `json:"text,omitempty"`
}

// Start says what runs, at the beginning and after every resumption.
type Start struct {
	Config  Config          `json:"config"`
	Data    Facts           `json:"data"`
	From    string          `json:"from,omitempty"` // the model whose weights it began with; empty = random ones
	Backend segment.Backend `json:"backend"`
	Threads int             `json:"threads"` // of the runtime; 0 = one a core
}

// Facts say what is trained on.
type Facts struct {
	Sets        []string `json:"sets"`        // data sets and how many cases, in words
	Cases       []string `json:"cases"`       // ids
	Corrected   int      `json:"corrected"`   // cases whose truth is a result of Quorum that a person corrected
	Phantoms    int      `json:"phantoms"`    // synthetic heads besides
	HeldOut     []string `json:"held_out"`    // ids; they elect teachers and choose the model
	Fingerprint string   `json:"fingerprint"` // of the cases
}

// Progress is one step.
type Progress struct {
	Dice, BCE, KD, Total float32 // means over the micro-batches
	Norm                 float32 // of the gradient, before clipping
	Deviation            float32 // of f_m, mean over the micro-batches: an unnormalised distillation loss also falls where features shrink
	Rate                 float32
	Size                 [3]int
	Seconds              float64 // of the whole step
	Runtime              float64 // of which within the runtime
	Left                 float64 // seconds that the rest will take at the present rate, without evaluations
}

// Election is who teaches from now on.
type Election struct {
	Teachers []string                `json:"teachers"` // keys of sequences
	Winners  map[string]string       `json:"winners"`  // region → sequence
	Alone    map[string]score.Values `json:"alone"`    // sequence → soft Dice of each region
	Text     string                  `json:"text"`
	election teacher.Election
}

func newElection(e teacher.Election) *Election {
	n := &Election{Teachers: e.Teachers.Keys(), Winners: e.Winners(), Alone: map[string]score.Values{}, Text: e.String(), election: e}
	for _, m := range sequence.All {
		n.Alone[m.Key()] = e.Scores.Mean[m]
	}
	return n
}

// Evaluation is how the moving average did on the held-out cases.
type Evaluation struct {
	Table Table        `json:"dice"`
	Mean  score.Values `json:"mean"`  // over the subsets
	Score float64      `json:"score"` // by which the best model is chosen: the mean of Mean
	Best  bool         `json:"best"`  // the best so far
	Cases int          `json:"cases"` // that were measured
}

// Table is painted Dice by subset, as the mean over cases.
type Table map[string]score.Values

// End is the outcome of a run.
type End struct {
	Best    string      `json:"best"` // model files
	Last    string      `json:"last"`
	Before  *Evaluation `json:"before,omitempty"` // of the weights that it began with
	After   *Evaluation `json:"after"`            // of the best ones
	At      int         `json:"best_step"`
	Share   float64     `json:"runtime_share"` // of the steps' time within the runtime
	Seconds float64     `json:"seconds"`       // of the steps of this process
}

// newEvaluation reads a report.
func newEvaluation(r *evaluate.Report) *Evaluation {
	t := r.Dice()
	e := &Evaluation{Table: Table{}, Cases: len(r.Cases) - r.Failed()}
	cells := 0
	var n score.Values
	for _, row := range t.Rows {
		var v score.Values
		for q, c := range row.Cells {
			s := c.Summary()
			v[q] = s.Mean
			if s.N > 0 {
				e.Mean[q] += s.Mean
				e.Score += s.Mean
				n[q]++
				cells++
			}
		}
		e.Table[row.Subset.String()] = v
	}
	for q := range e.Mean {
		e.Mean[q] /= n[q]
	}
	e.Score /= float64(cells)
	return e
}

// newProgress makes the means over a step's micro-batches.
func newProgress(losses []step.Losses) *Progress {
	var p Progress
	for _, l := range losses {
		p.Dice += l.Dice
		p.BCE += l.BCE
		p.KD += l.KD
		p.Total += l.Total
		p.Deviation += l.Deviation
	}
	n := float32(len(losses))
	p.Dice, p.BCE, p.KD, p.Total, p.Deviation = p.Dice/n, p.BCE/n, p.KD/n, p.Total/n, p.Deviation/n
	p.Norm = losses[len(losses)-1].Norm
	return &p
}
