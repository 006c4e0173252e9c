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

	"quorum/viewer/volume/volumetest"
)

// TestTrouble drops a bad file on an open study, and closes the window while a result is computed.
func TestTrouble(t *testing.T) {
	s := newScreen(t, image.Pt(1280, 800))
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad_flair.nii.gz")
	if err := os.WriteFile(bad, []byte("this is no image\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := s.start(newHome(t), phantomFolder(t, filepath.Join(dir, "patient-7"), volumetest.Small(), false))
	p.wait("study loaded", "id=patient-7")
	p.drop(p.win, image.Pt(640, 400), bad)
	p.wait("msg=notice", "bad_flair.nii.gz", "grave=true")
	p.find(word, "bad_flair.nii.gz") // it stands above the images
	if title := p.title(p.win); !strings.Contains(title, "patient-7") || len(p.slices()) != 3 {
		t.Errorf("a bad file was dropped, and the study is gone: %q", title)
	}
	p.shot("bad-file")

	p.drop(p.win, image.Pt(640, 400), phantomFolder(t, filepath.Join(dir, "patient-8"), volumetest.Default(), false))
	p.wait("study loaded", "id=patient-8")
	p.press(keyReturn) // it takes seconds
	p.tell(p.win, "WM_PROTOCOLS", uint32(p.atom("WM_DELETE_WINDOW")), xproto.TimeCurrentTime)
	p.wait("dialog shown", "confirm")
	p.shot("close")
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
