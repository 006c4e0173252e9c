package step

import (
	"os"
	"testing"

	"quorum/segment/lckd"
	"quorum/segment/onnx"
	"quorum/train/optim"
)

func TestZZDump(t *testing.T) {
	g, err := Graph(Config{Network: lckd.Compact, Size: [3]int{64, 64, 64}, Batch: 1, Optimizer: optim.AdamW{Decay: 1e-2}})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(g.Nodes))
	d, err := onnx.Encode(g, nil, onnx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/mine/step.onnx", d, 0o644)
}
