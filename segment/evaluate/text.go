package evaluate

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"quorum/segment/calibrate"
	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// WriteText writes the tables of means for a terminal, and what stands in the way of trusting them.
func (r *Report) WriteText(w io.Writer) error {
	if _, err := io.WriteString(w, r.heading()+"\n\n"); err != nil {
		return err
	}
	if err := r.Dice().WriteText(w); err != nil {
		return err
	}
	if t := r.HD95(); t != nil {
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
		if err := t.WriteText(w); err != nil {
			return err
		}
	}
	if err := r.writeReliability(w); err != nil {
		return err
	}
	for _, c := range r.Cases {
		if c.Error == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s is left out: %s\n", c.ID, c.Error); err != nil {
			return err
		}
	}
	return nil
}

// heading says what was done with what.
func (r *Report) heading() string {
	words := []string{fmt.Sprintf("%d of %d cases", len(r.good()), len(r.Cases))}
	if r.File != "" {
		words[0] += fmt.Sprintf(" of %s:%s", r.File, r.Key)
	}
	words = append(words, fmt.Sprintf("computed by %s", r.Backend))
	scheme := fmt.Sprintf("masks read as %s (%s)", r.Scheme, r.Scheme.Legend())
	if r.SchemeDecided {
		scheme += ", by the values of the data set"
	}
	words = append(words, scheme)
	if r.Flips {
		words = append(words, "mean over eight flips")
	}
	if r.Clean {
		words = append(words, "small components dropped")
	}
	return r.Model.Origin + "\n" + strings.Join(words, "; ") + "."
}

// writeReliability writes what was learned about probabilities and volumes; nothing if nothing was asked for.
func (r *Report) writeReliability(w io.Writer) error {
	if r.Reliability == nil {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\nCalibration over the voxels of the crop box: expected calibration error (ECE) with %d equal bins, before and after "+
		"dividing the logits by the temperature; volume bias is the mean of predicted minus true.\n", calibrate.ErrorBins); err != nil {
		return err
	}
	g := grid{titles: []string{"temperature", "ECE before", "ECE after", "bias (mL)"}, decimals: []int{2, 5, 5, 2}}
	for _, u := range r.Subsets.Subsets() {
		row, ok := r.Reliability.Rows[u.String()]
		if !ok {
			continue
		}
		var temperature, before, after, bias score.Values
		for _, q := range label.Regions {
			c := row[q.String()]
			temperature[q], before[q], after[q], bias[q] = c.Temperature, c.ECEBefore, c.ECEAfter, c.BiasML
		}
		g.addSubset(u, &temperature, &before, &after, &bias)
	}
	return g.write(w)
}

// WriteCases writes the results of every case for a terminal.
func (r *Report) WriteCases(w io.Writer) error {
	for _, c := range r.Cases {
		if err := c.WriteText(w); err != nil {
			return err
		}
	}
	return nil
}

// WriteText writes the results of one case for a terminal: a row for each subset, three columns for each measure in the order ET, WT, TC.
func (c Case) WriteText(w io.Writer) error {
	if c.Error != "" {
		_, err := fmt.Fprintf(w, "%s: %s\n", c.ID, c.Error)
		return err
	}
	if _, err := fmt.Fprintf(w, "%s\n", c.ID); err != nil {
		return err
	}
	g := grid{titles: []string{string(score.Truth), "mL"}, decimals: []int{3, 2, 1}}
	measured := len(c.Rows) > 0 && c.Rows[0].HD95 != nil
	if measured {
		g.titles = append(g.titles, string(score.Distance))
	}
	for _, row := range c.Rows {
		values := []*score.Values{&row.Dice, &row.ML}
		if measured {
			values = append(values, row.HD95)
		}
		g.addSubset(row.Subset, values...)
	}
	g.add("truth", "", nil, &c.TrueML)
	return g.write(w)
}

// columns are the values in the order ET, WT, TC; a dash is not available.
func columns(v score.Values, decimals int) []string {
	var words []string
	for _, x := range v {
		if math.IsNaN(x) {
			words = append(words, "–")
		} else {
			words = append(words, strconv.FormatFloat(x, 'f', decimals, 64))
		}
	}
	return words
}

// WriteCSV writes a line for each case, subset and region, and a line for each mean with n; the column kind tells them apart. Where there
// is no value the field is empty.
func (r *Report) WriteCSV(w io.Writer) error {
	records := [][]string{append(append([]string{"schema", "kind", "case"}, subsetHeader()...),
		"region", "n", "dice_truth", "hd95_mm", "hd95_n", "ml", "truth_ml", "error")}
	for _, c := range r.Cases {
		if c.Error != "" {
			records = append(records, append([]string{Schema, "failed", c.ID, "", "", "", "", "", "", "0", "", "", "", "", ""}, c.Error))
		}
		for _, row := range c.Rows {
			for _, q := range label.Regions {
				mm, n := math.NaN(), 0
				if row.HD95 != nil && !math.IsNaN(row.HD95[q]) {
					mm, n = row.HD95[q], 1
				}
				records = append(records, line("case", c.ID, row.Subset, q, 1, row.Dice[q], mm, n, row.ML[q], c.TrueML[q]))
			}
		}
	}
	distance := r.HD95()
	for at, row := range r.Dice().Rows {
		for _, q := range label.Regions {
			dice, mm := row.Cells[q].Summary(), score.Summary{Mean: math.NaN()}
			if distance != nil {
				mm = distance.Rows[at].Cells[q].Summary()
			}
			records = append(records, line("mean", "", row.Subset, q, dice.N, dice.Mean, mm.Mean, mm.N, math.NaN(), math.NaN()))
		}
	}
	return csv.NewWriter(w).WriteAll(records)
}

func line(kind, id string, u sequence.Subset, q label.Region, n int, dice, mm float64, mmCases int, ml, truth float64) []string {
	record := append([]string{Schema, kind, id}, subsetFields(u)...)
	return append(record, q.String(), strconv.Itoa(n), field(dice), field(mm), strconv.Itoa(mmCases), field(ml), field(truth), "")
}

func subsetHeader() []string {
	list := []string{"subset"}
	for _, s := range sequence.All {
		list = append(list, s.Key())
	}
	return list
}

func subsetFields(u sequence.Subset) []string {
	list := []string{u.String()}
	for _, s := range sequence.All {
		list = append(list, strconv.Itoa(int(u>>s&1)))
	}
	return list
}

// field is a number for CSV with at most six decimals, empty for NaN.
func field(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}
