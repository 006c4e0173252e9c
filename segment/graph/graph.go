// Package graph is a small intermediate representation of tensor programs: nodes with static shapes, built by functions that read
// like the paper, executed slowly by package interp and quickly by ONNX Runtime through package onnx. The training step is made
// from it by reverse-mode differentiation, so every operation here has a gradient that is made of operations here.
//
// Wrong shapes panic while building; Build turns that into one error at the border.
package graph

// Tensor is a dense float32 array in host memory, row-major (last axis fastest). Data is shared, not copied.
type Tensor struct {
	Shape []int
	Data  []float32
}

// Weights are the values of parameters by name.
type Weights map[string]Tensor

// Op names an operation; its meaning is that of the ONNX operator of the same name unless its comment says otherwise.
type Op string

// The operations. SpaceToDepth and DepthToSpace are 3-D with block 2 and channel order ((c·2+di)·2+dj)·2+dk (method.md); package onnx
// lowers them to Reshape–Transpose–Reshape.
const (
	OpConv         Op = "Conv"         // x [N,C,D,H,W], w [O,C,k,k,k], optional bias [O]; stride 1, zero padding Attr.Pad on all sides
	OpInstanceNorm Op = "InstanceNorm" // x, scale [C], bias [C]; Attr.Epsilon; per item and channel, biased variance
	OpLeakyRelu    Op = "LeakyRelu"    // Attr.Alpha
	OpSpaceToDepth Op = "SpaceToDepth"
	OpDepthToSpace Op = "DepthToSpace"
	OpAdd          Op = "Add" // Add, Sub, Mul, Div, Greater, Where broadcast as NumPy does
	OpSub          Op = "Sub"
	OpMul          Op = "Mul"
	OpDiv          Op = "Div"
	OpGreater      Op = "Greater"   // 1 or 0 as float32; package onnx inserts the casts
	OpWhere        Op = "Where"     // condition (≠ 0), a, b: a selection, so that NaN in the branch not taken does not leak
	OpReduceSum    Op = "ReduceSum" // over Attr.Axes, kept as 1
	OpMatMul       Op = "MatMul"
	OpReshape      Op = "Reshape"   // to Attr.Shape
	OpTranspose    Op = "Transpose" // by Attr.Perm
	OpSlice        Op = "Slice"     // [Attr.Start, Attr.End) along Attr.Axis
	OpConcat       Op = "Concat"    // along Attr.Axis
	OpSigmoid      Op = "Sigmoid"
	OpSoftplus     Op = "Softplus" // log(1+exp(x)), without overflow
	OpSqrt         Op = "Sqrt"
	OpAbs          Op = "Abs"
	OpExpand       Op = "Expand" // broadcast to Attr.Shape
	OpPad          Op = "Pad"    // Attr.Before and Attr.After zeros, a number per axis
	OpStop         Op = "Stop"   // the same values, through which no gradient flows; ONNX Identity
)

// Attr holds the constants of a node; which fields count is said at each Op.
type Attr struct {
	Axis, Start, End, Pad int
	Axes, Perm, Shape     []int
	Before, After         []int
	Alpha, Epsilon        float32
}

// Kind tells where a Value comes from.
type Kind uint8

// Kinds of values.
const (
	Input  Kind = iota // given at every run
	Param              // a named weight: constant when compiled with a value, otherwise an input
	Const              // data inside the graph
	Result             // made by a node
)

// Value is a tensor in the graph, with its static shape. Immutable once made.
type Value struct {
	Name  string // unique in its graph; for outputs see Graph.Outputs
	Kind  Kind
	Shape []int
	Data  []float32 // Const only
	Node  *Node     // Result only
	graph *Graph
}

// Node is one operation with one output.
type Node struct {
	Op   Op
	In   []*Value
	Out  *Value
	Attr Attr
}

// Output is a value under the name that the outside asks for.
type Output struct {
	Name  string
	Value *Value
}

// Graph is a program: Nodes are in an order in which they can run. Made by New or Build and the builder methods.
type Graph struct {
	Inputs  []*Value
	Params  []*Value
	Consts  []*Value
	Nodes   []*Node
	Outputs []Output

	names map[string]*Value // every name in use
	scope string            // before the names of new nodes
}
