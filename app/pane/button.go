package pane

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// The toolkit's own controls swallow all keys while they have the keyboard. These hand on what they do not use.

// held hands on that a key goes down or up, as while B is held.
type held struct{ keys *Keys }

// KeyDown hands a key on.
func (h held) KeyDown(e *fyne.KeyEvent) { h.keys.KeyDown(e) }

// KeyUp hands a key on.
func (h held) KeyUp(e *fyne.KeyEvent) { h.keys.KeyUp(e) }

// Button is the toolkit's button.
type Button struct {
	widget.Button
	held
	Hint string // explains it while the pointer is over it
}

// NewButton makes a button.
func NewButton(keys *Keys, text string, pressed func()) *Button {
	b := &Button{held: held{keys}}
	b.Text, b.OnTapped = text, pressed
	b.ExtendBaseWidget(b)
	return b
}

// NewIcon makes a button with a picture and no words; the hint has them.
func NewIcon(keys *Keys, icon fyne.Resource, hint string, pressed func()) *Button {
	b := NewButton(keys, "", pressed)
	b.Icon, b.Hint, b.Importance = icon, hint, widget.LowImportance
	return b
}

// TypedKey presses with Space and hands on all other keys.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace {
		b.Button.TypedKey(e)
		return
	}
	b.keys.TypedKey(e)
}

// TypedRune hands a letter on.
func (b *Button) TypedRune(r rune) { handOn(b.keys, r) }

// MouseIn explains the button.
func (b *Button) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	b.keys.hint(b.Hint, b)
}

// MouseOut takes the explanation away.
func (b *Button) MouseOut() {
	b.Button.MouseOut()
	b.keys.hint("", b)
}

// handOn hands on every letter but Space, which has pressed the control.
func handOn(keys *Keys, r rune) {
	if r != ' ' {
		keys.TypedRune(r)
	}
}

// Tick is the toolkit's check box: on or off.
type Tick struct {
	widget.Check
	held
	Hint string // explains it while the pointer is over it
}

// NewTick makes a check box.
func NewTick(keys *Keys, text string, changed func(bool)) *Tick {
	t := &Tick{held: held{keys}}
	t.Text, t.OnChanged = text, changed
	t.ExtendBaseWidget(t)
	return t
}

// Put switches it without a report.
func (t *Tick) Put(on bool) {
	report := t.OnChanged
	t.OnChanged = nil
	t.SetChecked(on)
	t.OnChanged = report
}

// TypedKey hands a key on; Space is a letter here.
func (t *Tick) TypedKey(e *fyne.KeyEvent) { t.keys.TypedKey(e) }

// TypedRune toggles with Space and hands on all other letters.
func (t *Tick) TypedRune(r rune) {
	t.Check.TypedRune(r)
	handOn(t.keys, r)
}

// MouseIn explains the check box.
func (t *Tick) MouseIn(e *desktop.MouseEvent) {
	t.Check.MouseIn(e)
	t.keys.hint(t.Hint, t)
}

// MouseOut takes the explanation away.
func (t *Tick) MouseOut() {
	t.Check.MouseOut()
	t.keys.hint("", t)
}

// Level is the toolkit's slider, from 0 to 1: an opacity.
type Level struct {
	widget.Slider
	held
}

// NewLevel makes a slider.
func NewLevel(keys *Keys, changed func(float64)) *Level {
	l := &Level{held: held{keys}}
	l.Min, l.Max, l.Step, l.OnChanged = 0, 1, 0.05, changed
	l.ExtendBaseWidget(l)
	return l
}

// Put moves it without a report.
func (l *Level) Put(value float64) {
	report := l.OnChanged
	l.OnChanged = nil
	l.SetValue(value)
	l.OnChanged = report
}

// TypedKey moves it by left and right and hands on all other keys.
func (l *Level) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyLeft || e.Name == fyne.KeyRight {
		l.Slider.TypedKey(e)
		return
	}
	l.keys.TypedKey(e)
}

// TypedRune hands a letter on.
func (l *Level) TypedRune(r rune) { l.keys.TypedRune(r) }

// Choice is the toolkit's menu of entries, of which one is chosen.
type Choice struct {
	widget.Select
	held
}

// NewChoice makes a menu of entries.
func NewChoice(keys *Keys, entries []string, changed func(string)) *Choice {
	c := &Choice{held: held{keys}}
	c.Options, c.OnChanged, c.PlaceHolder = entries, changed, ""
	c.ExtendBaseWidget(c)
	return c
}

// MinSize has room for the longest entry, where the toolkit's has none for any.
func (c *Choice) MinSize() fyne.Size {
	size, longest := c.Select.MinSize(), float32(0)
	for _, entry := range c.Options {
		longest = max(longest, fyne.MeasureText(entry, theme.TextSize(), fyne.TextStyle{}).Width)
	}
	return fyne.NewSize(max(size.Width, ceil(longest)+4*theme.InnerPadding()+theme.IconInlineSize()), size.Height)
}

// Put chooses an entry without a report; one that is not there is none.
func (c *Choice) Put(entry string) {
	report := c.OnChanged
	c.OnChanged = nil
	c.SetSelected(entry)
	c.OnChanged = report
}

// TypedKey opens with Space, changes with up and down, and hands on all other keys.
func (c *Choice) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown:
		c.Select.TypedKey(e)
	default:
		c.keys.TypedKey(e)
	}
}

// TypedRune hands a letter on.
func (c *Choice) TypedRune(r rune) { handOn(c.keys, r) }
