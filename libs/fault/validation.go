package fault

import "strings"

type text struct{ vi, en string }

// validation holds what to tell a person about a broken rule, by the rule's id
// as protovalidate names it, or by its family ("string") where one sentence
// serves all.
var validation = map[string]text{
	"required":             {"Cần có giá trị này.", "This value is needed."},
	"string.min_len":       {"Giá trị quá ngắn.", "The value is too short."},
	"string.max_len":       {"Giá trị quá dài.", "The value is too long."},
	"string.pattern":       {"Giá trị không đúng định dạng.", "The value does not have the right form."},
	"string.uuid":          {"Cần một mã UUID.", "A UUID is needed."},
	"string.uuid_empty":    {"Cần một mã UUID.", "A UUID is needed."},
	"string.email":         {"Cần một địa chỉ thư điện tử.", "An e-mail address is needed."},
	"string.in":            {"Giá trị không nằm trong danh sách cho phép.", "The value is not one of those allowed."},
	"string":               {"Chuỗi ký tự không hợp lệ.", "The text is not valid."},
	"bytes.min_len":        {"Nội dung trống.", "The content is empty."},
	"bytes.max_len":        {"Nội dung quá lớn.", "The content is too large."},
	"enum.defined_only":    {"Giá trị không nằm trong danh sách cho phép.", "The value is not one of those allowed."},
	"enum.not_in":          {"Cần chọn một giá trị.", "Choose a value."},
	"enum":                 {"Giá trị không nằm trong danh sách cho phép.", "The value is not one of those allowed."},
	"repeated.min_items":   {"Danh sách cần có thêm phần tử.", "The list needs more entries."},
	"repeated.max_items":   {"Danh sách có quá nhiều phần tử.", "The list has too many entries."},
	"repeated.unique":      {"Danh sách có phần tử trùng nhau.", "The list has an entry twice."},
	"bool.const":           {"Giá trị này không được dùng ở đây.", "This value cannot be used here."},
	"map.max_pairs":        {"Có quá nhiều giá trị.", "There are too many values."},
	"int32":                {"Số nằm ngoài giới hạn cho phép.", "The number is out of its limits."},
	"int64":                {"Số nằm ngoài giới hạn cho phép.", "The number is out of its limits."},
	"timestamp":            {"Thời điểm không hợp lệ.", "The instant is not valid."},
	"field_mask":           {"Danh sách trường cần sửa không hợp lệ.", "The update mask is not valid."},
	"string.slug":          {"Cần mã gồm 1 đến 64 chữ thường, chữ số và dấu gạch nối ở giữa.", "An id of 1 to 64 small letters, digits and inner hyphens is needed."},
	"string.points":        {"Cần một số thập phân, ví dụ 12.50.", "A decimal number such as 12.50 is needed."},
	"string.civil_date":    {"Cần một ngày, dạng YYYY-MM-DD.", "A date is needed, as YYYY-MM-DD."},
	"string.request_id":    {"Mã yêu cầu cần là một UUID.", "The request id must be a UUID."},
	"string.item":          {"Cần mã nội dung, ví dụ i.4.1.2.", "The id of an item is needed, such as i.4.1.2."},
	"password.long_enough": {"Mật khẩu cần ít nhất 12 ký tự.", "A password needs at least 12 characters."},
}

// Validation returns the violation of one validation rule. message is the
// rule's own English text, used where the rule has no entry here.
func Validation(field, rule, message string) Violation {
	v := Violation{Field: field, Code: rule, Vi: "Giá trị không hợp lệ.", En: message}
	family, _, _ := strings.Cut(rule, ".")
	for _, id := range []string{rule, family} {
		if t, ok := validation[id]; ok {
			v.Vi, v.En = t.vi, t.en
			break
		}
	}
	if v.En == "" {
		v.En = "The value is not valid."
	}
	return v
}
