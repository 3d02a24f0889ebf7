package e2e

import "testing"

// makeAccount makes an account: with nothing filled in, with a login that somebody has,
// and then with a double click.
func (j *journeys) makeAccount(t *testing.T) {
	t.Helper()
	const name = "Đặng Quốc Ưởng"
	j.account(t, "uong.dang", "Đặng Thị Ưởng")
	v := j.administers(t)
	v.look("people")
	v.click("link", "Cấp tài khoản mới")
	v.heading("Cấp tài khoản mới")
	v.look("new-account")
	v.click("button", "Cấp tài khoản")
	v.faultAt("Họ và tên", "Chưa có họ và tên.")
	v.faultAt("Tên đăng nhập", "Tên đăng nhập cần 3 đến 100 ký tự")
	v.look("new-account-faults")
	v.fill("Họ và tên", name)
	v.fill("Tên đăng nhập", "uong.dang")
	v.choose("Cơ quan, đơn vị", "Sở Nội vụ")
	v.click("button", "Cấp tài khoản")
	v.faultAt("Tên đăng nhập", "đã có người dùng")
	v.filled("Họ và tên", name)
	v.fill("Tên đăng nhập", "uong.dang2")
	v.doubleClick("button", "Cấp tài khoản")
	v.heading("Đã cấp tài khoản")
	v.sees("uong.dang2")
	v.look("account-made")
	j.once(t, name)
	// The password is shown once: the way back and forth does not bring it again.
	v.click("link", "Giao vai trò cho tài khoản này")
	v.heading(name)
	v.back()
	v.heading("Cấp tài khoản mới")
	v.filled("Họ và tên", "")
	v.back()
	v.sees("uong.dang2")
}

// giveRoles gives a role for one agency until a day, and is told which one may not be
// held with it.
func (j *journeys) giveRoles(t *testing.T) {
	t.Helper()
	v := j.administers(t)
	j.account(t, "be.tran", "Trần Văn Bé")
	v.reload()
	v.click("link", "Trần Văn Bé")
	v.heading("Trần Văn Bé")
	v.sees("Chưa có vai trò nào.")
	v.look("person")
	v.click("button", "Giao vai trò")
	v.click("button", "Giao vai trò")
	v.faultAt("Vai trò", "Chưa chọn vai trò.")
	v.choose("Vai trò", "Người nhập phiếu tự đánh giá")
	v.fill("Ngày cuối cùng có hiệu lực", "31/02/2099")
	v.click("button", "Giao vai trò")
	v.faultAt("Cơ quan, đơn vị", "Hãy chọn cơ quan, đơn vị.")
	v.faultAt("Ngày cuối cùng có hiệu lực", "Ngày không đúng.")
	v.look("give-role-faults")
	v.choose("Cơ quan, đơn vị", "Sở Tài chính")
	v.fill("Ngày cuối cùng có hiệu lực", "31/12/2027")
	v.click("button", "Giao vai trò")
	v.done("Đã giao vai trò.")
	v.sees("hết ngày 31/12/2027")

	v.click("button", "Giao vai trò")
	v.choose("Vai trò", "Quản trị viên hệ thống")
	v.sees("Người này đang giữ vai trò “Người nhập phiếu tự đánh giá”; một người không được giữ cả hai vai trò.")
	v.look("give-role-apart")
	v.click("button", "Giao vai trò")
	v.faultAt("Vai trò", "không được giữ đồng thời")
	v.click("button", "Hủy")

	// What the person then sees.
	editor := j.visitor(t, "editor")
	editor.signedIn("be.tran")
	editor.sees("Người nhập phiếu tự đánh giá – Sở Tài chính")

	v.click("button", "Kết thúc Người nhập phiếu tự đánh giá")
	v.heading("Kết thúc vai trò “Người nhập phiếu tự đánh giá”?")
	v.look("end-role")
	v.click("button", "Kết thúc")
	v.done("Đã kết thúc vai trò.")
	v.sees("Chưa có vai trò nào.")
}

