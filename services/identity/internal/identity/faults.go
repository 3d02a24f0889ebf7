package identity

import "github.com/parindex/parindex/libs/fault"

// Every reason of this service. None says more to an outsider than the contract
// does: an unknown login, a wrong password and a disabled account are one.
var (
	// LoginRejected is a login and password that do not open an account.
	LoginRejected = fault.Reason{
		Kind: fault.Unauthenticated, Code: "LOGIN_REJECTED",
		Vi: "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi thử lại.",
		En: "The login or the password is not right. Check both and try again.",
	}
	// LoginLocked is a login, or a service account, with too many failures.
	LoginLocked = fault.Reason{
		Kind: fault.Exhausted, Code: "LOGIN_LOCKED",
		Vi: "Đã nhập sai quá nhiều lần nên tạm khóa. Hãy thử lại sau, hoặc nhờ quản trị viên đặt lại mật khẩu.",
		En: "Too many failures; it is locked for a while. Try again later, or ask an administrator to reset the password.",
	}
	// PasswordsBusy is more passwords to check at once than memory is set aside for.
	PasswordsBusy = fault.Reason{
		Kind: fault.Exhausted, Code: "PASSWORDS_BUSY",
		Vi: "Có quá nhiều lượt đăng nhập cùng lúc. Hãy thử lại sau ít giây.",
		En: "Too many people are logging in at once. Try again in a few seconds.",
	}
	// SessionEnded is a refresh token that prolongs nothing.
	SessionEnded = fault.Reason{
		Kind: fault.Unauthenticated, Code: "SESSION_ENDED",
		Vi: "Phiên làm việc đã kết thúc. Hãy đăng nhập lại.",
		En: "The session has ended. Log in again.",
	}
	// SecretRejected is a service account and secret that give no token.
	SecretRejected = fault.Reason{
		Kind: fault.Unauthenticated, Code: "SECRET_REJECTED",
		Vi: "Tài khoản dịch vụ hoặc khóa bí mật không đúng. Hãy kiểm tra cả hai trong cấu hình của dịch vụ.",
		En: "The service account or the secret is not right. Check both in the service's configuration.",
	}
	// LoginTaken is a login that another account has, in whatever authority.
	LoginTaken = fault.Reason{
		Kind: fault.Exists, Code: "LOGIN_TAKEN",
		Vi: "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.",
		En: "Another account has this login. Choose another.",
	}
	// AccountUnknown is an account that is not there, or not in this authority.
	AccountUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "ACCOUNT_UNKNOWN",
		Vi: "Không tìm thấy tài khoản này. Hãy kiểm tra lại mã.",
		En: "There is no such account. Check its id.",
	}
	// BindingUnknown is a role binding that is not there, or not in this authority.
	BindingUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "BINDING_UNKNOWN",
		Vi: "Không tìm thấy vai trò được giao này. Hãy kiểm tra lại mã trong danh sách vai trò của tài khoản.",
		En: "There is no such role binding. Check its id in the account's list of roles.",
	}
	// BindingExists is a role that the account already has in this scope.
	BindingExists = fault.Reason{
		Kind: fault.Exists, Code: "BINDING_EXISTS",
		Vi: "Tài khoản đã có vai trò này trong phạm vi này. Hãy kết thúc vai trò cũ trước khi đổi thời hạn.",
		En: "The account already has this role in this scope. End the old binding first to change its end.",
	}
	// BindingEnded is a role that would have ended before it began.
	BindingEnded = fault.Reason{
		Kind: fault.Invalid, Code: "BINDING_ENDED",
		Vi: "Thời điểm kết thúc đã qua. Hãy chọn thời điểm trong tương lai.",
		En: "The end lies in the past. Choose one to come.",
	}
	// AgencyNeeded is a role of one agency, given without it.
	AgencyNeeded = fault.Reason{
		Kind: fault.Invalid, Code: "AGENCY_NEEDED",
		Vi: "Vai trò này gắn với một cơ quan, đơn vị. Hãy chọn cơ quan, đơn vị.",
		En: "This role belongs to one agency. Choose the agency.",
	}
	// AgencyRefused is a role of the whole authority, given for one agency.
	AgencyRefused = fault.Reason{
		Kind: fault.Invalid, Code: "AGENCY_REFUSED",
		Vi: "Vai trò này có hiệu lực cho toàn bộ tỉnh hoặc huyện, không giao riêng cho một cơ quan, đơn vị. Hãy để trống cơ quan, đơn vị.",
		En: "This role counts for the whole authority and cannot be narrowed to one agency. Leave the agency empty.",
	}
	// RoleNotGrantable is a role that people cannot have.
	RoleNotGrantable = fault.Reason{
		Kind: fault.Invalid, Code: "ROLE_NOT_GRANTABLE",
		Vi: "Vai trò này chỉ dành cho tài khoản dịch vụ của phần mềm. Hãy tạo tài khoản dịch vụ.",
		En: "This role is for software. Create a service account instead.",
	}
	// RolesConflict is a role that must not meet another in one account.
	RolesConflict = fault.Reason{
		Kind: fault.Precondition, Code: "ROLES_CONFLICT",
		Vi: "Một người không được giữ đồng thời vai trò này và một vai trò khác đang có. Hãy kết thúc vai trò kia hoặc giao cho người khác.",
		En: "One person may not hold this role together with another they have. End the other role or give this one to somebody else.",
	}
	// TooManyRoles is a role more than an account can hold at once.
	TooManyRoles = fault.Reason{
		Kind: fault.Precondition, Code: "TOO_MANY_ROLES",
		Vi: "Một tài khoản giữ được nhiều nhất %d vai trò cùng lúc. Hãy kết thúc vai trò không còn dùng.",
		En: "One account holds at most %d roles at once. End those that are not used any more.",
	}
	// ServiceAccountTaken is a name that another service account has, in
	// whatever authority, or that the platform keeps for its own services.
	ServiceAccountTaken = fault.Reason{
		Kind: fault.Exists, Code: "SERVICE_ACCOUNT_TAKEN",
		Vi: "Tên tài khoản dịch vụ này đã được dùng. Hãy chọn tên khác.",
		En: "Another service account has this name. Choose another.",
	}
	// ServiceAccountUnknown is a service account that is not there, or not in
	// this authority.
	ServiceAccountUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "SERVICE_ACCOUNT_UNKNOWN",
		Vi: "Không tìm thấy tài khoản dịch vụ này. Hãy kiểm tra lại tên.",
		En: "There is no such service account. Check its name.",
	}
)
