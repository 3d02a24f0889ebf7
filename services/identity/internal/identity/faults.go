package identity

import "github.com/parindex/parindex/libs/fault"

// The reasons of this service. A caller without an account learns nothing from them:
// an unknown login, a wrong password and a disabled account have the same reason.
var (
	// LoginRejected is an unknown login, a wrong password or a disabled account.
	LoginRejected = fault.Reason{
		Kind: fault.Unauthenticated, Code: "LOGIN_REJECTED",
		Vi: "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi thử lại.",
		En: "The login or the password is not right. Check both and try again.",
	}
	// LoginLocked is a login or a service account with too many failures.
	LoginLocked = fault.Reason{
		Kind: fault.Exhausted, Code: "LOGIN_LOCKED",
		Vi: "Đã nhập sai quá nhiều lần nên tạm khóa. Hãy thử lại sau, hoặc nhờ quản trị viên đặt lại mật khẩu.",
		En: "Too many failures; it is locked for a while. Try again later, or ask an administrator to reset the password.",
	}
	// PasswordsBusy is a password that could not be checked in time, because each
	// check takes 19 MiB of RAM and only a few run at once.
	PasswordsBusy = fault.Reason{
		Kind: fault.Exhausted, Code: "PASSWORDS_BUSY",
		Vi: "Có quá nhiều lượt đăng nhập cùng lúc. Hãy thử lại sau ít giây.",
		En: "Too many people are logging in at once. Try again in a few seconds.",
	}
	// SessionEnded is a refresh token without a session.
	SessionEnded = fault.Reason{
		Kind: fault.Unauthenticated, Code: "SESSION_ENDED",
		Vi: "Phiên làm việc đã kết thúc. Hãy đăng nhập lại.",
		En: "The session has ended. Log in again.",
	}
	// SecretRejected is an unknown service account, a wrong secret or a disabled
	// service account.
	SecretRejected = fault.Reason{
		Kind: fault.Unauthenticated, Code: "SECRET_REJECTED",
		Vi: "Tài khoản dịch vụ hoặc khóa bí mật không đúng. Hãy kiểm tra cả hai trong cấu hình của dịch vụ.",
		En: "The service account or the secret is not right. Check both in the service's configuration.",
	}
	// LoginTaken is a login that another account has, in any authority.
	LoginTaken = fault.Reason{
		Kind: fault.Exists, Code: "LOGIN_TAKEN",
		Vi: "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.",
		En: "Another account has this login. Choose another login.",
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
	// BindingEnded is a role whose end is not in the future.
	BindingEnded = fault.Reason{
		Kind: fault.Invalid, Code: "BINDING_ENDED",
		Vi: "Thời điểm kết thúc đã qua. Hãy chọn thời điểm trong tương lai.",
		En: "The end is not in the future. Choose a later time.",
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
		En: "Only service accounts of software have this role. Create a service account instead.",
	}
	// RolesConflict is a role that one account must not hold together with another.
	RolesConflict = fault.Reason{
		Kind: fault.Precondition, Code: "ROLES_CONFLICT",
		Vi: "Một người không được giữ đồng thời vai trò này và một vai trò khác đang có. Hãy kết thúc vai trò kia hoặc giao cho người khác.",
		En: "This person holds another role that must be held by somebody else. End the other role, or give this role to another person.",
	}
	// TooManyRoles is one role more than an account can hold at once.
	TooManyRoles = fault.Reason{
		Kind: fault.Precondition, Code: "TOO_MANY_ROLES",
		Vi: "Một tài khoản giữ được nhiều nhất %d vai trò cùng lúc. Hãy kết thúc vai trò không còn dùng.",
		En: "One account holds at most %d roles at once. End roles that are no longer needed.",
	}
	// ServiceAccountTaken is a name that another service account has, in any
	// authority, or that is reserved for a service of the platform.
	ServiceAccountTaken = fault.Reason{
		Kind: fault.Exists, Code: "SERVICE_ACCOUNT_TAKEN",
		Vi: "Tên tài khoản dịch vụ này đã được dùng. Hãy chọn tên khác.",
		En: "Another service account has this name. Choose another name.",
	}
	// ServiceAccountUnknown is a service account that is not there, or not in
	// this authority.
	ServiceAccountUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "SERVICE_ACCOUNT_UNKNOWN",
		Vi: "Không tìm thấy tài khoản dịch vụ này. Hãy kiểm tra lại tên.",
		En: "There is no such service account. Check its name.",
	}
)
