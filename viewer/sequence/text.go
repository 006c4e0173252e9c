package sequence

// MarshalText is the key, in JSON and as the key of a JSON object.
func (s Sequence) MarshalText() ([]byte, error) { return []byte(s.Key()), nil }

// UnmarshalText is the inverse of MarshalText.
func (s *Sequence) UnmarshalText(text []byte) error {
	q, err := Parse(string(text))
	if err == nil {
		*s = q
	}
	return err
}

// MarshalText joins the keys: "flair-t1"; the empty set is the empty text.
func (u Subset) MarshalText() ([]byte, error) {
	if u == 0 {
		return nil, nil
	}
	return []byte(u.String()), nil
}

// UnmarshalText is the inverse of MarshalText.
func (u *Subset) UnmarshalText(text []byte) error {
	v, err := ParseSubset(string(text))
	if err == nil {
		*u = v
	}
	return err
}
