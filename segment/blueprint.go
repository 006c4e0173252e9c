package segment

import (
	"quorum/segment/graph"
	"quorum/segment/lckd"
)

// blueprint draws a part of the network for a padded size.
type blueprint func(lckd.Config, [3]int) (*graph.Graph, error)
