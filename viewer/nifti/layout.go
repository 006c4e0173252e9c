package nifti

// layout is where the fields of a header lie, in bytes from its start: nifti1.h and nifti2.h as a table.
type layout struct {
	version                         int
	size                            int64 // of the header; the voxels of a single file begin 4 bytes after it at the earliest
	dim, datatype, bitpix, pixdim   int
	voxOffset, slope, inter         int
	calMax, calMin, units           int
	descrip, magic                  int
	qformCode, sformCode            int
	quatern, qoffset, sform, intent int
	wide                            bool // NIfTI-2: 64-bit dimensions and floats, 32-bit codes
	singleMagic, pairMagic          string
}

var layouts = [2]layout{
	{
		version: 1, size: 348, dim: 40, datatype: 70, bitpix: 72, pixdim: 76, voxOffset: 108, slope: 112, inter: 116, units: 123,
		calMax: 124, calMin: 128, descrip: 148, qformCode: 252, sformCode: 254, quatern: 256, qoffset: 268, sform: 280, intent: 68,
		magic: 344, singleMagic: "n+1\x00", pairMagic: "ni1\x00",
	},
	{
		version: 2, size: 540, magic: 4, datatype: 12, bitpix: 14, dim: 16, pixdim: 104, voxOffset: 168, slope: 176, inter: 184,
		calMax: 192, calMin: 200, descrip: 240, qformCode: 344, sformCode: 348, quatern: 352, qoffset: 376, sform: 400, units: 500,
		intent: 504, wide: true, singleMagic: "n+2\x00\r\n\x1a\n", pairMagic: "ni2\x00\r\n\x1a\n",
	},
}

// descripSize is the room for the description in both versions, with its final zero.
const descripSize = 80
