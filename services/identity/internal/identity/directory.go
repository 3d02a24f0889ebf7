package identity

import (
	"time"

	"github.com/parindex/parindex/libs/text"
)

// Agency is an agency as catalog has it.
type Agency struct{ ID, Name string }

// NameKey returns the name by which the agency is found.
func (a Agency) NameKey() string { return text.Plain(a.Name) }

// behindFor is how long a caller waits before giving a reference again.
const behindFor = 5 * time.Second

// Behind returns DirectoryBehind with the time to wait.
func Behind() error { return DirectoryBehind.Because(nil).After(behindFor) }
