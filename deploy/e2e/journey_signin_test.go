package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

const administratorLogin, administratorPassword = "quan-tri", "correct horse battery"

// TestJourneySignIn signs in and out, with what goes wrong on the way.
func TestJourneySignIn(t *testing.T) {
	p := start(t)
	p.loadSocTrang(t)
	p.administrator(t)

	v := p.visitor(t, "administrator")
	v.goTo("/official/")
	v.heading("Đăng nhập")
	v.look("sign-in")
	v.click("button", "Đăng nhập")
	v.faultAt("Mật khẩu", "Chưa có mật khẩu.")
	v.signIn(administratorLogin, "wrong horse battery")
	v.faultAt("Mật khẩu", "")
	v.look("sign-in-fault")
	v.filled("Tên đăng nhập", administratorLogin)
	v.signIn(administratorLogin, administratorPassword)
	v.heading("Xin chào Quản trị")
	v.look("start")
	v.click("button", "Đăng xuất")
	v.heading("Đăng nhập")
	v.seesNo("Quản trị")
	_ = kb.Tab
	_ = time.Second
}
