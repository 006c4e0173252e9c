package session

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// Folder is where the window's state belongs for this user: $XDG_STATE_HOME/quorum or ~/.local/state/quorum on Linux and its relatives,
// ~/Library/Application Support/Quorum on a Mac, and %LocalAppData%\Quorum on Windows, which does not travel to other machines. It need
// not exist.
func Folder() (string, error) {
	home, _ := os.UserHomeDir()
	return folder(runtime.GOOS, home, os.Getenv)
}

func folder(system, home string, env func(string) string) (string, error) {
	switch system {
	case "windows":
		if dir := env("LocalAppData"); dir != "" {
			return filepath.Join(dir, "Quorum"), nil
		}
	case "darwin", "ios":
		if home != "" {
			return filepath.Join(home, "Library", "Application Support", "Quorum"), nil
		}
	default:
		if dir := env("XDG_STATE_HOME"); filepath.IsAbs(dir) { // the standard says to pass over a relative one
			return filepath.Join(dir, "quorum"), nil
		}
		if home != "" {
			return filepath.Join(home, ".local", "state", "quorum"), nil
		}
	}
	return "", errors.New("this user has no folder of their own for sessions and unfinished edits: nothing will be remembered (set HOME)")
}
