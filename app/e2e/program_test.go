//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
)

// tags are those of tests: the toolkit watches for calls from wrong threads.
const tags = "x11,gles,no_animations,e2e"

// built is the window program, built once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "quorum-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "quorum-window")
	out, err := exec.Command("go", "build", "-tags", tags, "-ldflags", "-X main.version=e2e", "-o", path, "quorum").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// home is a person's own folders: what the program remembers between two starts.
type home struct{ dir string }

func newHome(tb testing.TB) home {
	tb.Helper()
	h := home{tb.TempDir()}
	for _, name := range []string{"config", "state", "data", "run", "work"} {
		if err := os.Mkdir(h.path(name), 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	return h
}

func (h home) path(name string) string { return filepath.Join(h.dir, name) }

// program is the running window.
type program struct {
	*screen
	win    xproto.Window
	cmd    *exec.Cmd
	log    string
	output bytes.Buffer
	read   int // bytes of the log that were waited for
	ended  chan error
}

// start starts the program outside the source folder and waits for its window.
func (s *screen) start(h home, args ...string) *program {
	s.t.Helper()
	path, err := built()
	if err != nil {
		s.t.Fatalf("the program was not built: %v", err)
	}
	p := &program{screen: s, log: filepath.Join(h.dir, "log"), ended: make(chan error, 1)}
	p.cmd = exec.Command(path, args...)
	p.cmd.Dir = h.path("work")
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	cache, err := os.UserCacheDir() // ONNX Runtime lies there; it is not what the test is about
	if err != nil {
		s.t.Fatal(err)
	}
	p.cmd.Env = append(os.Environ(), "DISPLAY="+s.display, "HOME="+h.dir, "XDG_CONFIG_HOME="+h.path("config"), "XDG_STATE_HOME="+h.path("state"),
		"XDG_DATA_HOME="+h.path("data"), "XDG_RUNTIME_DIR="+h.path("run"), "XDG_CACHE_HOME="+cache, "QUORUM_LOG="+p.log, "LANG=en_GB.UTF-8",
		"LIBGL_ALWAYS_SOFTWARE=1", "DBUS_SESSION_BUS_ADDRESS=disabled:", "WAYLAND_DISPLAY=", "FYNE_SCALE=")
	p.cmd.Env = append(p.cmd.Env, s.env...)
	if data, err := os.ReadFile(p.log); err == nil {
		p.read = len(data)
	}
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	s.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		p.check()
	})
	p.wait("window shown")
	p.win = s.window()
	return p
}

// text is what the log holds.
func (p *program) text() string {
	data, _ := os.ReadFile(p.log)
	return string(data)
}

// wait waits for a line of the log with all these words, after the one that was waited for last. It gives back the line.
func (p *program) wait(words ...string) (line string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(30 * time.Millisecond) {
		text := p.text()
		at := min(p.read, len(text))
		for line := range strings.Lines(text[at:]) {
			at += len(line)
			if strings.HasSuffix(line, "\n") && hasAll(line, words) {
				p.read = at
				return line
			}
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			p.t.Fatalf("the program ended (%v) before %q\n%s", err, words, p.all())
		default:
		}
		if time.Now().After(end) {
			p.keep(p.look(), "stuck")
			p.t.Fatalf("waited %v for %q (pictures in %s)\n%s", patience, words, p.shots, p.all())
		}
	}
}

func hasAll(line string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}

// all is everything that the program said, but where its controls are.
func (p *program) all() string {
	var out strings.Builder
	for line := range strings.Lines(p.text() + p.output.String()) {
		if !strings.Contains(line, "msg=place ") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// trouble is what must never stand in a log.
var trouble = regexp.MustCompile(`(?i)Error in Fyne call thread|panic|fatal error|SIGSEGV|level=ERROR`)

// check fails the test where the log holds trouble.
func (p *program) check() {
	p.t.Helper()
	if found := trouble.FindString(p.all()); found != "" {
		p.t.Errorf("the log says %q:\n%s", found, p.all())
	}
}

// quit closes the window by its cross and waits for the end.
func (p *program) quit() {
	p.t.Helper()
	p.tell(p.win, "WM_PROTOCOLS", uint32(p.atom("WM_DELETE_WINDOW")), xproto.TimeCurrentTime)
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			p.t.Errorf("the program ended with %v\n%s", err, p.all())
		}
	case <-time.After(patience):
		p.keep(p.look(), "does-not-end")
		p.t.Fatalf("the program does not end\n%s", p.all())
	}
	p.check()
}

// resident is the memory that the program holds, and the most that it has held so far, MB.
func (p *program) resident() (now, most int64) {
	p.t.Helper()
	data, err := os.ReadFile("/proc/" + itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		switch f := strings.Fields(line); {
		case strings.HasPrefix(line, "VmRSS:"):
			now = int64(atoi(f[1])) >> 10
		case strings.HasPrefix(line, "VmHWM:"):
			most = int64(atoi(f[1])) >> 10
		}
	}
	return now, most
}
