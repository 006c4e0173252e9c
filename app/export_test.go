package app

import (
	"image"

	"quorum/viewer/report"
)

// imagePoint is the size of a pane in tests.
var imagePoint = image.Pt(300, 300)

// emptyView is a picture of nothing.
func (c *Controller) emptyView() report.View { return report.View{Title: "nothing"} }
