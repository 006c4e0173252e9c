package ort

import (
	"cmp"
	"os"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/lckd"
)

// benchSize is the padded crop of a typical case.
var benchSize = [3]int{144, 176, 144}

// benchRuntime is the device of QUORUM_BENCH_DEVICE in QUORUM_BENCH_PRECISION, by default the CPU provider: one process, one library.
func benchRuntime(b *testing.B) *Runtime {
	b.Helper()
	return start(b, Options{Device: cmp.Or(os.Getenv("QUORUM_BENCH_DEVICE"), CPU), Precision: os.Getenv("QUORUM_BENCH_PRECISION"), Probe: &tinyProbe})
}

func benchPart(b *testing.B, build func(lckd.Config, [3]int) (*graph.Graph, error)) (*graph.Graph, graph.Weights, map[string]graph.Tensor) {
	b.Helper()
	g, err := build(lckd.Compact, benchSize)
	if err != nil {
		b.Fatal(err)
	}
	in := map[string]graph.Tensor{}
	for i, v := range g.Inputs {
		in[v.Name] = random(uint64(i), v.Shape...)
		if v.Name == "presence" {
			copy(in[v.Name].Data, []float32{1, 1, 1, 1})
		}
	}
	return g, lckd.Random(lckd.Compact, 1), in
}

func benchRun(b *testing.B, build func(lckd.Config, [3]int) (*graph.Graph, error)) {
	b.Helper()
	g, w, in := benchPart(b, build)
	p := compile(b, benchRuntime(b), g, w)
	run(b, p, in) // the first run plans memory
	for b.Loop() {
		run(b, p, in)
	}
}

func BenchmarkEncode(b *testing.B) { benchRun(b, lckd.Encoder) }

func BenchmarkDecode(b *testing.B) { benchRun(b, lckd.Decoder) }

func BenchmarkCompileEncoder(b *testing.B) { benchCompile(b, lckd.Encoder) }

func BenchmarkCompileDecoder(b *testing.B) { benchCompile(b, lckd.Decoder) }

func benchCompile(b *testing.B, build func(lckd.Config, [3]int) (*graph.Graph, error)) {
	b.Helper()
	g, w, _ := benchPart(b, build)
	r := benchRuntime(b)
	for b.Loop() {
		compile(b, r, g, w)
	}
}
