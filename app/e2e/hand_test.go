//go:build e2e

package e2e

import (
	"image"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Keys that are no letters, by X's names (keysyms).
const (
	keyReturn = 0xff0d
	keyEscape = 0xff1b
	keyTab    = 0xff09
	keyBack   = 0xff08
	keyF1     = 0xffbe
	keyF11    = 0xffc8
	keyPgUp   = 0xff55
	keyPgDn   = 0xff56
	keyShift  = 0xffe1
	keyCtrl   = 0xffe3
)

// Buttons of the pointer.
const (
	left  = 1
	right = 3
	up    = 4 // the wheel
	down  = 5
)

// key is where a letter lies on the keyboard.
type key struct {
	code  byte
	shift bool
}

type keymap map[uint32]key

// readKeymap asks the server for its keyboard.
func readKeymap(tb testing.TB, conn *xgb.Conn) keymap {
	tb.Helper()
	setup := xproto.Setup(conn)
	first, n := setup.MinKeycode, int(setup.MaxKeycode)-int(setup.MinKeycode)+1
	reply, err := xproto.GetKeyboardMapping(conn, first, byte(n)).Reply()
	if err != nil {
		tb.Fatalf("keyboard: %v", err)
	}
	m := keymap{}
	per := int(reply.KeysymsPerKeycode)
	for code := range n {
		for column := 1; column >= 0; column-- { // without Shift, where both make the letter
			if sym := uint32(reply.Keysyms[code*per+column]); sym != 0 {
				if old, ok := m[sym]; !ok || old.shift {
					m[sym] = key{byte(first) + byte(code), column == 1}
				}
			}
		}
	}
	return m
}

// fake sends one event of keyboard or pointer.
func (s *screen) fake(kind, detail byte, x, y int) {
	s.t.Helper()
	if err := xtest.FakeInputChecked(s.conn, kind, detail, 0, s.root, int16(x), int16(y), 0).Check(); err != nil {
		s.t.Fatalf("input: %v", err)
	}
}

// press presses a key (an X keysym; for Latin letters and signs the character itself) while others are held.
func (s *screen) press(sym uint32, held ...uint32) {
	s.t.Helper()
	k, ok := s.keys[sym]
	if !ok {
		s.t.Fatalf("the keyboard has no key for %#x", sym)
	}
	if k.shift {
		held = append(held, keyShift)
	}
	for _, h := range held {
		s.fake(xproto.KeyPress, s.keys[h].code, 0, 0)
	}
	s.fake(xproto.KeyPress, k.code, 0, 0)
	s.fake(xproto.KeyRelease, k.code, 0, 0)
	for _, h := range held {
		s.fake(xproto.KeyRelease, s.keys[h].code, 0, 0)
	}
}

// write types a text.
func (s *screen) write(text string) {
	s.t.Helper()
	for _, r := range text {
		s.press(uint32(r))
		time.Sleep(4 * time.Millisecond) // the toolkit drops letters that come in one frame
	}
}

// point moves the pointer; the program needs a moment to know what lies under it.
func (s *screen) point(p image.Point) {
	s.t.Helper()
	s.fake(xproto.MotionNotify, 0, p.X, p.Y)
	time.Sleep(100 * time.Millisecond)
}

// click presses a button once.
func (s *screen) click(p image.Point, button byte) {
	s.t.Helper()
	s.point(p)
	s.fake(xproto.ButtonPress, button, 0, 0)
	s.fake(xproto.ButtonRelease, button, 0, 0)
}

// drag moves the pointer along a path with a button held.
func (s *screen) drag(button byte, path ...image.Point) {
	s.t.Helper()
	s.point(path[0])
	s.fake(xproto.ButtonPress, button, 0, 0)
	for n := 1; n < len(path); n++ {
		a, b := path[n-1], path[n]
		const steps = 8
		for i := 1; i <= steps; i++ {
			s.fake(xproto.MotionNotify, 0, a.X+(b.X-a.X)*i/steps, a.Y+(b.Y-a.Y)*i/steps)
			time.Sleep(15 * time.Millisecond)
		}
	}
	s.fake(xproto.ButtonRelease, button, 0, 0)
}
