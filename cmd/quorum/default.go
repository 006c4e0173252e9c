package main

import (
	"errors"

	"quorum/segment/model"
)

// defaultModel is the model that is used without --model.
func defaultModel() (*model.Model, error) {
	return nil, errors.New("this build holds no model: name one with --model FILE")
}
