//go:build e2e

package e2e

import (
	"encoding/binary"
	"image"
	"net/url"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// dragged is a source of drag and drop by the protocol XDND, version 5, as a file manager is one.
type dragged struct {
	s      *screen
	conn   *xgb.Conn
	me     xproto.Window
	target xproto.Window
	list   []byte // text/uri-list
}

// drop drags files onto a place of a window and lets go. It returns when the program has taken them.
func (s *screen) drop(target xproto.Window, at image.Point, paths ...string) {
	s.t.Helper()
	d := &dragged{s: s, conn: s.connect(), target: target}
	for _, p := range paths {
		u := url.URL{Scheme: "file", Path: p}
		d.list = append(d.list, u.String()+"\r\n"...)
	}
	var err error
	if d.me, err = xproto.NewWindowId(d.conn); err != nil {
		s.t.Fatal(err)
	}
	root := xproto.Setup(d.conn).DefaultScreen(d.conn)
	if err := xproto.CreateWindowChecked(d.conn, root.RootDepth, d.me, root.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOutput, root.RootVisual, 0, nil).Check(); err != nil {
		s.t.Fatal(err)
	}
	defer xproto.DestroyWindow(d.conn, d.me)
	if aware, err := xproto.GetProperty(d.conn, false, target, s.atom("XdndAware"), xproto.GetPropertyTypeAny, 0, 1).Reply(); err != nil || aware.ValueLen == 0 {
		s.t.Fatalf("the window takes no drops (XdndAware: %v)", err)
	}
	xproto.SetSelectionOwner(d.conn, d.me, s.atom("XdndSelection"), xproto.TimeCurrentTime)
	const version = 5
	s.tell(target, "XdndEnter", uint32(d.me), version<<24, uint32(s.atom("text/uri-list")), 0, 0)
	s.tell(target, "XdndPosition", uint32(d.me), 0, uint32(at.X)<<16|uint32(at.Y), xproto.TimeCurrentTime, uint32(s.atom("XdndActionCopy")))
	d.serve()
}

// serve answers until the target has finished.
func (d *dragged) serve() {
	d.s.t.Helper()
	dropped := false
	for end := time.Now().Add(patience); time.Now().Before(end); {
		event, err := d.conn.PollForEvent()
		if err != nil {
			d.s.t.Fatalf("drag: %v", err)
		}
		switch e := event.(type) {
		case nil:
			time.Sleep(5 * time.Millisecond)
		case xproto.SelectionRequestEvent:
			d.give(e)
		case xproto.ClientMessageEvent:
			switch {
			case e.Type == d.s.atom("XdndFinished"):
				return
			case e.Type == d.s.atom("XdndStatus") && e.Data.Data32[1]&1 == 0:
				d.s.t.Fatal("the window refuses the drop")
			case e.Type == d.s.atom("XdndStatus") && !dropped:
				dropped = true
				d.s.tell(d.target, "XdndDrop", uint32(d.me), 0, xproto.TimeCurrentTime)
			}
		}
	}
	d.s.t.Fatalf("the drop of %s was not finished", strings.TrimSpace(string(d.list)))
}

// give hands the list of files to who asks for it.
func (d *dragged) give(e xproto.SelectionRequestEvent) {
	xproto.ChangeProperty(d.conn, xproto.PropModeReplace, e.Requestor, e.Property, e.Target, 8, uint32(len(d.list)), d.list)
	b := make([]byte, 32) // SelectionNotify, which xgb's event would not write with the sequence number that X ignores
	b[0] = xproto.SelectionNotify
	binary.LittleEndian.PutUint32(b[4:], uint32(e.Time))
	binary.LittleEndian.PutUint32(b[8:], uint32(e.Requestor))
	binary.LittleEndian.PutUint32(b[12:], uint32(e.Selection))
	binary.LittleEndian.PutUint32(b[16:], uint32(e.Target))
	binary.LittleEndian.PutUint32(b[20:], uint32(e.Property))
	xproto.SendEvent(d.conn, false, e.Requestor, 0, string(b))
}
