package pack

import (
	"github.com/parindex/parindex/libs/name"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// Name returns text as a name with its key.
func Name(text string) catalog.Name {
	return catalog.Name{Text: name.Clean(text), Key: name.Key(text)}
}
