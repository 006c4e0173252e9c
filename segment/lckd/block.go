package lckd

import "quorum/segment/graph"

const (
	slope   = 0.01 // of the leaky ReLU below zero
	epsilon = 1e-5 // added to the variance
)

// network is a graph under construction together with where its weights come from.
type network struct {
	*graph.Graph
	Config
	weight func(name string) *graph.Value
}

// build makes a graph of the network c for images of a size D, H, W.
func build(c Config, size [3]int, f func(network)) (*graph.Graph, error) {
	if err := c.CheckSize(size); err != nil {
		return nil, err
	}
	shape := map[string][]int{}
	for _, s := range Parameters(c) {
		shape[s.Name] = s.Shape
	}
	return graph.Build(func(g *graph.Graph) {
		f(network{g, c, func(name string) *graph.Value { return g.Param(name, shape[name]...) }})
	})
}

// block is a convolution that keeps the size, instance normalisation, leaky ReLU.
func (n network) block(name string, x *graph.Value) *graph.Value {
	defer n.Scope(name)()
	w := n.weight(name + ".conv.weight")
	x = n.Conv(x, w, nil, w.Shape[2]/2)
	x = n.InstanceNorm(x, n.weight(name+".norm.weight"), n.weight(name+".norm.bias"), epsilon)
	return n.LeakyRelu(x, slope)
}

// pointwise is a 1×1×1 convolution with bias.
func (n network) pointwise(name string, x *graph.Value) *graph.Value {
	defer n.Scope(name)()
	return n.Conv(x, n.weight(name+".weight"), n.weight(name+".bias"), 0)
}
