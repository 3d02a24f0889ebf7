package gateway

import (
	"net/http"

	"github.com/parindex/parindex/libs/fault"
)

// domain is the gateway's name in the domain of the faults that it gives.
const domain = "gateway"

// Reasons that the gateway gives. It passes on those of the services unchanged.
var (
	// PathUnknown means that no page or rpc has the address.
	PathUnknown = fault.NotFound.Reason("PATH_UNKNOWN",
		"Không tìm thấy địa chỉ này. Hãy xem danh sách các địa chỉ tại /openapi/.",
		"There is nothing at this address. See the addresses at /openapi/.")
	// MethodNotAllowed means that the address exists, but not with this method.
	MethodNotAllowed = fault.Invalid.Reason("METHOD_NOT_ALLOWED",
		"Địa chỉ này không hỗ trợ phương thức đó. Hãy xem các phương thức được hỗ trợ tại /openapi/.",
		"This address does not support that method. See the supported ones at /openapi/.")
	// BodyMalformed means that the body is not a JSON object.
	BodyMalformed = fault.Invalid.Reason("BODY_MALFORMED",
		"Nội dung gửi lên không phải là JSON hợp lệ. Hãy kiểm tra dấu ngoặc, dấu phẩy và dấu nháy.",
		"The body is not valid JSON. Check its brackets, commas and quotes.")
	// BodyTooLarge means that the body exceeds the limit of this installation.
	BodyTooLarge = fault.Invalid.Reason("BODY_TOO_LARGE",
		"Nội dung gửi lên quá lớn. Hãy chia nhỏ rồi gửi lại.",
		"The body is too large. Send it in smaller parts.")
	// BodyNotJSON means that the body has another content type.
	BodyNotJSON = fault.Invalid.Reason("BODY_NOT_JSON",
		"Chỉ nhận nội dung JSON: hãy gửi Content-Type: application/json.",
		"Only JSON is accepted: send Content-Type: application/json.")
	// FieldUnknown means that the body or the query has a field that the request does
	// not have there. Two variants with the same code name the right place of a query
	// field.
	FieldUnknown = fault.Invalid.Reason("FIELD_UNKNOWN",
		"Yêu cầu không có trường này. Hãy kiểm tra tên trường.",
		"The request has no such field. Check its name.")
	// fieldOfBody is a field in the query of an address that takes it in the body.
	fieldOfBody = fault.Invalid.Reason("FIELD_NOT_IN_QUERY",
		"Địa chỉ này không nhận trường nào trong phần truy vấn. Hãy gửi trường này trong nội dung JSON.",
		"This address takes no fields in its query. Send the field in the body.")
	// fieldOfPath is a field in the query that the path holds already.
	fieldOfPath = fault.Invalid.Reason("FIELD_IN_PATH",
		"Trường này đã có trong đường dẫn. Hãy bỏ nó khỏi phần truy vấn.",
		"This field is already in the path. Leave it out of the query.")
	// FieldInvalid means that a value does not have the type of its field.
	FieldInvalid = fault.Invalid.Reason("FIELD_INVALID",
		"Giá trị không đúng kiểu của trường này. Hãy xem kiểu của trường tại /openapi/.",
		"The value does not have this field's type. See the type at /openapi/.")
	// CrossOrigin means that a page of another site asked for a change.
	CrossOrigin = fault.Denied.Reason("CROSS_ORIGIN",
		"Yêu cầu được gửi từ một trang web khác nên bị từ chối. Hãy thực hiện từ trang của hệ thống này.",
		"The request comes from a page of another site and is refused. Do this from a page of this site.")
	// TooManyLogins means that one address tried to log in too often.
	TooManyLogins = fault.Exhausted.Reason("TOO_MANY_LOGINS",
		"Đăng nhập quá nhiều lần từ địa chỉ này. Hãy chờ rồi thử lại.",
		"Too many logins from this address. Wait, then try again.")
)

// statusOf holds the HTTP statuses that are more specific than the fault's kind.
var statusOf = map[string]int{
	MethodNotAllowed.Code: http.StatusMethodNotAllowed,
	BodyTooLarge.Code:     http.StatusRequestEntityTooLarge,
	BodyNotJSON.Code:      http.StatusUnsupportedMediaType,
}
