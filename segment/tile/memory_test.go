package tile

import (
	"testing"
	"testing/fstest"
)

func TestAvailableTakesTheTighterLimit(t *testing.T) {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	meminfo := text("MemTotal:       16000 kB\nMemFree:  10 kB\nMemAvailable:   8000 kB\n")
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  int64
		known bool
	}{
		"nothing to read": {fstest.MapFS{}, 0, false},
		"system only":     {fstest.MapFS{"proc/meminfo": meminfo}, 8000 << 10, true},
		"no limit": {fstest.MapFS{
			"proc/meminfo": meminfo, "sys/fs/cgroup/memory.max": text("max\n"), "sys/fs/cgroup/memory.current": text("5\n"),
		}, 8000 << 10, true},
		"version 2": {fstest.MapFS{
			"proc/meminfo": meminfo, "sys/fs/cgroup/memory.max": text("5000000\n"), "sys/fs/cgroup/memory.current": text("4000000\n"),
			"sys/fs/cgroup/memory.stat": text("anon 1\ninactive_file 300000\n"),
		}, 1300000, true},
		"version 1": {fstest.MapFS{
			"sys/fs/cgroup/memory/memory.limit_in_bytes": text("5000\n"), "sys/fs/cgroup/memory/memory.usage_in_bytes": text("6000\n"),
		}, 0, true},
		"version 2, group of its own": {fstest.MapFS{
			"proc/self/cgroup": text("0::/user.slice/app\n"), "sys/fs/cgroup/user.slice/app/memory.max": text("700\n"),
			"sys/fs/cgroup/user.slice/app/memory.current": text("100\n"),
		}, 600, true},
		"version 1, group of its own": {fstest.MapFS{
			"proc/self/cgroup": text("3:cpuset:/\n4:cpu,memory:/box\n"),
			"sys/fs/cgroup/memory/box/memory.limit_in_bytes": text("900\n"), "sys/fs/cgroup/memory/box/memory.usage_in_bytes": text("100\n"),
		}, 800, true},
		"damaged": {fstest.MapFS{"proc/meminfo": text("MemAvailable:\n")}, 0, false},
	} {
		got, known := Available(c.files)
		if known != c.known || known && got != c.want {
			t.Errorf("%s: %d (%v), want %d (%v)", name, got, known, c.want, c.known)
		}
	}
}

func TestTotalTakesTheTighterLimit(t *testing.T) {
	files := fstest.MapFS{"proc/meminfo": {Data: []byte("MemTotal:       16000 kB\nMemAvailable:   8000 kB\n")}}
	if got, known := Total(files); got != 16000<<10 || !known {
		t.Errorf("%d (%v) of 16000 kB", got, known)
	}
	files["sys/fs/cgroup/memory.max"] = &fstest.MapFile{Data: []byte("5000000\n")}
	if got, known := Total(files); got != 5000000 || !known {
		t.Errorf("%d (%v) in a group of 5000000", got, known)
	}
	if _, known := Total(fstest.MapFS{}); known {
		t.Error("known without any file")
	}
}

func TestNeedGrowsWithWhatIsKept(t *testing.T) {
	compact := []int{24, 48, 96, 128}
	box := [3]int{144, 176, 144}
	one, four := Need(box, 1, compact), Need(box, 4, compact)
	// The features of one sequence: 3 channels' worth at the finest level, 3.96 in all, float32.
	if per := float64(four-one) / 3; per < 4*3_649_536*3.9 || per > 4*3_649_536*5.2 {
		t.Errorf("a sequence more needs %.0f bytes", per)
	}
	// The limit for a whole case is 2 GB.
	if four < 500<<20 || four > 2<<30 {
		t.Errorf("one pass over a BraTS case needs %d MB", four>>20)
	}
	if small := Need([3]int{96, 96, 96}, 4, compact); small > four/2 {
		t.Errorf("a tile needs %d MB, the whole %d MB", small>>20, four>>20)
	}
}
