package volumetest

import "math"

// texture is value noise: a smooth random field, a pure function of seed, channel and place.
type texture struct{ seed, channel uint64 }

// at is about in [-1, 1], with features of the given size in mm.
func (t texture) at(p [3]float64, size float64) float64 {
	var base [3]int64
	var f [3]float64
	for a := range p {
		v := p[a] / size
		fl := math.Floor(v)
		base[a] = int64(fl)
		v -= fl
		f[a] = v * v * v * (v*(v*6-15) + 10)
	}
	sum := 0.0
	for c := range 8 {
		w, key := 1.0, t.seed*0x9e3779b97f4a7c15+t.channel
		for a := range 3 {
			bit := int64(c >> a & 1)
			if bit == 1 {
				w *= f[a]
			} else {
				w *= 1 - f[a]
			}
			key = mixBits(key ^ uint64(base[a]+bit)*0xd6e8feb86659fd93)
		}
		sum += w * (2*unit(key) - 1)
	}
	return 1.4 * sum
}

// normal is a standard normal deviate, a pure function of seed and index (Box–Muller).
func normal(seed, index uint64) float64 {
	k := mixBits(seed ^ mixBits(index+0x632be59bd9b4e019))
	u := unit(k) + 1e-12
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*unit(mixBits(k+1)))
}

// mixBits is the finaliser of splitmix64 (Steele et al., 2014).
func mixBits(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func unit(k uint64) float64 { return float64(k>>11) / (1 << 53) }
