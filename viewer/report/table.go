package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// TableSchema names the form of the CSV.
const TableSchema = "quorum.sweep/1"

// WriteCSV writes the numbers of the lattice, as WriteTable does.
func (l Lattice) WriteCSV(w io.Writer) error { return WriteTable(w, l.Title, l.comparison()) }

// WriteTable writes a comparison as CSV: a line for each computed subset and region, volumes in mL and each score in a column of its own,
// since Dice (truth) and agreement are different measures; agreement_with is the subset whose result the others agree with. Where there is no
// value the field is empty. estimate is 1 where a person reads "about".
func WriteTable(w io.Writer, study string, c *compare.Comparison) error {
	header := []string{"schema", "study", "subset"}
	for _, q := range sequence.All {
		header = append(header, q.Key())
	}
	records := [][]string{append(header, "region", "ml", "dice_truth", "agreement", "agreement_with", "estimate")}
	for _, u := range c.Present.Subsets() {
		row, ok := c.Row(u)
		if !ok {
			continue
		}
		for _, r := range label.Regions {
			record := []string{TableSchema, study, u.String()}
			for _, q := range sequence.All {
				record = append(record, strconv.Itoa(int(u>>q&1)))
			}
			records = append(records, append(record, r.String(), field(row.ML[r]), scoreField(row.Dice, r), scoreField(row.Agreement, r), c.Base.String(), estimate(r, u)))
		}
	}
	if err := csv.NewWriter(w).WriteAll(records); err != nil {
		return fmt.Errorf("CSV: %w", err)
	}
	return nil
}

func estimate(r label.Region, u sequence.Subset) string {
	if wording.Estimated(r, u) {
		return "1"
	}
	return "0"
}

// scoreField is a region's score, empty where there is none.
func scoreField(score *[label.RegionCount]float64, r label.Region) string {
	if score == nil {
		return ""
	}
	return field(score[r])
}

// field is a number with at most six decimals, empty for NaN.
func field(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}
