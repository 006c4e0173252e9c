package app

import "regexp"

// The core's sentences end with what a command line can do about it. In the window the same is done otherwise.
var commandWords = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`give one of them, or name the files that belong together \(--assign t1=FILE\)`), "open one of them"},
	{regexp.MustCompile(`choose one \(--assign \S+?=FILE\)`), "choose one with the menu beside the sequence"},
	{regexp.MustCompile(`(?:name the files|name a file|say so) (?:\(--assign \S+?=FILE\)|with --assign)`), "choose it with the menu beside the sequence"},
	{regexp.MustCompile(`choose one \(--volume \d+ to \d+\)`), "choose one with the menu beside the sequence"},
	{regexp.MustCompile(`name the scheme \(--truth-labels\)`), "confirm the scheme"},
	{regexp.MustCompile(`then name it \(--truth-labels\)`), "then confirm it"},
	{regexp.MustCompile(`, or use --force`), ""},
	{regexp.MustCompile(`: use --force to replace it, or another folder(?: with -o)?`), ": choose another name or folder"},
	{regexp.MustCompile(`(another one|another folder) with -o`), "$1"},
	{regexp.MustCompile("run `make openvino`, or use --(?:precision|device) \\S+"), "choose the automatic device in the preferences"},
	{regexp.MustCompile(`use tiles \(--tile\), close other programs`), "close other programs"},
	{regexp.MustCompile(`use --device (\S+) to take it`), "choose $1 in the preferences to take it"},
	{regexp.MustCompile(`use --device (\S+)`), "choose $1 in the preferences"},
	{regexp.MustCompile(`use --precision f32`), "choose float32 in the preferences"},
}

// inWindow is a sentence of the core with the words of the window.
func inWindow(text string) string {
	for _, w := range commandWords {
		text = w.pattern.ReplaceAllString(text, w.instead)
	}
	return text
}
