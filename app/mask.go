package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/study"
)

// maskState is a mask of unknown origin that lies in the folder.
type maskState struct {
	mask   study.Mask
	scheme label.Scheme // that the user confirmed; "" = not confirmed
	asked  label.Scheme // that the user has just confirmed, while the mask is read; "" = none
}

// MaskInfo is what a person needs to confirm the label scheme of a mask.
type MaskInfo struct {
	Number     int // of the mask
	Name       string
	Candidates []label.Scheme // the likeliest first
	ML         map[int]float64
	Values     []int
}

// addMasks puts our own masks among the results.
func (c *Controller) addMasks() {
	for _, s := range c.doc.Saved {
		i := &item{kind: savedItem, name: filepath.Base(s.Mask.Path), labels: s.Labels}
		if told, ok := parseSidecar(s.Made); ok && told.Tells(s.Labels.RegionML()) {
			i.made = s.Made
			i.subset, _ = sequence.ParseSubset(strings.Join(told.Sequences.Present, ",")) // none where no model is known
		}
		c.items = append(c.items, i)
	}
	for _, m := range c.doc.Study.Masks {
		if m.Kind == study.Reference {
			c.masks = append(c.masks, maskState{mask: m})
		}
	}
	if c.doc.Truth != nil {
		c.items = append(c.items, &item{kind: referenceItem, name: "truth of the built-in case", labels: c.doc.Truth, truth: true})
	}
}

// AskMask looks at a mask and asks the user for its scheme.
func (c *Controller) AskMask(n int) {
	if n < 0 || n >= len(c.masks) || c.doc == nil {
		return
	}
	m := c.masks[n].mask
	info := MaskInfo{Number: n, Name: filepath.Base(m.Path), Candidates: m.Candidates, Values: m.Values, ML: map[int]float64{}}
	c.send(&errand{text: "reading " + info.Name, of: c.doc}, func(context.Context) error {
		_, v, err := nifti.Read(m.Path, 0)
		if err != nil {
			return err
		}
		voxel := v.Grid.VoxelVolumeML()
		for _, x := range v.Voxel {
			if x != 0 {
				info.ML[int(x)] += voxel
			}
		}
		return nil
	}, func(err error) {
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			c.Tell(Notice{Text: inWindow(err.Error()), Grave: true})
		default:
			c.screen.AskMask(info)
		}
	})
}

// ConfirmMask takes a mask as the truth, read under a scheme that the user has confirmed.
func (c *Controller) ConfirmMask(n int, scheme label.Scheme) {
	if n < 0 || n >= len(c.masks) || c.doc == nil || c.doc.Loaded == nil {
		return
	}
	path, doc := c.masks[n].mask.Path, c.doc
	for at := range c.masks {
		c.masks[at].asked = ""
	}
	c.masks[n].asked = scheme
	var labels *label.Cutout
	c.send(&errand{text: "reading " + filepath.Base(path), of: doc}, func(context.Context) error {
		m, err := study.ReadMask(path, scheme, doc.Loaded.Grid)
		if err == nil {
			labels = m.Cutout()
		}
		return err
	}, func(err error) {
		if c.masks[n].asked != scheme { // another mask or scheme was confirmed meanwhile
			return
		}
		c.masks[n].asked = ""
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			c.Tell(Notice{Text: inWindow(err.Error()), Grave: true})
		default:
			c.setTruth(n, scheme, labels)
		}
	})
}

func (c *Controller) setTruth(n int, scheme label.Scheme, labels *label.Cutout) {
	slog.Info("truth confirmed", "scheme", string(scheme))
	for at := range c.masks {
		c.masks[at].scheme = ""
	}
	c.masks[n].scheme = scheme
	c.truth, c.set.Truth = labels, labels
	name := filepath.Base(c.masks[n].mask.Path)
	kept := c.items[:0]
	for _, i := range c.items {
		if i.kind != referenceItem {
			kept = append(kept, i)
		}
	}
	i := &item{kind: referenceItem, name: name, labels: labels, truth: true}
	c.items = append(kept, i)
	if c.shown == nil {
		c.show(i, "ready")
	}
	c.compareAgain()
	c.screen.Refresh(Everything)
}

// truthChoice is what the session remembers of it: what was chosen last, read or not.
func (c *Controller) truthChoice() (t *session.Truth) {
	for _, m := range c.masks {
		switch {
		case m.asked != "":
			return &session.Truth{Path: m.mask.Path, Scheme: m.asked}
		case m.scheme != "":
			t = &session.Truth{Path: m.mask.Path, Scheme: m.scheme}
		}
	}
	return t
}
