//go:build e2e

package e2e

import (
	"image"
	"image/color"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
)

// stage is a part of the screen where the axial plane lies, at every size from 1280×800 up.
var stage = image.Rect(420, 300, 620, 500)

// isGrey is a pixel of an image: neither black nor coloured, as the ground and the overlay are.
func isGrey(c color.RGBA) bool {
	return c.R > 24 && max(c.R, c.G, c.B)-min(c.R, c.G, c.B) < 6
}

// seen waits until part of the screen shows enough of what is looked for, looking as often as the screen can be read.
func (s *screen) seen(box image.Rectangle, atLeast int, is func(color.RGBA) bool) time.Time {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if count(s.lookAt(box), box, is) >= atLeast {
			return time.Now()
		}
	}
	s.keep(s.look(), "never-seen")
	s.t.Fatalf("%v never shows what it should", box)
	return time.Time{}
}

// BenchmarkStart is the time from the start of the process to a painted window.
func BenchmarkStart(b *testing.B) {
	if _, err := built(); err != nil {
		b.Fatal(err)
	}
	s := newScreen(b, image.Pt(1280, 800))
	for b.Loop() {
		p := s.start(newHome(b))
		s.seen(image.Rectangle{Max: image.Pt(400, 300)}, 4000, func(c color.RGBA) bool { return c.R|c.G|c.B > 8 })
		b.StopTimer()
		p.quit()
		b.StartTimer()
	}
}

// BenchmarkDrop is the time from letting go of a folder to the first image on the screen, and to the whole study.
func BenchmarkDrop(b *testing.B) {
	folder := studyFolder(b, "BraTS2021_01660")
	s := newScreen(b, image.Pt(1280, 800))
	var first, whole time.Duration
	for b.Loop() {
		b.StopTimer()
		p := s.start(newHome(b))
		s.still()
		b.StartTimer()
		p.drop(p.win, image.Pt(640, 400), folder)
		begin := time.Now()
		first += s.seen(stage, 2000, isGrey).Sub(begin)
		p.wait("study loaded")
		whole += time.Since(begin)
		b.StopTimer()
		p.quit()
		b.StartTimer()
	}
	b.ReportMetric(float64(first.Milliseconds())/float64(b.N), "ms-to-image")
	b.ReportMetric(float64(whole.Milliseconds())/float64(b.N), "ms-to-study")
}

// BenchmarkSliceStep compares the processor time of a wheel notch over a plane with that of painting the window again as it is. Both are
// painted by the software renderer, which takes most of it.
func BenchmarkSliceStep(b *testing.B) {
	s := newScreen(b, image.Pt(1280, 800))
	p := s.start(newHome(b), studyFolder(b, "BraTS2021_01660"))
	p.wait("study loaded")
	s.seen(stage, 2000, isGrey)
	s.point(image.Pt(520, 400))
	s.still()
	const steps = 40
	each := func(do func(n int)) float64 {
		before := p.processor()
		for n := range steps {
			do(n)
			time.Sleep(40 * time.Millisecond) // one frame each
		}
		return float64((p.processor() - before).Microseconds()) / 1000 / steps
	}
	var repaint, step float64
	for b.Loop() {
		repaint += each(func(int) { xproto.ClearArea(s.conn, true, p.win, 0, 0, 0, 0) })
		step += each(func(n int) {
			button := byte(up)
			if n >= steps/2 {
				button = down
			}
			s.fake(xproto.ButtonPress, button, 0, 0)
			s.fake(xproto.ButtonRelease, button, 0, 0)
		})
	}
	b.ReportMetric(repaint/float64(b.N), "ms-repaint")
	b.ReportMetric(step/float64(b.N), "ms-step")
	b.ReportMetric(step/max(repaint, 1e-9), "ratio")
	b.StopTimer()
	p.quit()
}

// processor is the processor time that the program has used.
func (p *program) processor() time.Duration {
	p.t.Helper()
	data, err := os.ReadFile("/proc/" + itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		p.t.Fatal(err)
	}
	fields := strings.Fields(string(data)[strings.LastIndex(string(data), ")")+1:])
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux
	return time.Duration(atoi(fields[11])+atoi(fields[12])) * tick
}

// BenchmarkToggle is the time from a click on a sequence's check to the new result: where the decoder has to run, and where the result is
// there already, as after the program has looked ahead.
func BenchmarkToggle(b *testing.B) {
	s := newScreen(b, image.Pt(1280, 800))
	p := s.start(newHome(b), studyFolder(b, "BraTS2021_01660"))
	p.wait("study loaded")
	p.press(keyReturn)
	p.wait("result shown")
	took := map[string]time.Duration{}
	times := map[string]int{}
	toggle := func(q string) {
		s.point(p.find("pane.Check", q).middle())
		begin := time.Now()
		s.fake(xproto.ButtonPress, left, 0, 0)
		s.fake(xproto.ButtonRelease, left, 0, 0)
		line := p.wait("result shown")
		_, source, _ := strings.Cut(strings.TrimSpace(line), "source=")
		took[source] += time.Since(begin)
		times[source]++
	}
	for b.Loop() {
		for _, q := range []string{"T1ce", "T2", "FLAIR"} {
			toggle(q)
			toggle(q)
		}
	}
	for source, n := range times {
		b.ReportMetric(float64(took[source].Milliseconds())/float64(n), "ms-"+source)
	}
	b.StopTimer()
	p.quit()
}
