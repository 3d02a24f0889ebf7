package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadyFile is a file in which a program gives its addresses to the process that started
// it. The file exists exactly while the program serves. The empty ReadyFile
// means no file.
type ReadyFile string

// Write writes addresses as JSON, atomically, so that nobody reads an incomplete
// file.
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

// Withdraw removes the file. Call it at the start, because the file of a killed
// program contains addresses that are no longer in use, and at the end.
func (f ReadyFile) Withdraw() error {
	if f == "" {
		return nil
	}
	if err := os.Remove(string(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the ready file: %w", err)
	}
	return nil
}
