package segment

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"quorum/segment/model"
	"quorum/segment/region"
	"quorum/viewer/component"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/wording"
)

// EditedByHand stands in place of the reliability lines once a person has changed the labels.
const EditedByHand = "edited by hand: what is known about the model's results does not hold for this mask"

// NotComputed stands in their place where the labels come from a mask that no model is known to have made.
const NotComputed = "copied from a mask: no model is known to have made it, and nothing is known of how far to trust it"

// SidecarSchema names the form of the sidecar; its number grows when a field changes its meaning.
const SidecarSchema = "quorum.sidecar/1"

// Sidecar is what stands beside every mask: how it was made and how far to trust it. It carries no paths, no time and nothing about
// sequences that were not used, so that equal inputs give equal files. Where no model is known to have made the labels, everything about
// one is left out.
type Sidecar struct {
	Schema        string                `json:"schema"`
	App           SidecarApp            `json:"app"`
	Command       string                `json:"command,omitempty"` // makes the same result again; STUDY stands for the path
	Model         SidecarModel          `json:"model,omitzero"`
	Sequences     SidecarSequences      `json:"sequences,omitzero"`
	Backend       Backend               `json:"backend,omitzero"`
	Method        SidecarMethod         `json:"method,omitzero"`
	Labels        SidecarLabels         `json:"labels"`
	VolumeML      map[string]float64    `json:"volume_ml"`
	Probabilities *SidecarProbabilities `json:"probabilities,omitempty"`
	Reliability   []string              `json:"reliability"`
	Notices       []string              `json:"notices"`
	Use           string                `json:"use"`
}

// SidecarApp is the program.
type SidecarApp struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// SidecarModel is the model: which, and what it was trained on.
type SidecarModel struct {
	ID         string           `json:"id"`
	SHA256     string           `json:"sha256"`
	Provenance model.Provenance `json:"provenance"`
}

// SidecarSequences are the sequences by key, those that were used and the others.
type SidecarSequences struct {
	Present []string `json:"present"`
	Absent  []string `json:"absent"`
}

// SidecarMethod is the way from images to labels.
type SidecarMethod struct {
	Preprocessing string        `json:"preprocessing"`
	Resampled     bool          `json:"resampled_to_1_mm"`
	Threshold     float64       `json:"threshold"`
	Painting      string        `json:"painting"`
	Flips         bool          `json:"flips"`
	Tile          int           `json:"tile"` // side in voxels; 0 = one pass
	Clean         *SidecarClean `json:"clean"`
}

// SidecarClean is the clean-up, with its limits.
type SidecarClean struct {
	SmallML      float64 `json:"small_ml"`
	SmallShare   float64 `json:"small_share"`
	TraceML      float64 `json:"trace_ml"`
	Connectivity int     `json:"connectivity"`
	Dropped      int     `json:"dropped_components"`
	DroppedML    float64 `json:"dropped_ml"`
	ToNCRML      float64 `json:"et_to_ncr_ml"`
}

// SidecarLabels say what the numbers in the mask mean.
type SidecarLabels struct {
	Scheme label.Scheme `json:"scheme"`
	Legend string       `json:"legend"`
	Grid   string       `json:"grid"` // the sequence whose grid the mask has
	Edited bool         `json:"edited_by_hand"`
}

// SidecarProbabilities say what the file of probabilities holds.
type SidecarProbabilities struct {
	Order       []string           `json:"order"`
	Nested      bool               `json:"nested"`
	Temperature map[string]float64 `json:"temperature"`
}

