package render

import (
	"image"
	"image/color"
)

// Raster is an image somewhere on a pane. Its buffer is used again for the next picture, so show it or copy it; nil = nothing to show.
type Raster struct {
	Image   *image.RGBA
	Rect    image.Rectangle // where all of it lies on the pane, device pixels; it may reach beyond the pane
	Version uint64          // another number whenever pixels or size have changed
}

// Spot is a position on a pane in device pixels, where whole numbers are the edges of pixels.
type Spot struct{ X, Y float64 }

// Frame is all that one pane needs to show one plane: rasters from the lowest to the highest, lines, and words, which are never in the
// raster. Every position counts device pixels from the pane's upper left corner.
type Frame struct {
	Size  image.Point // of the pane
	Place Placement   // of the slice on it

	Grey    Raster // one pixel a voxel
	Smooth  bool   // scale Grey linearly, else with nearest neighbours
	Overlay Raster // one pixel a voxel, partly transparent: scale with nearest neighbours only
	Lines   Raster // device pixels: outlines and hatching

	Cross Cross
	Ruler Ruler
	Brush Brush

	Sides      Sides // "R?" where the sides are unsure
	Unsure     bool  // then show "R?" and "L?" in the warning colour
	Convention string
	Oblique    string   // "oblique 17°", "" for a straight grid
	Image      string   // which image is shown: "FLAIR", "T1ce − T1"
	Slice      string   // "slice 71 of 155"
	Notes      []string // "not calibrated", "from the former selection", …
	Legend     []Entry  // of colours that mean something else than the parts and regions
}

// Cross is where the crosshair's lines cross.
type Cross struct {
	Spot
	Shown bool
}

// Ruler is a measured line.
type Ruler struct {
	From, To Spot
	Text     string // its length, "12.3 mm"
	Shown    bool
}

// Brush is the outline of what a stroke would paint: an ellipse that is a circle in mm.
type Brush struct {
	Centre Spot
	Radius Spot // across and down
	Shown  bool
}

// Entry explains a colour.
type Entry struct {
	Text    string
	Colour  color.RGBA
	Hatched bool
}
