package pack

import (
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// Name returns typed as a name with its key.
func Name(typed string) catalog.Name {
	return catalog.Name{Text: text.Show(typed), Key: text.Key(typed)}
}
