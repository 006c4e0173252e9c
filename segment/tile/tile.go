// Package tile runs something over a large lattice in overlapping tiles and blends the results.
//
// Quorum does this only when asked to or when memory forces it: instance normalisation sees what is in a tile, so tiles give other
// results than one pass (docs/method.md, Inference).
package tile

import (
	"context"
	"fmt"
	"math"
)

// Default is the side of the tiles when memory forces them, in voxels.
const Default = 96

// Multiple is what the sides of tiles and lattices must be multiples of.
const Multiple = 16

// Plan is a way to cover a lattice [D,H,W] with equal tiles.
type Plan struct {
	Size   [3]int   // of the lattice
	Tile   [3]int   // of every tile: the side asked for, or the lattice's where that is less
	Origin [][3]int // of the tiles, W fastest
}

// NewPlan covers size with tiles of the given side that overlap their neighbours by half, the last one of a row by more where the sides
// ask for it. Side and size must be multiples of Multiple.
func NewPlan(size [3]int, side int) (Plan, error) {
	if side < Multiple || side%Multiple != 0 {
		return Plan{}, fmt.Errorf("tiles of %d voxels: the side must be a multiple of %d, such as %d", side, Multiple, Default)
	}
	p := Plan{Size: size}
	var starts [3][]int
	for a, n := range size {
		if n < Multiple || n%Multiple != 0 {
			return Plan{}, fmt.Errorf("a lattice of %v voxels cannot be tiled: its sides must be multiples of %d", size, Multiple)
		}
		p.Tile[a] = min(side, n)
		for at := 0; ; at += p.Tile[a] / 2 {
			starts[a] = append(starts[a], min(at, n-p.Tile[a]))
			if at >= n-p.Tile[a] {
				break
			}
		}
	}
	for _, d := range starts[0] {
		for _, h := range starts[1] {
			for _, w := range starts[2] {
				p.Origin = append(p.Origin, [3]int{d, h, w})
			}
		}
	}
	return p, nil
}

// Gaussian is the weight of each voxel along a side of n, 1 in the middle: standard deviation n/8, as nnU-Net has it (Isensee et al.,
// Nature Methods 18, 2021), and nowhere under 0.001, so that a corner that a single tile covers keeps its value.
func Gaussian(n int) []float32 {
	w := make([]float32, n)
	for i := range w {
		d := (float64(i) - float64(n-1)/2) / (float64(n) / 8)
		w[i] = float32(max(1e-3, math.Exp(-d*d/2)))
	}
	return w
}

// Run calls one for every tile in turn and returns the weighted means, channels × [D,H,W]. one gets the tile's origin and returns
// channels × Plan.Tile.
func (p Plan) Run(ctx context.Context, channels int, one func(context.Context, [3]int) ([][]float32, error)) ([][]float32, error) {
	n := p.Size[0] * p.Size[1] * p.Size[2]
	total := make([]float32, n)
	sum := make([][]float32, channels)
	for c := range sum {
		sum[c] = make([]float32, n)
	}
	weight := [3][]float32{Gaussian(p.Tile[0]), Gaussian(p.Tile[1]), Gaussian(p.Tile[2])}
	for _, origin := range p.Origin {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part, err := one(ctx, origin)
		if err != nil {
			return nil, err
		}
		if err := p.add(sum, total, part, origin, weight); err != nil {
			return nil, err
		}
	}
	for _, s := range sum {
		for i := range s {
			s[i] /= total[i]
		}
	}
	return sum, nil
}

// add puts a tile's weighted values into sum, and the weights into total.
func (p Plan) add(sum [][]float32, total []float32, part [][]float32, origin [3]int, weight [3][]float32) error {
	if len(part) != len(sum) {
		return fmt.Errorf("a tile has %d channels instead of %d", len(part), len(sum))
	}
	for _, values := range part {
		if len(values) != p.Tile[0]*p.Tile[1]*p.Tile[2] {
			return fmt.Errorf("a tile of %v came back with %d voxels", p.Tile, len(values))
		}
	}
	from := 0
	for d := range p.Tile[0] {
		for h := range p.Tile[1] {
			to := ((origin[0]+d)*p.Size[1]+origin[1]+h)*p.Size[2] + origin[2]
			row := weight[0][d] * weight[1][h]
			for w, along := range weight[2] {
				total[to+w] += row * along
				for c, values := range part {
					sum[c][to+w] += row * along * values[from+w]
				}
			}
			from += p.Tile[2]
		}
	}
	return nil
}

// Cut copies the tile at origin out of a lattice of p.Size.
func (p Plan) Cut(data []float32, origin [3]int) []float32 {
	out := make([]float32, 0, p.Tile[0]*p.Tile[1]*p.Tile[2])
	for d := range p.Tile[0] {
		for h := range p.Tile[1] {
			from := ((origin[0]+d)*p.Size[1]+origin[1]+h)*p.Size[2] + origin[2]
			out = append(out, data[from:from+p.Tile[2]]...)
		}
	}
	return out
}
