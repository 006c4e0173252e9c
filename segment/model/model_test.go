package model_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/segment/onnx"
	"quorum/sharedtest"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

func story() model.Meta {
	seed := uint64(7)
	return model.Meta{ID: "tiny-1", AppVersion: "test", Provenance: model.Provenance{
		Summary: "trained on 3 phantoms", Trained: true, Data: []string{"phantoms: 3"}, Fingerprint: "abc", Steps: 12, Seed: &seed,
		Teachers: map[string]string{"ET": "t1ce"},
	}}
}

func table() model.Reliability {
	bias := -3.5
	return model.Reliability{Cases: []string{"a", "b"}, Key: "val", UsedToChoose: true, Rows: map[string]map[string]model.ReliabilityCell{
		"flair-t2":         {"ET": {N: 6, Mean: 0.41, SD: 0.2, Min: 0.12, Max: 0.63, BiasML: -1, BiasPercent: &bias, Temperature: 1.5, ECEBefore: 0.1, ECEAfter: 0.05}},
		"flair-t1-t1ce-t2": {"WT": {N: 12, Mean: 0.85, SD: 0.1, Min: 0.5, Max: 0.95, Temperature: 0.9}, "ET": {N: 0}},
	}}
}

func tiny(t *testing.T) *model.Model {
	t.Helper()
	m, err := model.New(lckd.Random(lckd.Tiny, 4), story())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRoundTrip(t *testing.T) {
	first := tiny(t)
	withTable, err := first.WithReliability(table())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*model.Model{first, withTable} {
		path := filepath.Join(t.TempDir(), "model.onnx")
		if err := os.WriteFile(path, m.File(), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := model.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m.Meta, got.Meta); diff != "" {
			t.Errorf("metadata changed:\n%s", diff)
		}
		if diff := cmp.Diff(m.Weights, got.Weights); diff != "" {
			t.Errorf("weights changed:\n%s", diff)
		}
		if got.SHA256 != m.SHA256 || got.ID != "tiny-1" || !slices.Equal(got.Config.Channels, lckd.Tiny.Channels) || got.IsForeign() {
			t.Errorf("read %s %s %v, foreign %v", got.ID, got.SHA256, got.Config, got.IsForeign())
		}
	}
	if first.SHA256 == withTable.SHA256 || first.Meta.Reliability != nil {
		t.Error("WithReliability must make another model and leave the first alone")
	}
	again := tiny(t)
	if !bytes.Equal(again.File(), first.File()) {
		t.Error("the same model makes different files")
	}
}

func TestStandardFile(t *testing.T) {
	f, err := onnx.Decode(tiny(t).File())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range append(f.Inputs, f.Outputs...) {
		names = append(names, v.Name)
	}
	if want := []string{"image", "presence", "logit", "probability"}; !slices.Equal(names, want) {
		t.Errorf("inputs and outputs %v, want %v", names, want)
	}
	var symbols []string
	for _, d := range f.Inputs[0].Dims {
		symbols = append(symbols, d.Symbol)
	}
	if !slices.Equal(symbols, []string{"", "", "D", "H", "W"}) {
		t.Errorf("open axes of the image are %q", symbols)
	}
	if !strings.Contains(f.Metadata["description"], "flair, t1, t1ce, t2") {
		t.Errorf("description %q", f.Metadata["description"])
	}
}

// write makes a file of tiny weights with the given metadata, as another program might.
func write(t *testing.T, metadata map[string]string, change func(graph.Weights)) []byte {
	t.Helper()
	g, err := lckd.Whole(lckd.Tiny, [3]int{16, 32, 48})
	if err != nil {
		t.Fatal(err)
	}
	w := lckd.Random(lckd.Tiny, 4)
	change(w)
	data, err := onnx.Encode(g, w, onnx.Options{Metadata: metadata})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestForeign(t *testing.T) {
	m, err := model.Decode(write(t, nil, func(graph.Weights) {}))
	if err != nil {
		t.Fatal(err)
	}
	if !m.IsForeign() || !strings.Contains(m.Origin(), "not evidently trained on") || !strings.HasPrefix(m.ID, "unnamed-") {
		t.Errorf("a file without metadata: %s, %q", m.ID, m.Origin())
	}
	untrained, err := model.New(lckd.Random(lckd.Tiny, 1), model.Meta{ID: "x", Provenance: model.Provenance{Summary: "random weights"}})
	if err != nil {
		t.Fatal(err)
	}
	if !untrained.IsForeign() || !strings.Contains(untrained.Origin(), "random weights") || !strings.Contains(untrained.Origin(), "means nothing") {
		t.Errorf("untrained: %q", untrained.Origin())
	}
	if got := tiny(t).Origin(); got != "Model tiny-1: trained on 3 phantoms; not trained on operated brains, metastases, children." {
		t.Errorf("origin %q", got)
	}
}

func TestRefusals(t *testing.T) {
	good := metaOf(t, tiny(t))
	for say, data := range map[string][]byte{
		"not an ONNX model":                   []byte("a text file named .onnx"),
		"incomplete":                          tiny(t).File()[:5000],
		"weight bott.conv.weight is missing":  write(t, nil, func(w graph.Weights) { delete(w, "bott.conv.weight") }),
		"not the weights of a compact LCKD":   write(t, nil, func(w graph.Weights) { clear(w) }),
		"not a finite number":                 write(t, nil, func(w graph.Weights) { w["head.bias"].Data[0] = float32(math.Inf(1)) }),
		"is damaged or was changed":           write(t, map[string]string{"quorum.meta": good}, func(w graph.Weights) { w["head.bias"].Data[0] += 0.5 }),
		"written by a newer Quorum":           withMeta(t, strings.Replace(good, `"schema":1`, `"schema":2`, 1)),
		"names no version":                    withMeta(t, `{}`),
		`network "resnet50"`:                  withMeta(t, strings.Replace(good, "lckd-compact", "resnet50", 1)),
		"its weights have [4 6 8 10]":         withMeta(t, strings.Replace(good, `[4,6,8,10]`, `[4,6]`, 1)),
		"sequences in the order":              withMeta(t, strings.Replace(good, `"flair","t1"`, `"t1","flair"`, 1)),
		"regions in the order":                withMeta(t, strings.Replace(good, `"ET","WT"`, `"WT","ET"`, 1)),
		"its metadata cannot be read":         withMeta(t, `{"id":`),
		"control characters":                  withMeta(t, strings.Replace(good, "trained on", `\u001b[2Jtrained`, 1)),
		"its metadata has 1048577 bytes":      withMeta(t, strings.Repeat(" ", 1<<20+1)),
		`row "flair-t3"`:                      withMeta(t, withRow(good, `"flair-t3":{"ET":{"n":1,"temperature":1}}`)),
		`region "XX"`:                         withMeta(t, withRow(good, `"flair":{"XX":{"n":1,"temperature":1}}`)),
		"temperature 0 is not between":        withMeta(t, withRow(good, `"flair":{"ET":{"n":1}}`)),
		"its reliability table, flair, ET: 2": withMeta(t, withRow(good, `"flair":{"ET":{"n":1,"mean":2,"temperature":1}}`)),
	} {
		path := filepath.Join(t.TempDir(), "broken model.onnx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := model.Read(path)
		if err == nil || !strings.Contains(err.Error(), say) || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v, want one with %q and the file's name", err, say)
		}
	}
	if _, err := model.Read(filepath.Join(t.TempDir(), "none.onnx")); err == nil || !strings.Contains(err.Error(), "none.onnx") {
		t.Errorf("missing file: %v", err)
	}
}

func metaOf(t *testing.T, m *model.Model) string {
	t.Helper()
	f, err := onnx.Decode(m.File())
	if err != nil {
		t.Fatal(err)
	}
	return f.Metadata["quorum.meta"]
}

func withMeta(t *testing.T, text string) []byte {
	t.Helper()
	return write(t, map[string]string{"quorum.meta": text}, func(graph.Weights) {})
}

func withRow(meta, row string) string {
	return strings.Replace(meta, `"app_version"`, `"reliability":{"rows":{`+row+`}},"app_version"`, 1)
}

func TestReliability(t *testing.T) {
	m, err := tiny(t).WithReliability(table())
	if err != nil {
		t.Fatal(err)
	}
	pair := sequence.Of(sequence.FLAIR, sequence.T2)
	for _, c := range []struct {
		subset sequence.Subset
		region label.Region
		want   float64
		say    string
	}{
		{pair, label.RegionET, 1.5, "ET outline without T1ce is an estimate: held-out Dice 0.41 (0.12–0.63, 6 cases, also used to choose the model)"},
		{sequence.Full, label.RegionWT, 0.9, "WT from FLAIR T1 T1ce T2: held-out Dice 0.85 (SD 0.10, 12 cases, also used to choose the model)"},
		{sequence.Full, label.RegionET, 1, ""}, // no case
		{pair, label.RegionTC, 1, ""},          // no row
	} {
		if got := m.Temperature(c.subset, c.region); got != c.want {
			t.Errorf("temperature of %v from %v is %g, want %g", c.region, c.subset, got, c.want)
		}
		if got := m.Expectation(c.subset, c.region); got != c.say {
			t.Errorf("%v from %v: %q, want %q", c.region, c.subset, got, c.say)
		}
	}
	if got := tiny(t).Temperature(pair, label.RegionET); got != 1 {
		t.Errorf("temperature without a table is %g", got)
	}
	if _, err := tiny(t).WithReliability(model.Reliability{Rows: map[string]map[string]model.ReliabilityCell{"flair": {"ET": {N: 1, Mean: math.NaN(), Temperature: 1}}}}); err == nil {
		t.Error("a table with NaN is accepted")
	}
}

func TestExpectationsInShort(t *testing.T) {
	cell := func(mean float64) model.ReliabilityCell {
		return model.ReliabilityCell{N: 6, Mean: mean, Min: mean - 0.1, Max: mean + 0.1, Temperature: 1}
	}
	pair, t1, contrast := sequence.Of(sequence.FLAIR, sequence.T2), sequence.Of(sequence.T1), sequence.Of(sequence.T1, sequence.T1ce)
	three := map[string]model.ReliabilityCell{"WT": cell(0.8), "TC": cell(0.6), "ET": cell(0.4)}
	m, err := tiny(t).WithReliability(model.Reliability{UsedToChoose: true, Rows: map[string]map[string]model.ReliabilityCell{
		pair.String(): three, t1.String(): three, contrast.String(): three,
		sequence.Full.String(): {"WT": cell(0.8), "TC": cell(0.6)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	const known = "Held-out Dice from exactly these sequences: WT 0.80 (0.70–0.90), TC 0.60 (0.50–0.70), ET 0.40 (0.30–0.50); 6 cases, also used to " +
		"choose the model."
	for u, want := range map[sequence.Subset]string{
		pair:     " Outlines of TC and ET without T1ce are estimates.",
		t1:       " Outlines of WT without FLAIR and T2, of TC and ET without T1ce are estimates.",
		contrast: " Outlines of WT without FLAIR and T2 are estimates.",
	} {
		if got, ok := m.Expectations(u); !ok || got != known+want {
			t.Errorf("%s: %v %s", u, ok, got)
		}
	}
	if got, ok := m.Expectations(sequence.Full); ok {
		t.Errorf("ET is not known, and it says %s", got)
	}
}

func TestImport(t *testing.T) {
	path := sharedtest.Folder(t, "experiments", "pytorch-compact", "compact.safetensors")
	meta := story()
	meta.ID = "compact"
	m, err := model.Import(path, meta)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(m.File()); n > 6_000_000 {
		t.Errorf("the file has %d bytes; with 16-bit weights 5.5 MB are enough", n)
	}
	if m.Config.ParameterCount() != 2_704_648 || m.Weights["stem.conv.weight"].Shape[1] != 8 {
		t.Error("the imported model is not the compact one")
	}
}

func TestImportRefusals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weights.safetensors")
	for _, data := range [][]byte{[]byte("text"), safetensorsOf(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1)} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := model.Import(path, story()); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v, want one that names the file", err)
		}
	}
	big := []byte{0, 0, 0, 0, 0, 0, 0x20, 0x41} // 524288 as float64: beyond float16
	if err := os.WriteFile(path, safetensorsOf(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`, big...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := model.Import(path, story()); err == nil || !strings.Contains(err.Error(), "weight a has the value 524288") {
		t.Errorf("error %v, want one about the value", err)
	}
}

func safetensorsOf(header string, values ...byte) []byte {
	return append(append([]byte{byte(len(header)), 0, 0, 0, 0, 0, 0, 0}, header...), values...)
}

func FuzzDecode(f *testing.F) {
	m, err := model.New(lckd.Random(lckd.Config{Channels: []int{1}}, 4), story())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.File())
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := model.Decode(data)
		if err != nil {
			return
		}
		if err := lckd.Check(m.Config, m.Weights); err != nil || m.Origin() == "" {
			t.Errorf("a model that does not fit is accepted: %v", err)
		}
	})
}
