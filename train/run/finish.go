package run

import (
	"fmt"

	"quorum/segment/model"
)

// model is the moving average as it stands, as a model with its story.
func (r *runner) model(id string) (*model.Model, error) {
	w, err := r.weights()
	if err != nil {
		return nil, err
	}
	return model.New(w, model.Meta{ID: id, Provenance: r.provenance(), AppVersion: r.Version})
}

// provenance is the story of the weights as they stand.
func (r *runner) provenance() model.Provenance {
	facts := r.Data.Facts()
	seed := r.config.Seed
	p := model.Provenance{
		Summary:     r.summary(facts),
		Trained:     r.state.Step > 0 || r.state.From != nil,
		Data:        facts.Sets,
		Cases:       facts.Cases,
		HeldOut:     facts.HeldOut,
		Fingerprint: facts.Fingerprint,
		Steps:       r.state.Step,
		Seed:        &seed,
		Limits:      model.UsualLimits,
	}
	if f := r.state.From; f != nil {
		p.History = f.History
		for _, d := range f.Data {
			p.Data = append(p.Data, d+" (first weights)")
		}
	}
	if e := r.state.Election; e != nil {
		p.Teachers = e.Winners()
	}
	return p
}

func (r *runner) summary(f Facts) string {
	text := fmt.Sprintf("trained by Quorum on %d cases", len(f.Cases))
	if f.Corrected > 0 {
		text += fmt.Sprintf(" (the truth of %d is a result of Quorum that a person corrected)", f.Corrected)
	}
	if f.Phantoms > 0 {
		text += fmt.Sprintf(" and %d synthetic heads", f.Phantoms)
	}
	text += fmt.Sprintf(", %d steps", r.state.Step)
	if r.state.From == nil {
		return text + " from random weights"
	}
	return text + " from the weights of " + r.state.From.ID
}

// finish writes the last model of a run that came to its end; the best one is there.
func (r *runner) finish() (*End, error) {
	last, err := r.model(r.Folder.name() + "-last")
	if err != nil {
		return nil, r.brokeDown(err)
	}
	if err := store(r.Folder.Last(), last.File()); err != nil {
		return nil, err
	}
	end := &End{
		Best: r.Folder.Best(), Last: r.Folder.Last(), Before: r.state.Before, After: r.state.Best, At: r.state.BestStep, Seconds: r.spent.all,
	}
	if r.spent.all > 0 {
		end.Share = r.spent.runtime / r.spent.all
	}
	if err := r.save(); err != nil {
		return nil, err
	}
	return end, r.tell(Event{Kind: Done, End: end})
}
