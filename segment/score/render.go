package score

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Schema names the form of a table's JSON and CSV.
const Schema = "quorum.table/1"

// WriteText writes the table for a terminal: a row for each subset, drawn as four symbols in the order FLAIR T1 T1ce T2 (filled =
// present), and in every cell mean, spread and n.
func (t *Table) WriteText(w io.Writer) error {
	lines := []string{strings.Join([]string{"subset", "FLAIR T1 T1ce T2", label.RegionET.String(), label.RegionWT.String(), label.RegionTC.String()}, "\t")}
	for _, row := range t.Rows {
		words := []string{row.Subset.Symbols(), row.Subset.Names()}
		for _, r := range label.Regions {
			words = append(words, row.Cells[r].text(t.Measure.decimals()))
		}
		lines = append(lines, strings.Join(words, "\t"))
	}
	if mean, n := t.Mean(); n > 1 {
		words := []string{"mean", fmt.Sprintf("of %d subsets", n)}
		for _, r := range label.Regions {
			words = append(words, fixed(mean[r], t.Measure.decimals()))
		}
		lines = append(lines, strings.Join(words, "\t"))
	}
	if _, err := fmt.Fprintf(w, "%s: mean, spread and number of cases; %s.\n", t.Measure, t.Measure.note()); err != nil {
		return err
	}
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(tab, strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	return tab.Flush()
}

// text is "0.412 (0.123–0.630) n=6".
func (c Cell) text(decimals int) string {
	s := c.Summary()
	words := []string{fixed(s.Mean, decimals)}
	if spread := s.Spread(decimals); spread != "" {
		words = append(words, "("+spread+")")
	}
	words = append(words, fmt.Sprintf("n=%d", s.N))
	if c.Unavailable > 0 {
		words = append(words, fmt.Sprintf("+%d n/a", c.Unavailable))
	}
	return strings.Join(words, " ")
}

// fixed is a number with so many decimals, or a dash where there is none.
func fixed(x float64, decimals int) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'f', decimals, 64)
}

// number is the shortest text of x rounded to six decimals: more is noise, and would differ between machines.
func number(x float64) string {
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}

// WriteCSV writes a line for each subset and region. Where there is no value the field is empty.
func (t *Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	records := [][]string{{
		"schema", "measure", "subset", "flair", "t1", "t1ce", "t2", "region", "n", "mean", "sd", "min", "max", "unavailable",
	}}
	for _, row := range t.Rows {
		for _, r := range label.Regions {
			s := row.Cells[r].Summary()
			record := []string{Schema, string(t.Measure), row.Subset.String()}
			for _, q := range sequence.All {
				record = append(record, strconv.Itoa(int(row.Subset>>q&1)))
			}
			record = append(record, r.String(), strconv.Itoa(s.N))
			for _, x := range []float64{s.Mean, s.SD, s.Min, s.Max} {
				record = append(record, strings.TrimPrefix(jsonNumber(x), "null"))
			}
			records = append(records, append(record, strconv.Itoa(row.Cells[r].Unavailable)))
		}
	}
	return out.WriteAll(records)
}

// cellJSON is a cell in JSON; null where there is no value.
type cellJSON struct {
	N           int      `json:"n"`
	Mean        *float64 `json:"mean"`
	SD          *float64 `json:"sd"`
	Min         *float64 `json:"min"`
	Max         *float64 `json:"max"`
	Unavailable int      `json:"unavailable"`
}

// rowJSON is a row in JSON.
type rowJSON struct {
	Subset  string              `json:"subset"`
	Symbols string              `json:"symbols"`
	Cells   map[string]cellJSON `json:"cells"` // by region
}

// MarshalJSON writes the table as one object with a schema field.
func (t *Table) MarshalJSON() ([]byte, error) {
	mean, n := t.Mean()
	out := struct {
		Schema      string    `json:"schema"`
		Measure     Measure   `json:"measure"`
		Note        string    `json:"note"`
		Rows        []rowJSON `json:"rows"`
		MeanOfRows  Values    `json:"mean_of_rows"`
		RowsInTotal int       `json:"row_count"`
	}{Schema: Schema, Measure: t.Measure, Note: t.Measure.note(), Rows: []rowJSON{}, MeanOfRows: mean, RowsInTotal: n}
	for _, row := range t.Rows {
		line := rowJSON{Subset: row.Subset.String(), Symbols: row.Subset.Symbols(), Cells: map[string]cellJSON{}}
		for _, r := range label.Regions {
			s := row.Cells[r].Summary()
			line.Cells[r.String()] = cellJSON{
				N: s.N, Mean: pointer(s.Mean), SD: pointer(s.SD), Min: pointer(s.Min), Max: pointer(s.Max), Unavailable: row.Cells[r].Unavailable,
			}
		}
		out.Rows = append(out.Rows, line)
	}
	return json.Marshal(out)
}

// pointer is nil where there is no value.
func pointer(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	x = math.Round(x*1e6) / 1e6
	return &x
}
