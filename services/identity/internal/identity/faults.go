package identity

import "github.com/parindex/parindex/libs/fault"

// The reasons of this service. A caller without an account learns nothing from them:
// an unknown login, a wrong password and a disabled account have the same reason.
var (
	// LoginRejected is an unknown login, a wrong password or a disabled account.
	LoginRejected = fault.Unauthenticated.Reason("LOGIN_REJECTED",
		"Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi thử lại.",
		"The login or the password is not right. Check both and try again.")
	// LoginLocked is a login or a service account with too many failures from where the
	// caller is.
	LoginLocked = fault.Exhausted.Reason("LOGIN_LOCKED",
		"Đã nhập sai quá nhiều lần nên tạm khóa. Hãy thử lại sau, hoặc nhờ quản trị viên đặt lại mật khẩu.",
		"Too many failures; it is locked for a while. Try again later, or ask an administrator to reset the password.")
	// PasswordsBusy is a password that could not be checked in time, because each
	// check takes 19 MiB of RAM and only a few run at once.
	PasswordsBusy = fault.Exhausted.Reason("PASSWORDS_BUSY",
		"Có quá nhiều lượt đăng nhập cùng lúc. Hãy thử lại sau ít giây.",
		"Too many people are logging in at once. Try again in a few seconds.")
	// SessionEnded is a refresh token without a session.
	SessionEnded = fault.Unauthenticated.Reason("SESSION_ENDED",
		"Phiên làm việc đã kết thúc. Hãy đăng nhập lại.",
		"The session has ended. Log in again.")
	// SecretRejected is an unknown service account, a wrong secret or a disabled
	// service account.
	SecretRejected = fault.Unauthenticated.Reason("SECRET_REJECTED",
		"Tài khoản dịch vụ hoặc khóa bí mật không đúng. Hãy kiểm tra cả hai trong cấu hình của dịch vụ.",
		"The service account or the secret is not right. Check both in the service's configuration.")
	// LoginTaken is a login that another account has, in any authority.
	LoginTaken = fault.Exists.Reason("LOGIN_TAKEN",
		"Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.",
		"Another account has this login. Choose another login.")
	// AccountUnknown is an account that is not there, or not in this authority.
	AccountUnknown = fault.NotFound.Reason("ACCOUNT_UNKNOWN",
		"Không tìm thấy tài khoản này. Hãy kiểm tra lại mã.",
		"There is no such account. Check its id.")
	// AuthorityNotInCatalog is a reference to an authority that catalog does not have.
	AuthorityNotInCatalog = fault.Invalid.Reason("AUTHORITY_NOT_IN_CATALOG",
		"Danh mục không có tỉnh, huyện hoặc xã này. Hãy nhập danh mục trước, hoặc kiểm tra lại mã.",
		"The catalog has no such authority. Import its catalog first, or check its id.")
	// AgencyNotInCatalog is a reference to an agency that the authority does not have.
	AgencyNotInCatalog = fault.Invalid.Reason("AGENCY_NOT_IN_CATALOG",
		"Danh mục không có cơ quan, đơn vị này. Hãy chọn trong danh sách cơ quan, đơn vị.",
		"The catalog has no such agency in this authority. Choose one from the list of agencies.")
	// DirectoryBehind is a reference that cannot be checked because the catalog does not
	// answer.
	DirectoryBehind = fault.Unavailable.Reason("DIRECTORY_BEHIND",
		"Chưa đọc được danh mục cơ quan, đơn vị mới nhất. Hãy thử lại sau ít giây.",
		"The latest list of authorities and agencies could not be read. Try again in a few seconds.")
	// BindingUnknown is a role binding that is not there, or not in this authority.
	BindingUnknown = fault.NotFound.Reason("BINDING_UNKNOWN",
		"Không tìm thấy vai trò được giao này. Hãy kiểm tra lại mã trong danh sách vai trò của tài khoản.",
		"There is no such role binding. Check its id in the account's list of roles.")
	// BindingExists is a role that the account already has in this scope.
	BindingExists = fault.Exists.Reason("BINDING_EXISTS",
		"Tài khoản đã có vai trò này trong phạm vi này. Hãy kết thúc vai trò cũ trước khi đổi thời hạn.",
		"The account already has this role in this scope. End the old binding first to change its end.")
	// BindingEnded is a role whose end is not in the future.
	BindingEnded = fault.Invalid.Reason("BINDING_ENDED",
		"Thời điểm kết thúc đã qua. Hãy chọn thời điểm trong tương lai.",
		"The end is not in the future. Choose a later time.")
	// AgencyNeeded is a role of one agency, given without it.
	AgencyNeeded = fault.Invalid.Reason("AGENCY_NEEDED",
		"Vai trò này gắn với một cơ quan, đơn vị. Hãy chọn cơ quan, đơn vị.",
		"This role belongs to one agency. Choose the agency.")
	// AgencyRefused is a role of the whole authority, given for one agency.
	AgencyRefused = fault.Invalid.Reason("AGENCY_REFUSED",
		"Vai trò này có hiệu lực cho toàn bộ tỉnh hoặc huyện, không giao riêng cho một cơ quan, đơn vị. Hãy để trống cơ quan, đơn vị.",
		"This role counts for the whole authority and cannot be narrowed to one agency. Leave the agency empty.")
	// RoleNotGrantable is a role that people cannot have.
	RoleNotGrantable = fault.Invalid.Reason("ROLE_NOT_GRANTABLE",
		"Vai trò này chỉ dành cho tài khoản dịch vụ của phần mềm. Hãy tạo tài khoản dịch vụ.",
		"Only service accounts of software have this role. Create a service account instead.")
	// RolesConflict is a role that one account must not hold together with another.
	RolesConflict = fault.Precondition.Reason("ROLES_CONFLICT",
		"Một người không được giữ đồng thời vai trò này và một vai trò khác đang có. Hãy kết thúc vai trò kia hoặc giao cho người khác.",
		"This person holds another role that must be held by somebody else. End the other role, or give this role to another person.")
	// GrantToSelf is a role that somebody gives to the own account.
	GrantToSelf = fault.Denied.Reason("GRANT_TO_SELF",
		"Không ai được tự giao vai trò cho tài khoản của mình. Hãy nhờ một quản trị viên khác giao.",
		"Nobody gives a role to the own account. Ask another administrator to give it.")
	// OwnAccount is a change of the own account that would undo a check on its holder.
	OwnAccount = fault.Denied.Reason("OWN_ACCOUNT",
		"Không ai được tự đổi cơ quan hoặc tự đặt lại mật khẩu của tài khoản mình. Hãy nhờ một quản trị viên khác, hoặc đổi mật khẩu ở trang tài khoản của mình.",
		"Nobody changes the agency or resets the password of the own account. Ask another administrator, or change your password on the page of your account.")
	// BindingOver is a role that has ended and cannot be confirmed.
	BindingOver = fault.Precondition.Reason("BINDING_OVER",
		"Vai trò này đã kết thúc nên không xác nhận được. Hãy giao lại vai trò nếu vẫn cần.",
		"This role has ended and cannot be confirmed. Give it again if it is still needed.")
	// PasswordNotOwn is a role whose holder still has the password that somebody else set.
	PasswordNotOwn = fault.Precondition.Reason("PASSWORD_NOT_OWN",
		"Người được giao vai trò vẫn dùng mật khẩu do người khác đặt. Hãy đề nghị người đó đăng nhập và tự đổi mật khẩu, rồi xác nhận.",
		"The holder of this role still has the password that somebody else set. Ask that person to log in and to change it, then confirm.")
	// PasswordUnchanged is a new password that is the present one.
	PasswordUnchanged = fault.Invalid.Reason("PASSWORD_UNCHANGED",
		"Mật khẩu mới trùng với mật khẩu hiện tại. Hãy chọn mật khẩu khác, từ 12 đến 256 ký tự.",
		"The new password is the present one. Choose another password of 12 to 256 characters.")
	// TooManyRoles is one role more than an account can hold at once.
	TooManyRoles = fault.Precondition.Reason("TOO_MANY_ROLES",
		"Một tài khoản giữ được nhiều nhất %d vai trò cùng lúc. Hãy kết thúc vai trò không còn dùng.",
		"One account holds at most %d roles at once. End roles that are no longer needed.")
	// ServiceAccountTaken is a name that another service account has, in any
	// authority, or that is reserved for a service of the platform.
	ServiceAccountTaken = fault.Exists.Reason("SERVICE_ACCOUNT_TAKEN",
		"Tên tài khoản dịch vụ này đã được dùng. Hãy chọn tên khác.",
		"Another service account has this name. Choose another name.")
	// ServiceAccountUnknown is a service account that is not there, or not in
	// this authority.
	ServiceAccountUnknown = fault.NotFound.Reason("SERVICE_ACCOUNT_UNKNOWN",
		"Không tìm thấy tài khoản dịch vụ này. Hãy kiểm tra lại tên.",
		"There is no such service account. Check its name.")
)
