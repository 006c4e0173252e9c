package score

import (
	"encoding/json"
	"fmt"
	"math"

	"quorum/viewer/label"
)

// Values is one number for each region, in the order ET, WT, TC; NaN = not available. In JSON it is an object with the regions' names
// as keys, and null for NaN.
type Values [label.RegionCount]float64

// MarshalJSON writes {"ET":…,"WT":…,"TC":…}.
func (v Values) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"%s":%s,"%s":%s,"%s":%s}`,
		label.RegionET, jsonNumber(v[label.RegionET]), label.RegionWT, jsonNumber(v[label.RegionWT]),
		label.RegionTC, jsonNumber(v[label.RegionTC])), nil
}

// UnmarshalJSON reads what MarshalJSON writes; a region that is missing is not available.
func (v *Values) UnmarshalJSON(data []byte) error {
	var m map[string]*float64
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	for _, r := range label.Regions {
		v[r] = math.NaN()
		if x := m[r.String()]; x != nil {
			v[r] = *x
		}
	}
	return nil
}

// jsonNumber writes a number for JSON, which has no NaN.
func jsonNumber(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "null"
	}
	return number(x)
}
