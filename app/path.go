package app

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// typedPath is the path that a person means who types or pastes one: with blanks around it, in quotes as shells and terminals show it, as a
// file:// URI as file managers copy it, or from the user's home with "~". "" = none.
func typedPath(text string) string {
	text = strings.TrimSpace(text)
	for _, quote := range []string{"'", `"`} {
		if inner, ok := strings.CutPrefix(text, quote); ok && strings.HasSuffix(inner, quote) {
			text = strings.TrimSuffix(inner, quote)
			break
		}
	}
	return homePath(uriPath(text))
}

// uriPath is the path of a file:// URI of this computer; any other text stays as it is.
func uriPath(text string) string {
	rest, ok := strings.CutPrefix(text, "file://")
	rest = strings.TrimPrefix(rest, "localhost")
	if !ok || !strings.HasPrefix(rest, "/") {
		return text
	}
	path, err := url.PathUnescape(rest)
	if err != nil {
		return text
	}
	if filepath.VolumeName(path[1:]) != "" { // file:///C:/patient
		path = path[1:]
	}
	return filepath.FromSlash(path)
}

// homePath takes "~" for the user's home.
func homePath(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	home, err := os.UserHomeDir()
	if !ok || err != nil || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	return filepath.Join(home, rest)
}