// disableAndEnable keeps a person out and lets the person in again, with a new password.
func (j *journeys) disableAndEnable(t *testing.T) {
	t.Helper()
	const login = "sau.phan"
	j.account(t, login, "Phan Thị Sáu")
	v := j.administers(t)
	v.click("link", "Phan Thị Sáu")
	v.click("button", "Khóa tài khoản")
	v.heading("Khóa tài khoản này?")
	v.look("disable")
	v.click("button", "Khóa tài khoản")
	v.done("Đã khóa tài khoản.")
	person := j.visitor(t, "person")
	person.goTo("/official/")
	person.signIn(login, password)
	person.faultAt("Mật khẩu", "")
	v.click("button", "Mở khóa tài khoản")
	v.heading("Mở khóa tài khoản này?")
	v.click("button", "Mở khóa tài khoản")
	v.done("Đã mở khóa tài khoản.")
	person.signIn(login, password)
	person.heading("Xin chào Phan Thị Sáu")
	person.sees("Bạn chưa được giao vai trò nào.")

	v.click("button", "Đặt lại mật khẩu")
	v.fill("Mật khẩu mới", "staple battery horse")
	v.click("button", "Đặt lại mật khẩu")
	v.done("Đã đặt lại mật khẩu.")
	v.look("password-reset")
	person.click("button", "Đăng xuất")
	person.signIn(login, "staple battery horse")
	person.heading("Xin chào Phan Thị Sáu")
}

// findPeople finds somebody by a name that is typed without accents.
func (j *journeys) findPeople(t *testing.T) {
	t.Helper()
	j.account(t, "nghiem.do", "Đỗ Trọng Nghiêm")
	v := j.administers(t)
	v.sees("Phan Thị Sáu")
	v.fill("Tìm người hoặc cơ quan", "do trong nghiem")
	v.seesNo("Phan Thị Sáu")
	v.element("link", "Đỗ Trọng Nghiêm")
	v.look("people-found")
	v.click("link", "Đỗ Trọng Nghiêm")
	v.heading("Đỗ Trọng Nghiêm")
	v.back()
	v.filled("Tìm người hoặc cơ quan", "do trong nghiem")
	v.fill("Tìm người hoặc cơ quan", "khong co ai")
	v.sees("Không có tài khoản nào phù hợp.")
	v.click("button", "Hiển thị tất cả")
	v.sees("Phan Thị Sáu")
}

// saveStale lets two administrators change the same account side by side.
func (j *journeys) saveStale(t *testing.T) {
	t.Helper()
	j.administratorCalled(t, "quan-tri-2")
	j.account(t, "tu.vo", "Võ Văn Tư")
	first := j.administers(t)
	second := j.visitor(t, "second administrator")
	second.signedIn("quan-tri-2")
	second.click("link", "Tài khoản và vai trò")
	for _, v := range []*visitor{first, second} {
		v.click("link", "Võ Văn Tư")
		v.filled("Họ và tên", "Võ Văn Tư")
	}
	first.fill("Họ và tên", "Võ Văn Tứ")
	first.click("button", "Lưu")
	first.done("Đã lưu")
	second.fill("Họ và tên", "Võ Văn Từ")
	second.click("button", "Lưu")
	second.summary("người khác đã lưu thay đổi")
	second.sees("Bản người khác vừa lưu:")
	second.sees("Võ Văn Tứ")
	second.filled("Họ và tên", "Võ Văn Từ")
	second.look("stale")
	second.click("button", "Lưu")
	second.done("Đã lưu")
	first.reload()
	first.filled("Họ và tên", "Võ Văn Từ")
}

