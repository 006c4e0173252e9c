package safetensors_test

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/segment/safetensors"
)

// file joins a header and values.
func file(header string, values ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), values...)
}

func TestTypes(t *testing.T) {
	var values []byte
	values = binary.LittleEndian.AppendUint64(values, math.Float64bits(-1.5))
	values = binary.LittleEndian.AppendUint32(values, math.Float32bits(0.1))
	values = binary.LittleEndian.AppendUint16(values, 0x3555) // 0.33325195 in half precision
	values = binary.LittleEndian.AppendUint16(values, 0xc0a0) // −5 in bfloat16
	values = binary.LittleEndian.AppendUint64(values, math.MaxUint64)
	values = append(values, 200, 7)
	got, err := safetensors.Decode(file(`{"__metadata__":{"format":"pt"},
		"u8":{"dtype":"U8","shape":[2,1],"data_offsets":[24,26]},
		"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
		"f32":{"dtype":"F32","shape":[],"data_offsets":[8,12]},
		"f16":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},
		"bf16":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]},
		"none":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},
		"i64":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}   `, values...))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]float32{"f64": {-1.5}, "f32": {0.1}, "f16": {0.33325195}, "bf16": {-5}, "i64": {-1}, "u8": {200, 7}, "none": {}} {
		if !slices.Equal(got[name].Data, want) {
			t.Errorf("%s: %v, want %v", name, got[name].Data, want)
		}
	}
	if len(got) != 7 || !slices.Equal(got["u8"].Shape, []int{2, 1}) || len(got["f32"].Shape) != 0 {
		t.Errorf("shapes or names are wrong: %v", got)
	}
}

func TestDamage(t *testing.T) {
	one := `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":         {nil, safetensors.ErrNotSafetensors},
		"text":          {[]byte("this is a text file, nothing more"), safetensors.ErrNotSafetensors},
		"huge header":   {append(binary.LittleEndian.AppendUint64(nil, 1<<60), one...), safetensors.ErrNotSafetensors},
		"short header":  {file(one)[:30], safetensors.ErrTruncated},
		"short values":  {file(one, 1, 2, 3), safetensors.ErrTruncated},
		"more values":   {file(one, 1, 2, 3, 4, 5), safetensors.ErrCorrupt},
		"json":          {file(`{"a":}`), safetensors.ErrCorrupt},
		"array":         {file(`{"a":[1,2]}`), safetensors.ErrCorrupt},
		"unknown field": {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 1, 2, 3, 4), safetensors.ErrCorrupt},
		"type":          {file(`{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}`, 1), safetensors.ErrUnsupported},
		"shape":         {file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 1, 2, 3, 4), safetensors.ErrCorrupt},
		"negative side": {file(`{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 1, 2, 3, 4), safetensors.ErrCorrupt},
		"overflow":      {file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967297],"data_offsets":[0,4]}}`, 1, 2, 3, 4), safetensors.ErrCorrupt},
		"many axes":     {file(`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`, 1, 2, 3, 4), safetensors.ErrCorrupt},
		"hole":          {file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 1, 2), safetensors.ErrCorrupt},
		"negative":      {file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[-1,1]}}`, 1), safetensors.ErrCorrupt},
		"backwards":     {file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,-1]}}`), safetensors.ErrCorrupt},
		"overlap":       {file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 1, 2, 3), safetensors.ErrCorrupt},
	} {
		if _, err := safetensors.Decode(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Gewichte ä.safetensors")
	if _, err := safetensors.Read(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(path, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := safetensors.Read(path); !errors.Is(err, safetensors.ErrNotSafetensors) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want one that names the file", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}`, 1, 2, 3, 4, 5, 6, 7, 8))
	f.Add(file(`{"__metadata__":{},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, err := safetensors.Decode(data)
		values := 0
		for name, x := range tensors {
			n := 1
			for _, d := range x.Shape {
				n *= d
			}
			if n != len(x.Data) {
				t.Errorf("%q of shape %v has %d values", name, x.Shape, len(x.Data))
			}
			values += n
		}
		if values > len(data) || err != nil && tensors != nil {
			t.Errorf("%d values from %d bytes, error %v", values, len(data), err)
		}
	})
}
