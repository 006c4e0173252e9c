package main

import (
	"fmt"

	"quorum/assets"
	"quorum/segment/model"
)

// defaultModel is the model that is used without --model.
func defaultModel() (*model.Model, error) {
	m, err := model.Decode(assets.Model())
	if err != nil {
		return nil, fmt.Errorf("the built-in model: %w", err)
	}
	return m, nil
}
