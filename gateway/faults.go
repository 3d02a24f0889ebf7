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
	// BodyMalformed means that the body is not JSON.
	BodyMalformed = fault.Invalid.Reason("BODY_MALFORMED",
		"Nội dung gửi lên không phải là JSON hợp lệ. Hãy kiểm tra dấu ngoặc, dấu phẩy và dấu nháy.",
		"The body is not valid JSON. Check its brackets, commas and quotes.")
	// BodyNotObject means that the body is JSON, but not an object.
	BodyNotObject = fault.Invalid.Reason("BODY_NOT_OBJECT",
		"Nội dung gửi lên không phải là một đối tượng JSON. Hãy gửi các trường trong ngoặc nhọn, ví dụ {\"requestId\": \"…\"}.",
		"The body is not a JSON object. Send the fields in braces, such as {\"requestId\": \"…\"}.")
	// BodyNotUTF8 means that the bytes of the body are text in another encoding, or no
	// text.
	BodyNotUTF8 = fault.Invalid.Reason("BODY_NOT_UTF8",
		"Nội dung gửi lên không theo bảng mã UTF-8. Hãy chuyển sang UTF-8 rồi gửi lại.",
		"The body is not UTF-8. Encode it as UTF-8 and send it again.")
	// BodyEncodingUnknown means that the body is compressed in a way that the gateway
	// does not read, or that Content-Encoding does not say how.
	BodyEncodingUnknown = fault.Invalid.Reason("BODY_ENCODING_UNKNOWN",
		"Không đọc được kiểu nén của nội dung. Hãy gửi không nén, hoặc nén gzip và ghi Content-Encoding: gzip.",
		"The compression of the body cannot be read. Send it plain, or compressed by gzip with Content-Encoding: gzip.")
	// BodyIncomplete means that the body ended early.
	BodyIncomplete = fault.Invalid.Reason("BODY_INCOMPLETE",
		"Nội dung gửi lên không đến đủ. Hãy kiểm tra đường truyền rồi gửi lại toàn bộ.",
		"The body did not arrive whole. Check the connection and send all of it again.")
	// BodyTooSlow means that the body stopped arriving, or nearly so.
	BodyTooSlow = fault.Invalid.Reason("BODY_TOO_SLOW",
		"Nội dung gửi lên đến quá chậm, dưới 1.000 byte mỗi giây hoặc ngừng hẳn 30 giây. Hãy kiểm tra đường truyền rồi gửi lại.",
		"The body arrives too slowly: less than 1,000 bytes in a second, or nothing for 30 seconds. Check the connection and send it again.")
	// BodyUnexpected means that the address takes no body.
	BodyUnexpected = fault.Invalid.Reason("BODY_UNEXPECTED",
		"Địa chỉ này không nhận nội dung. Hãy gửi các trường trong đường dẫn hoặc phần truy vấn.",
		"This address takes no body. Send the fields in the path or the query.")
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
	// FieldContradictsPath is a field of the body with another value than the path has.
	FieldContradictsPath = fault.Invalid.Reason("FIELD_CONTRADICTS_PATH",
		"Trường này trong nội dung khác với giá trị trong đường dẫn. Hãy bỏ trường này khỏi nội dung hoặc sửa cho trùng với đường dẫn.",
		"This field of the body differs from the path. Leave it out of the body, or give it the value of the path.")
	// FieldRepeated is a field that an object of the body has twice.
	FieldRepeated = fault.Invalid.Reason("FIELD_REPEATED",
		"Trường này được gửi hai lần. Hãy giữ lại một.",
		"This field is sent twice. Keep one of the two.")
	// FieldExclusive is a field that excludes another field of the same object.
	FieldExclusive = fault.Invalid.Reason("FIELD_EXCLUSIVE",
		"Trường này không được gửi cùng với một trường khác đã có. Hãy chỉ giữ lại một trong hai.",
		"This field excludes another one that is sent with it. Keep one of the two.")
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
	MethodNotAllowed.Code:    http.StatusMethodNotAllowed,
	BodyTooLarge.Code:        http.StatusRequestEntityTooLarge,
	BodyTooSlow.Code:         http.StatusRequestTimeout,
	BodyNotJSON.Code:         http.StatusUnsupportedMediaType,
	BodyEncodingUnknown.Code: http.StatusUnsupportedMediaType,
}
