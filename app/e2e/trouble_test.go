//go:build e2e

package e2e

import (
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
)

// TestTrouble drops a bad file on an open study, and closes the window while a result is computed.
func TestTrouble(t *testing.T) {
	s, h := newScreen(t, image.Pt(1280, 800)), newHome(t)
	bad := filepath.Join(t.TempDir(), "bad_flair.nii.gz")
	preferences := filepath.Join(h.path("state"), "quorum", "preferences.json")
	if err := os.Mkdir(filepath.Dir(preferences), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		bad:         "this is no image\n",
		preferences: `{"quorum": 1, "content": {"no_look_ahead": true}}`, // else the result may be there before it is asked for
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := s.start(h, "--demo")
	p.wait("study loaded")
	p.drop(p.win, image.Pt(640, 400), bad)
	p.wait("msg=notice", "bad_flair.nii.gz", "grave=true")
	p.find(word, "bad_flair.nii.gz") // it stands above the images
	if title := p.title(p.win); !strings.Contains(title, "built-in-case") || len(p.slices()) != 3 {
		t.Errorf("a bad file was dropped, and the study is gone: %q", title)
	}
	p.shot("bad-file")

	p.press(keyReturn) // it takes seconds
	p.tell(p.win, "WM_PROTOCOLS", uint32(p.atom("WM_DELETE_WINDOW")), xproto.TimeCurrentTime)
	p.wait("dialog shown", "confirm")
	p.press(keyReturn)
	p.wait("window closed")
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			t.Errorf("the program ended with %v\n%s", err, p.all())
		}
	case <-time.After(patience):
		t.Error("the program does not end while a result is computed")
	}
}