// NewSidecar describes a result of m on l.
func NewSidecar(r *Result, m *model.Model, l *study.Loaded, o ExportOptions) Sidecar {
	s := MaskSidecar(l, o)
	s.Model = SidecarModel{m.ID, m.SHA256, m.Meta.Provenance}
	s.Sequences = SidecarSequences{r.Subset.Keys(), sequence.Full.Without(r.Subset).Keys()}
	s.Backend = r.Backend
	s.Method = SidecarMethod{
		Preprocessing: model.Preprocessing, Resampled: r.Resampled, Threshold: Threshold, Painting: "WT: ED, TC over it: NCR, ET over both: ET",
		Flips: r.Options.Flips, Tile: r.Options.Tile,
	}
	s.Reliability = ReliabilityLines(m, r.Subset, l.Study.Names())
	if r.Options.Clean {
		s.Method.Clean = &SidecarClean{
			region.SmallML, region.SmallShare, region.TraceML, component.Connectivity,
			r.Cleaned.Components, thousandth(r.Cleaned.DroppedML), thousandth(r.Cleaned.TraceML),
		}
	}
	for _, p := range r.Notices { // they name no files
		s.Notices = append(s.Notices, p.Text)
	}
	if s.Command = o.CommandLine; s.Command == "" {
		s.Command = CommandLine(r, o)
	}
	s = s.For(r.ML, o)
	if o.Probabilities {
		s.Probabilities = &SidecarProbabilities{Temperature: map[string]float64{}}
		for _, g := range label.Regions {
			s.Probabilities.Order = append(s.Probabilities.Order, g.String())
			s.Probabilities.Temperature[g.String()] = r.Temperature[g]
		}
	}
	return s
}

// MaskSidecar describes labels on l that no model is known to have made. For adds their volumes.
func MaskSidecar(l *study.Loaded, o ExportOptions) Sidecar {
	s := Sidecar{
		Schema:      SidecarSchema,
		App:         SidecarApp{"Quorum", o.AppVersion},
		Labels:      SidecarLabels{Scheme: o.Scheme, Legend: o.Scheme.Legend(), Grid: l.Present.Keys()[0]},
		Reliability: []string{NotComputed},
		Notices:     []string{},
		Use:         wording.ResearchUse,
	}
	for _, p := range l.Problems {
		s.Notices = append(s.Notices, withoutPaths(p, l.Study))
	}
	return s
}

// Tells says whether s can be the sidecar of labels with these volumes: another program may have changed a mask and left the sidecar behind.
func (s Sidecar) Tells(ml [label.RegionCount]float64) bool {
	const rounding = 0.0006
	for _, g := range label.Regions {
		if math.Abs(s.VolumeML[g.String()]-ml[g]) > rounding {
			return false
		}
	}
	return true
}

// For is the sidecar of labels that were copied from those of s: with their volumes, under the scheme of o, without probabilities and, once a
// person has changed them, without what is known about the model's results.
func (s Sidecar) For(ml [label.RegionCount]float64, o ExportOptions) Sidecar {
	s.Probabilities = nil
	s.Labels.Edited = s.Labels.Edited || o.Edited
	if s.Labels.Edited && s.Model.ID != "" {
		s.Reliability = []string{EditedByHand}
	}
	s.VolumeML = map[string]float64{}
	for _, g := range label.Regions {
		s.VolumeML[g.String()] = thousandth(ml[g])
	}
	return s.under(o.Scheme)
}

// under is the sidecar of the same labels in the numbers of another scheme.
func (s Sidecar) under(scheme label.Scheme) Sidecar {
	s.Command = strings.Replace(s.Command, labelsFlag+string(s.Labels.Scheme), labelsFlag+string(scheme), 1)
	s.Labels.Scheme, s.Labels.Legend = scheme, scheme.Legend()
	return s
}

// encode is the file's content.
func (s Sidecar) encode() ([]byte, error) {
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// labelsFlag is the part of a command line that the scheme of the labels follows.
const labelsFlag = "--labels "

// CommandLine is the canonical command that makes r again, whatever the person typed. All absent sequences are named: leaving a file
// away and declaring it absent are the same.
func CommandLine(r *Result, o ExportOptions) string {
	words := []string{"quorum", "segment", "STUDY"}
	if absent := sequence.Full.Without(r.Subset); absent != 0 {
		words = append(words, "--absent", strings.Join(absent.Keys(), ","))
	}
	words = append(words, "--device", r.Backend.Provider, "--precision", r.Backend.Precision, labelsFlag+string(o.Scheme))
	if r.Options.Tile > 0 {
		words = append(words, "--tile", strconv.Itoa(r.Options.Tile))
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"--flips", r.Options.Flips}, {"--clean", r.Options.Clean}, {"--probabilities", o.Probabilities}} {
		if flag.set {
			words = append(words, flag.name)
		}
	}
	return strings.Join(words, " ")
}

// thousandth rounds mL to mm³.
func thousandth(x float64) float64 { return math.Round(x*1000) / 1000 }