// makeSoftwareAccount makes an account for another system, whose secret is shown once,
// and disables it.
func (j *journeys) makeSoftwareAccount(t *testing.T) {
	t.Helper()
	v := j.administers(t)
	v.click("link", "Tài khoản của phần mềm")
	v.heading("Tài khoản của phần mềm")
	v.sees("Chưa có tài khoản nào cho phần mềm.")
	v.fill("Tên", "Một cửa")
	v.click("button", "Cấp tài khoản")
	v.faultAt("Tên", "Tên cần 1 đến 64 ký tự")
	v.fill("Tên", "mot-cua")
	v.doubleClick("button", "Cấp tài khoản")
	v.done("Đã cấp tài khoản cho phần mềm.")
	v.sees("Khóa bí mật chỉ hiển thị lần này.")
	v.look("software")
	v.fill("Tên", "mot-cua")
	v.click("button", "Cấp tài khoản")
	v.faultAt("Tên", "đã được dùng")
	v.reload()
	v.sees("mot-cua")
	v.seesNo("Khóa bí mật")
	v.click("button", "Khóa tài khoản mot-cua")
	v.click("button", "Khóa tài khoản")
	v.done("Đã khóa tài khoản.")
	v.sees("Đã khóa")
}

// saveOffline loses the network while saving: the page says so, keeps what was typed, and
// saves it once when asked again.
func (j *journeys) saveOffline(t *testing.T) {
	t.Helper()
	const name = "Huỳnh Văn Mười"
	v := j.administers(t)
	v.click("link", "Cấp tài khoản mới")
	v.fill("Họ và tên", name)
	v.fill("Tên đăng nhập", "muoi.huynh")
	v.network(offline)
	v.click("button", "Cấp tài khoản")
	v.summary("Không kết nối được máy chủ")
	v.filled("Họ và tên", name)
	v.network(online)
	v.click("button", "Cấp tài khoản")
	v.heading("Đã cấp tài khoản")
	j.once(t, name)
}

// saveSlowly presses again because nothing seems to happen.
func (j *journeys) saveSlowly(t *testing.T) {
	t.Helper()
	const name = "Lâm Thị Chín"
	v := j.administers(t)
	v.click("link", "Cấp tài khoản mới")
	v.fill("Họ và tên", name)
	v.fill("Tên đăng nhập", "chin.lam")
	v.network(slow)
	v.doubleClick("button", "Cấp tài khoản")
	v.heading("Đã cấp tài khoản")
	v.network(online)
	j.once(t, name)
}

// workThroughRestart works on while the platform is away and comes back: the page says
// so, goes on by itself, and has lost nothing.
func (j *journeys) workThroughRestart(t *testing.T) {
	t.Helper()
	const name = "Lý Văn Bẩy"
	t.Cleanup(func() {
		if t.Failed() {
			j.restart(j.whole, "")
		}
	})
	j.account(t, "bay.ly", "Lý Văn Bảy")
	v := j.administers(t)
	v.click("link", "Lý Văn Bảy")
	v.filled("Họ và tên", "Lý Văn Bảy")
	v.click("link", "Tài khoản và vai trò")
	v.element("link", "Lý Văn Bảy")
	v.click("link", "Lý Văn Bảy")
	v.fill("Họ và tên", name)
	j.stop()
	v.click("button", "Lưu")
	v.summary("Không kết nối được máy chủ")
	v.filled("Họ và tên", name)
	other := v.secondTab()
	j.restart(j.whole, "")
	v.click("button", "Lưu")
	v.done("Đã lưu")
	other.goTo("/official/people")
	other.fill("Tìm người hoặc cơ quan", "ly van bay")
	other.element("link", name)
	j.stop()
	other.fill("Tìm người hoặc cơ quan", "ly van")
	other.sees("Trang đang tự thử lại.")
	v.click("link", "Quản trị") // a page that comes from the platform when it is first opened
	v.sees("Trang đang tự thử lại.")
	j.restart(j.whole, "")
	v.heading("Tài khoản của tôi")
	other.seesNo("Trang đang tự thử lại.")
	other.element("link", name)
}
