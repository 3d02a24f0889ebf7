package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadyFile is a file by which a program tells whoever started it where it
// answers. It is there exactly while the program serves. The empty ReadyFile is
// none.
type ReadyFile string

// Write writes addresses as JSON, in one step: nobody reads half of it.
func (f ReadyFile) Write(addresses any) error {
	if f == "" {
		return nil
	}
	content, err := json.Marshal(addresses)
	if err != nil {
		return fmt.Errorf("writing the ready file: %w", err)
	}
	half := filepath.Join(filepath.Dir(string(f)), "."+filepath.Base(string(f)))
	if err := os.WriteFile(half, content, 0o600); err != nil {
		return fmt.Errorf("writing the ready file: %w", err)
	}
	return os.Rename(half, string(f))
}

// Withdraw removes the file: at the start, for one that a killed program left
// sends its reader to addresses long gone, and at the end.
func (f ReadyFile) Withdraw() error {
	if f == "" {
		return nil
	}
	if err := os.Remove(string(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the ready file: %w", err)
	}
	return nil
}
