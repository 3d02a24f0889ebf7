package identity

import "time"

// Agency is an agency as catalog has it.
type Agency struct{ ID, Name string }

// behindFor is how long a caller waits before giving a reference again.
const behindFor = 5 * time.Second

// Behind returns DirectoryBehind with the time to wait.
func Behind() error { return DirectoryBehind.Because(nil).After(behindFor) }
