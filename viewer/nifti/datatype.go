package nifti

// The voxel types that are written; the others are only numbers in the table.
const (
	typeUint8   int16 = 2
	typeInt16   int16 = 4
	typeFloat32 int16 = 16
)

// datatype is a row of the standard's table of voxel types.
type datatype struct {
	name   string
	bytes  int // of one voxel
	decode func(dst []float32, src []byte, slope, inter float64)
}

// datatypes holds every code of nifti1.h. Those without decode are known, and refused as unsupported.
var datatypes = map[int16]datatype{
	2:    {name: "uint8", bytes: 1, decode: decodeUint8},
	4:    {name: "int16", bytes: 2, decode: decodeInt16},
	8:    {name: "int32", bytes: 4, decode: decodeInt32},
	16:   {name: "float32", bytes: 4, decode: decodeFloat32},
	64:   {name: "float64", bytes: 8, decode: decodeFloat64},
	256:  {name: "int8", bytes: 1, decode: decodeInt8},
	512:  {name: "uint16", bytes: 2, decode: decodeUint16},
	768:  {name: "uint32", bytes: 4, decode: decodeUint32},
	1024: {name: "int64", bytes: 8, decode: decodeInt64},
	1280: {name: "uint64", bytes: 8, decode: decodeUint64},
	32:   {name: "complex64", bytes: 8},
	1792: {name: "complex128", bytes: 16},
	1536: {name: "float128", bytes: 16},
	2048: {name: "complex256", bytes: 32},
	128:  {name: "RGB", bytes: 3},
	2304: {name: "RGBA", bytes: 4},
}
