// Package e2e drives the built window program on a virtual X screen as a person does: with pointer, keys and a real drag and drop, and looks
// at files and at the screen. It knows the program from outside only. Everything is in tests with the tag e2e: `make e2e`.
package e2e
