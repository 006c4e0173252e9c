package tile

import (
	"bytes"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Need estimates the bytes that one pass over a lattice takes: the features of each sequence, kept for the decoder, and what the
// runtime holds while it computes the finest level. channels are those of the network's levels, finest first, at 1/2, 1/4, … resolution.
//
// The runtime's share is about nine arrays of the finest level at a time, and a fixed part for library and weights. It was measured
// (growth of the resident set over 144×176×144 voxels: one sequence 460 MB on the CPU provider and 690 MB on OpenVINO, four 830 and
// 820 MB) and rounded up.
func Need(size [3]int, sequences int, channels []int) int64 {
	const atOnce, fixed = 9, 200 << 20
	voxels := float64(size[0]) * float64(size[1]) * float64(size[2])
	kept, share := 0.0, 1.0
	for _, c := range channels {
		share /= 8
		kept += float64(c) * share
	}
	finest := float64(channels[0]) / 8
	input, scores := float64(sequences), 2*3.0
	return int64(4*voxels*(float64(sequences)*kept+atOnce*finest+input+scores)) + fixed
}

// Available is how many bytes this process can still take: the system's estimate (MemAvailable), or what the control group leaves if
// that is less. root is the root of the file system. It is false where neither can be read, as on systems other than Linux.
func Available(root fs.FS) (int64, bool) {
	left, known := int64(math.MaxInt64), false
	if kb, ok := field(root, "proc/meminfo", "MemAvailable:"); ok {
		left, known = kb<<10, true
	}
	for _, g := range groups(root) {
		limit, ok := number(root, path.Join(g.folder, g.limit))
		used, also := number(root, path.Join(g.folder, g.used))
		if !ok || !also {
			continue
		}
		cache, _ := field(root, path.Join(g.folder, "memory.stat"), g.cache) // the kernel gives it back when asked
		left, known = min(left, max(0, limit-used+cache)), true
	}
	return left, known
}

// Total is how many bytes the machine has, or a control group allows this process if that is less. root and the result are as for
// Available.
func Total(root fs.FS) (int64, bool) {
	all, known := int64(math.MaxInt64), false
	if kb, ok := field(root, "proc/meminfo", "MemTotal:"); ok {
		all, known = kb<<10, true
	}
	for _, g := range groups(root) {
		if limit, ok := number(root, path.Join(g.folder, g.limit)); ok {
			all, known = min(all, limit), true
		}
	}
	return all, known
}

// group is a control group that may limit memory: its folder, and the names of files and of a line in memory.stat.
type group struct{ folder, limit, used, cache string }

// groups lists the control groups that this process may be in, of version 2 and 1: those that /proc names, and the topmost, which is what
// a container sees of its own.
func groups(root fs.FS) []group {
	const top = "sys/fs/cgroup"
	two := group{top, "memory.max", "memory.current", "inactive_file"}
	one := group{top + "/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
	list := []group{two, one}
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return list
	}
	for line := range strings.Lines(string(text)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) < 3 {
			continue
		}
		at := one
		if part[1] == "" {
			at = two
		} else if !slices.Contains(strings.Split(part[1], ","), "memory") {
			continue
		}
		at.folder = path.Join(at.folder, part[2])
		list = append(list, at)
	}
	return list
}

// number reads a file that holds one number; "max" and what is no number are not one.
func number(root fs.FS, file string) (int64, bool) {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n, err == nil
}

// field reads the number after a name in a file of lines.
func field(root fs.FS, file, name string) (int64, bool) {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			n, err := strconv.ParseInt(words[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
