package e2e

import "testing"

// readLeaderboard reads the public page without signing in.
func (j *journeys) readLeaderboard(t *testing.T) {
	t.Helper()
	v := j.visitor(t, "reader")
	v.goTo("/")
	v.sees("Sóc Trăng")
	v.look("leaderboard")
}

// signInWithFaults forgets the password, mistypes it, signs in and out.
func (j *journeys) signInWithFaults(t *testing.T) {
	t.Helper()
	v := j.visitor(t, "official")
	v.goTo("/official/account")
	v.heading("Đăng nhập")
	v.look("sign-in")
	v.click("button", "Đăng nhập")
	v.faultAt("Mật khẩu", "Chưa có mật khẩu.")
	v.signIn(administrator, "wrong horse battery")
	v.faultAt("Mật khẩu", "không đúng")
	v.look("sign-in-fault")
	v.filled("Tên đăng nhập", administrator)
	v.signIn(administrator, password)
	// The address that was asked for has waited.
	v.heading("Tài khoản của tôi")
	v.click("link", "Trang chính")
	v.heading("Xin chào Quản trị")
	v.look("start")
	other := v.secondTab()
	other.goTo("/official/account")
	other.heading("Tài khoản của tôi")
	v.click("button", "Đăng xuất")
	v.heading("Đăng nhập")
	v.seesNo("Quản trị")
	// The other tab of the same browser finds out by itself, and keeps what is typed there.
	other.heading("Hãy đăng nhập lại")
	other.look("signed-out-elsewhere")
	v.back()
	v.heading("Đăng nhập")
}

// signInWithKeyboard does it without a mouse.
func (j *journeys) signInWithKeyboard(t *testing.T) {
	t.Helper()
	v := j.visitor(t, "official")
	v.goTo("/official/")
	v.heading("Đăng nhập")
	v.tabTo("textbox", "Tên đăng nhập")
	v.keys(administrator)
	v.tabTo("textbox", "Mật khẩu")
	v.keys(password + "\r")
	v.heading("Xin chào Quản trị")
	v.tabTo("link", "Tài khoản của tôi")
	v.keys("\r")
	v.heading("Tài khoản của tôi")
	v.tabTo("button", "Đăng xuất")
	v.keys("\r")
	v.heading("Đăng nhập")
}

// changeOwnPassword mistypes the present password, chooses a short new one, and changes
// it; where the person was signed in elsewhere is over.
func (j *journeys) changeOwnPassword(t *testing.T) {
	t.Helper()
	const login, newPassword = "on.le", "battery staple correct"
	j.account(t, login, "Lê Văn Ơn")
	elsewhere := j.visitor(t, "elsewhere")
	elsewhere.signedIn(login)
	v := j.visitor(t, "official")
	v.signedIn(login)
	v.click("link", "Lê Văn Ơn")
	v.heading("Tài khoản của tôi")
	v.look("account")
	v.fill("Mật khẩu hiện tại", "wrong horse battery")
	v.fill("Mật khẩu mới", "short")
	v.click("button", "Đổi mật khẩu")
	v.faultAt("Mật khẩu mới", "Mật khẩu cần ít nhất 12 ký tự.")
	v.fill("Mật khẩu mới", newPassword)
	v.click("button", "Đổi mật khẩu")
	v.faultAt("Mật khẩu hiện tại", "không đúng")
	v.filled("Mật khẩu mới", newPassword)
	v.fill("Mật khẩu hiện tại", password)
	v.click("button", "Đổi mật khẩu")
	v.done("Đã đổi mật khẩu.")
	v.filled("Mật khẩu mới", "")
	v.click("button", "Đăng xuất")
	v.signIn(login, password)
	v.faultAt("Mật khẩu", "không đúng")
	v.signIn(login, newPassword)
	v.heading("Xin chào Lê Văn Ơn")
}

// outliveSession types a new account while the session ends, signs in above the page and
// has lost nothing.
func (j *journeys) outliveSession(t *testing.T) {
	t.Helper()
	const name = "Trương Thị Ất"
	v := j.administers(t)
	v.click("link", "Cấp tài khoản mới")
	v.fill("Họ và tên", name)
	v.fill("Tên đăng nhập", "at.truong")
	j.clock.pass(j.clock.now().AddDate(0, 0, 8))
	v.click("button", "Cấp tài khoản")
	v.heading("Hãy đăng nhập lại")
	v.look("session-over")
	v.filled("Tên đăng nhập", administrator)
	v.fill("Mật khẩu", "wrong horse battery")
	v.click("button", "Đăng nhập")
	v.faultAt("Mật khẩu", "không đúng")
	v.fill("Mật khẩu", password)
	v.click("button", "Đăng nhập")
	v.heading("Đã cấp tài khoản")
	v.sees(name)
	j.once(t, name)
}
