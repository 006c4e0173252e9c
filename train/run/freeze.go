package run

import (
	"fmt"
	"slices"
	"strings"
)

// part is a piece of the network that can be frozen.
type part struct {
	name string
	has  func(weight string) bool
}

// parts are what can be frozen, by the names of the weights.
var parts = []part{
	{"encoder", begins("stem.", "down.", "enc.")},
	{"fusion", begins("slot.")},
	{"decoder", begins("bott.", "up.", "dec.")},
	{"head", begins("head.")},
	{"norm", func(weight string) bool { return strings.Contains(weight, ".norm.") }},
}

func begins(prefixes ...string) func(string) bool {
	return func(weight string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(weight, p) })
	}
}

// Parts are the names of the pieces that can be frozen, for flags.
func Parts() []string {
	names := make([]string, len(parts))
	for at, p := range parts {
		names[at] = p.name
	}
	return names
}

// frozen says which weights the named parts hold; nil for none.
func frozen(names []string) (func(weight string) bool, error) {
	var chosen []part
	for _, name := range names {
		at := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if at < 0 {
			return nil, fmt.Errorf("freeze: %q is no part of the network; the parts are %s", name, strings.Join(Parts(), ", "))
		}
		chosen = append(chosen, parts[at])
	}
	if len(chosen) == 0 {
		return nil, nil
	}
	return func(weight string) bool {
		return slices.ContainsFunc(chosen, func(p part) bool { return p.has(weight) })
	}, nil
}
