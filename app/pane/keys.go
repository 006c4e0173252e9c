package pane

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Keys is what all controls of a window share. A focused control swallows every key that it is given, so each hands on what it does not
// use; and no event of the wheel says which modifiers are held. The fields may be nil.
type Keys struct {
	OnKey  func(*fyne.KeyEvent)
	OnRune func(rune)
	OnDown func(*fyne.KeyEvent)
	OnUp   func(*fyne.KeyEvent)

	// OnHint shows a short explanation near an object that has no room for words; an empty text takes it away. See Hints.
	OnHint func(text string, near fyne.CanvasObject)

	// Modifiers are the modifier keys that are held. NewKeys asks the driver.
	Modifiers func() fyne.KeyModifier

	space bool
}

// NewKeys makes the Keys of a window.
func NewKeys() *Keys {
	return &Keys{Modifiers: func() fyne.KeyModifier {
		if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
			return d.CurrentKeyModifiers()
		}
		return 0
	}}
}

// TypedKey takes a key that no control used.
func (k *Keys) TypedKey(e *fyne.KeyEvent) {
	if k.OnKey != nil {
		k.OnKey(e)
	}
}

// TypedRune takes a letter that no control used.
func (k *Keys) TypedRune(r rune) {
	if k.OnRune != nil {
		k.OnRune(r)
	}
}

// KeyDown takes a key that went down.
func (k *Keys) KeyDown(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace {
		k.space = true
	}
	if k.OnDown != nil {
		k.OnDown(e)
	}
}

// KeyUp takes a key that came up.
func (k *Keys) KeyUp(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace {
		k.space = false
	}
	if k.OnUp != nil {
		k.OnUp(e)
	}
}

// Release forgets the keys that are held: to be called when the window loses the keyboard, since their release is never reported then.
func (k *Keys) Release() { k.space = false }

// held are the modifiers that are held.
func (k *Keys) held() fyne.KeyModifier {
	if k.Modifiers == nil {
		return 0
	}
	return k.Modifiers()
}

// hint shows or takes away a hint.
func (k *Keys) hint(text string, near fyne.CanvasObject) {
	if k.OnHint != nil {
		k.OnHint(text, near)
	}
}
