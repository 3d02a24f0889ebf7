package run_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/parindex/parindex/libs/run"
)

func TestReadyFileExistsWhileTheProgramServes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	f := run.ReadyFile(path)
	if err := f.Withdraw(); err != nil {
		t.Errorf("withdrawing what is not there: %v", err)
	}
	if err := f.Write(map[string]string{"grpc": "127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != `{"grpc":"127.0.0.1:1"}` {
		t.Errorf("%s, %v", content, err)
	}
	if err := f.Withdraw(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestNoReadyFile(t *testing.T) {
	var f run.ReadyFile
	if err := errors.Join(f.Write(nil), f.Withdraw()); err != nil {
		t.Error(err)
	}
}

func TestReadyFileThatCannotBeWritten(t *testing.T) {
	if err := run.ReadyFile(filepath.Join(t.TempDir(), "missing", "ready.json")).Write(nil); err == nil {
		t.Error("no error")
	}
}
