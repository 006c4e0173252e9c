package app

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Look is the user's choice between light and dark.
type Look string

// The looks.
const (
	SystemLook Look = "system"
	LightLook  Look = "light"
	DarkLook   Look = "dark"
)

// quorumTheme is Fyne's own theme with one blue accent, small paddings and, if chosen, a fixed variant. Images lie on black in both.
type quorumTheme struct {
	fyne.Theme
	look Look
}

func newTheme(look Look) fyne.Theme { return quorumTheme{theme.DefaultTheme(), look} }

// The accent is light enough on dark and dark enough on light for contrast 4.5 with the background (WCAG AA).
var (
	accentOnDark  = color.NRGBA{R: 0x5a, G: 0xa9, B: 0xf7, A: 0xff}
	accentOnLight = color.NRGBA{R: 0x1a, G: 0x62, B: 0xb5, A: 0xff}
)

// Color implements fyne.Theme.
func (t quorumTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch t.look {
	case LightLook:
		variant = theme.VariantLight
	case DarkLook:
		variant = theme.VariantDark
	case SystemLook:
	}
	accent := accentOnDark
	if variant == theme.VariantLight {
		accent = accentOnLight
	}
	faint := accent
	switch name {
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return accent
	case theme.ColorNameForegroundOnPrimary:
		if variant == theme.VariantLight {
			return color.White
		}
		return color.Black
	case theme.ColorNameForeground:
		return either(variant, color.NRGBA{R: 0x1c, G: 0x1c, B: 0x1f, A: 0xff}, color.NRGBA{R: 0xf0, G: 0xf0, B: 0xf2, A: 0xff})
	case theme.ColorNamePlaceHolder: // all quiet words
		return either(variant, color.NRGBA{R: 0x66, G: 0x66, B: 0x6b, A: 0xff}, color.NRGBA{R: 0xa8, G: 0xa8, B: 0xae, A: 0xff})
	case theme.ColorNameDisabled: // still to be read: it says why something is off
		return either(variant, color.NRGBA{R: 0x8a, G: 0x8a, B: 0x90, A: 0xff}, color.NRGBA{R: 0x86, G: 0x86, B: 0x8c, A: 0xff})
	case theme.ColorNameInputBorder:
		return either(variant, color.NRGBA{R: 0xc4, G: 0xc4, B: 0xc9, A: 0xff}, color.NRGBA{R: 0x4a, G: 0x4a, B: 0x50, A: 0xff})
	case theme.ColorNameFocus:
		faint.A = 0x60
		return faint
	case theme.ColorNameSelection:
		faint.A = 0x40
		return faint
	}
	return t.Theme.Color(name, variant)
}

// either is the colour of a variant.
func either(v fyne.ThemeVariant, light, dark color.Color) color.Color {
	if v == theme.VariantLight {
		return light
	}
	return dark
}

// Size implements fyne.Theme.
func (t quorumTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 13
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 6
	case theme.SizeNameModalBlurRadius:
		return 0 // without a graphics card a blur takes seconds, and the images behind a question are worth reading
	}
	return t.Theme.Size(name)
}
