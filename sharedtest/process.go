package sharedtest

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

const envOwn = "QUORUM_TEST_OWN_PROCESS"

// OwnProcess starts the test binary again for the calling test alone and hands on how it ended; false in that process, where the test goes
// on. It keeps another library, or a driver that may crash, away from the other tests.
func OwnProcess(t *testing.T, env ...string) bool {
	t.Helper()
	if os.Getenv(envOwn) != "" {
		return false
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(append(os.Environ(), envOwn+"=1"), env...)
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Fatalf("%v\n%s", err, out)
	case bytes.Contains(out, []byte("--- SKIP")):
		t.Skipf("%s", out)
	default:
		t.Logf("%s", out)
	}
	return true
}

// SwiftShader is the setting of the environment that makes a software driver the graphics device: a device where there is none. Without the
// driver the test is Lacking it.
func SwiftShader(t *testing.T) string {
	t.Helper()
	const driver = "/usr/lib/chromium/vk_swiftshader_icd.json" // of Debian's package chromium-common
	if _, err := os.Stat(driver); err != nil {
		Lacking(t, "needs the software graphics driver: apt-get install chromium-common libvulkan1 (%v)", err)
	}
	return "VK_DRIVER_FILES=" + driver
}
