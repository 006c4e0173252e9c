package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of the messages in onnx.proto3 (github.com/onnx/onnx, version 1.13), only those that are written or read here.
const (
	modelIRVersion    protowire.Number = 1
	modelProducer     protowire.Number = 2
	modelGraph        protowire.Number = 7
	modelOpsetImport  protowire.Number = 8
	modelMetadata     protowire.Number = 14
	graphNode         protowire.Number = 1
	graphName         protowire.Number = 2
	graphInitializer  protowire.Number = 5
	graphInput        protowire.Number = 11
	graphOutput       protowire.Number = 12
	nodeInput         protowire.Number = 1
	nodeOutput        protowire.Number = 2
	nodeName          protowire.Number = 3
	nodeOpType        protowire.Number = 4
	nodeAttribute     protowire.Number = 5
	attributeName     protowire.Number = 1
	attributeFloat    protowire.Number = 2
	attributeInt      protowire.Number = 3
	attributeTensor   protowire.Number = 5
	attributeInts     protowire.Number = 8
	attributeType     protowire.Number = 20
	tensorDims        protowire.Number = 1
	tensorDataType    protowire.Number = 2
	tensorFloatData   protowire.Number = 4
	tensorInt32Data   protowire.Number = 5
	tensorName        protowire.Number = 8
	tensorRawData     protowire.Number = 9
	tensorLocation    protowire.Number = 14
	opsetDomain       protowire.Number = 1
	opsetVersion      protowire.Number = 2
	entryKey          protowire.Number = 1
	entryValue        protowire.Number = 2
	valueName         protowire.Number = 1
	valueType         protowire.Number = 2
	typeTensor        protowire.Number = 1
	tensorTypeElement protowire.Number = 1
	tensorTypeShape   protowire.Number = 2
	shapeDim          protowire.Number = 1
	dimValue          protowire.Number = 1
	dimParam          protowire.Number = 2
)

// Values of AttributeProto.AttributeType.
const (
	kindFloat  = 1
	kindInt    = 2
	kindTensor = 4
	kindInts   = 7
)

// Values of TensorProto.DataType.
const (
	typeFloat   = 1
	typeInt64   = 7
	typeBool    = 9
	typeFloat16 = 10
	typeDouble  = 11
	typeBF16    = 16
)

func appendString(b []byte, n protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, n, protowire.BytesType), s)
}

func appendBytes(b []byte, n protowire.Number, m []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), m)
}

func appendInt(b []byte, n protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), uint64(v))
}

func appendFloat(b []byte, n protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(b, n, protowire.Fixed32Type), math.Float32bits(v))
}

// tensorProto is an encoded TensorProto, without a name when name is empty.
func tensorProto(name string, shape []int, element int64, raw []byte) []byte {
	var b []byte
	for _, d := range shape {
		b = appendInt(b, tensorDims, int64(d))
	}
	b = appendInt(b, tensorDataType, element)
	if name != "" {
		b = appendString(b, tensorName, name)
	}
	return appendBytes(b, tensorRawData, raw)
}

func rawFloats(data []float32) []byte {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return raw
}

func rawInts(data []int) []byte {
	raw := make([]byte, 0, 8*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return raw
}

// attribute is one encoded AttributeProto.
type attribute []byte

func intAttribute(name string, v int) attribute {
	return appendInt(appendInt(appendString(nil, attributeName, name), attributeInt, int64(v)), attributeType, kindInt)
}

func floatAttribute(name string, v float32) attribute {
	return appendInt(appendFloat(appendString(nil, attributeName, name), attributeFloat, v), attributeType, kindFloat)
}

func intsAttribute(name string, v ...int) attribute {
	b := appendString(nil, attributeName, name)
	for _, i := range v {
		b = appendInt(b, attributeInts, int64(i))
	}
	return appendInt(b, attributeType, kindInts)
}

func tensorAttribute(name string, tensor []byte) attribute {
	return appendInt(appendBytes(appendString(nil, attributeName, name), attributeTensor, tensor), attributeType, kindTensor)
}

// appendNode writes one NodeProto of the default operator set as an element of GraphProto.node.
func appendNode(b []byte, op string, in []string, out string, attributes ...attribute) []byte {
	var n []byte
	for _, s := range in {
		n = appendString(n, nodeInput, s)
	}
	n = appendString(n, nodeOutput, out)
	n = appendString(n, nodeName, out)
	n = appendString(n, nodeOpType, op)
	for _, a := range attributes {
		n = appendBytes(n, nodeAttribute, a)
	}
	return appendBytes(b, graphNode, n)
}
