//go:build e2e

package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// patience is how long anything may take on a busy machine before it counts as never.
const patience = 90 * time.Second

// until waits for a condition.
func until(tb testing.TB, what string, is func() bool) {
	tb.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(40 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatalf("waited %v for: %s", patience, what)
		}
	}
}

// screen is a virtual X screen without a window manager.
type screen struct {
	t       testing.TB
	display string // ":7"
	conn    *xgb.Conn
	root    xproto.Window
	size    image.Point
	keys    keymap
	env     []string
	shots   string // folder for pictures
	count   int
}

// newScreen starts Xvfb. It ends with the test.
func newScreen(tb testing.TB, size image.Point) *screen {
	tb.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", size.X, size.Y), "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{w}
	if err := server.Start(); err != nil {
		tb.Fatalf("Xvfb: %v: make setup-test installs it", err)
	}
	tb.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	_ = w.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		tb.Fatalf("Xvfb gave no display: %v", err)
	}
	s := &screen{t: tb, display: ":" + strings.TrimSpace(number), size: size, shots: os.Getenv("QUORUM_SHOTS")}
	if s.shots == "" {
		s.shots = tb.TempDir()
	} else if err := os.MkdirAll(s.shots, 0o755); err != nil {
		tb.Fatal(err)
	}
	s.conn = s.connect()
	s.root = xproto.Setup(s.conn).DefaultScreen(s.conn).Root
	if err := xtest.Init(s.conn); err != nil {
		tb.Fatalf("XTEST: %v", err)
	}
	s.keys = readKeymap(tb, s.conn)
	return s
}

func (s *screen) connect() *xgb.Conn {
	s.t.Helper()
	xgb.Logger = log.New(io.Discard, "", 0) // it tells that there is no authority file
	conn, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		s.t.Fatalf("display %s: %v", s.display, err)
	}
	s.t.Cleanup(conn.Close)
	return conn
}

// window waits for the program's window, lets it fill the screen and gives it the keyboard.
func (s *screen) window() xproto.Window {
	s.t.Helper()
	var found xproto.Window
	until(s.t, "a window on the screen", func() bool {
		tree, err := xproto.QueryTree(s.conn, s.root).Reply()
		if err != nil {
			return false
		}
		for _, w := range tree.Children {
			a, err := xproto.GetWindowAttributes(s.conn, w).Reply()
			g, err2 := xproto.GetGeometry(s.conn, xproto.Drawable(w)).Reply()
			if err == nil && err2 == nil && a.MapState == xproto.MapStateViewable && g.Width > 200 {
				found = w
			}
		}
		return found != 0
	})
	stays := 0
	until(s.t, "the window to fill the screen", func() bool { // it also sizes itself, a moment after it is shown
		g, err := xproto.GetGeometry(s.conn, xproto.Drawable(found)).Reply()
		if err == nil && int(g.Width) == s.size.X && int(g.Height) == s.size.Y && g.X == 0 && g.Y == 0 {
			stays++
			return stays > 15
		}
		stays = 0
		xproto.ConfigureWindow(s.conn, found, xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowWidth|xproto.ConfigWindowHeight,
			[]uint32{0, 0, uint32(s.size.X), uint32(s.size.Y)})
		return false
	})
	xproto.SetInputFocus(s.conn, xproto.InputFocusPointerRoot, found, xproto.TimeCurrentTime)
	return found
}

// atom is X's number for a word.
func (s *screen) atom(name string) xproto.Atom {
	s.t.Helper()
	reply, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		s.t.Fatalf("atom %s: %v", name, err)
	}
	return reply.Atom
}

// tell sends a window a message of at most five words.
func (s *screen) tell(to xproto.Window, message string, words ...uint32) {
	s.t.Helper()
	data := append(words, make([]uint32, 5-len(words))...)
	event := xproto.ClientMessageEvent{Format: 32, Window: to, Type: s.atom(message), Data: xproto.ClientMessageDataUnionData32New(data)}
	if err := xproto.SendEventChecked(s.conn, false, to, 0, string(event.Bytes())).Check(); err != nil {
		s.t.Fatalf("%s: %v", message, err)
	}
}

// title is the window's title.
func (s *screen) title(w xproto.Window) string {
	p, err := xproto.GetProperty(s.conn, false, w, s.atom("_NET_WM_NAME"), xproto.GetPropertyTypeAny, 0, 1024).Reply()
	if err != nil {
		return ""
	}
	return string(p.Value)
}

// look takes a picture of the screen.
func (s *screen) look() *image.RGBA {
	s.t.Helper()
	return s.lookAt(image.Rectangle{Max: s.size})
}

// lookAt takes a picture of a part of the screen.
func (s *screen) lookAt(box image.Rectangle) *image.RGBA {
	s.t.Helper()
	reply, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root), int16(box.Min.X), int16(box.Min.Y),
		uint16(box.Dx()), uint16(box.Dy()), ^uint32(0)).Reply()
	if err != nil {
		s.t.Fatalf("picture of the screen: %v", err)
	}
	m := image.NewRGBA(box)
	for n := 0; n+3 < len(reply.Data) && n+3 < len(m.Pix); n += 4 {
		m.Pix[n], m.Pix[n+1], m.Pix[n+2], m.Pix[n+3] = reply.Data[n+2], reply.Data[n+1], reply.Data[n], 255
	}
	return m
}

// still waits until the screen does not change for a while, and gives a picture of it.
func (s *screen) still() *image.RGBA {
	s.t.Helper()
	m := s.look()
	for equal, n := 0, 0; equal < 4 && n < 60; n++ {
		time.Sleep(60 * time.Millisecond)
		next := s.look()
		equal++
		if string(next.Pix) != string(m.Pix) {
			equal = 0
		}
		m = next
	}
	return m
}

// keep stores a picture for who wants to look at it.
func (s *screen) keep(m *image.RGBA, name string) {
	s.t.Helper()
	s.count++
	path := filepath.Join(s.shots, fmt.Sprintf("%02d-%s.png", s.count, name))
	f, err := os.Create(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := errors.Join((&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, m), f.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// count is the number of pixels for which is holds.
func count(m *image.RGBA, box image.Rectangle, is func(color.RGBA) bool) int {
	n := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if is(m.RGBAAt(x, y)) {
				n++
			}
		}
	}
	return n
}
