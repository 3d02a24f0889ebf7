package fault

import (
	"fmt"
	"strings"
)

type text struct{ vi, en string }

// validation holds what to tell a person about a broken rule, by the rule's id as
// protovalidate names it. {1} and {2} are the rule's bounds. A rule with one
// certain bound has a text of its own as "id=bound"; the family ("string") serves
// the rules that have none.
var validation = map[string]text{
	"required": {"Cần có giá trị này. Hãy điền vào.", "This value is needed. Fill it in."},

	"string.min_len":    {"Cần ít nhất {1} ký tự. Hãy nhập thêm.", "At least {1} characters are needed. Write more."},
	"string.min_len=1":  {"Cần nhập nội dung này, ít nhất 1 ký tự.", "This text is needed: write at least 1 character."},
	"string.max_len":    {"Chỉ nhận tối đa {1} ký tự. Hãy rút gọn.", "At most {1} characters are taken. Shorten the text."},
	"string.pattern":    {"Giá trị không đúng mẫu. Hãy nhập theo biểu thức {1}.", "The value has another form. Write it as the expression {1} has it."},
	"string.uuid":       {"Cần một mã UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48.", "A UUID is needed. Write it as 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48."},
	"string.uuid_empty": {"Cần một mã UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48.", "A UUID is needed. Write it as 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48."},
	"string.request_id": {"Mã yêu cầu phải là UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48, hoặc để trống.", "A request id is a UUID. Write it as 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48, or leave it empty."},
	"string.slug":       {"Cần mã gồm 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa. Hãy nhập theo dạng so-noi-vu.", "An id has 1 to 64 small letters, digits and inner hyphens. Write it as so-noi-vu."},
	"string.points":     {"Cần một số thập phân với dấu chấm, tối đa 12 chữ số ở mỗi bên. Hãy nhập theo dạng 12.50.", "A decimal number with a point and at most 12 digits on either side is needed. Write it as 12.50."},
	"string.civil_date": {"Cần một ngày dạng năm-tháng-ngày. Hãy nhập theo dạng 2024-01-08.", "A date is needed as year, month and day. Write it as 2024-01-08."},
	"string.item":       {"Cần mã nội dung: phần bằng số La Mã thường, dấu chấm rồi mã số in trong bộ tiêu chí. Hãy nhập theo dạng i.4.1.2.", "The id of an item is needed: its part in small roman numerals, a point and its printed code. Write it as i.4.1.2."},
	"string.in":         {"Giá trị không nằm trong danh sách. Hãy chọn một trong các giá trị: {1}.", "The value is not listed. Choose one of {1}."},
	"string":            {"Nội dung không đúng dạng. Hãy xem định dạng của trường này tại /openapi/.", "The text does not have the right form. See the form of this field at /openapi/."},

	"string.display_name": {"Cần tên hiển thị có 1 đến 200 ký tự in được. Hãy nhập tên, ví dụ Nguyễn Thị Mai.", "A display name has 1 to 200 printable characters. Write a name such as Nguyễn Thị Mai."},

	"string.pattern=^[0-9a-f]{64}$":                               {"Cần mã băm SHA-256 gồm 64 chữ số thập lục phân viết thường. Hãy gửi lại mã băm đã nhận, ví dụ 9f86d081…0f00a08.", "A SHA-256 is needed, as 64 small hexadecimal digits. Send the hash as you have received it, such as 9f86d081…0f00a08."},
	"string.pattern=^[A-Za-z0-9_-]{16,64}$":                       {"Mã mời có 16 đến 64 chữ cái, chữ số, gạch dưới và gạch nối. Hãy mở lại đường liên kết trong thư mời, ví dụ …#q3X0vJ_8kTz-4bWm.", "An invitation's token has 16 to 64 letters, digits, underscores and hyphens. Open the link of the invitation again, such as …#q3X0vJ_8kTz-4bWm."},
	"string.pattern=^[a-z][a-z0-9_]{0,63}$":                       {"Cần tên gồm 1 đến 64 chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ. Hãy nhập theo dạng so_ho_so.", "A name has 1 to 64 small letters, digits and underscores and begins with a letter. Write it as so_ho_so."},
	"string.pattern=^[a-z0-9][a-z0-9._@-]{2,99}$":                 {"Cần tên đăng nhập có 3 đến 100 chữ thường không dấu, chữ số và . _ @ -, bắt đầu bằng chữ hoặc số. Hãy nhập theo dạng mai.nguyen.", "A login has 3 to 100 small letters, digits and . _ @ - and begins with a letter or digit. Write it as mai.nguyen."},
	"string.pattern=^[0-9A-Za-z]{1,8}([.][0-9A-Za-z]{1,8}){0,5}$": {"Cần mã số có 1 đến 6 phần cách nhau bằng dấu chấm, mỗi phần 1 đến 8 chữ cái hoặc chữ số. Hãy nhập theo dạng 4.1.2.", "A code has 1 to 6 parts with points between them, each of 1 to 8 letters or digits. Write it as 4.1.2."},
	"string.pattern=^[a-z]([a-z0-9-]{0,62}[a-z0-9])?$":            {"Cần mã phần gồm 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa, bắt đầu bằng chữ. Hãy nhập theo dạng i.", "The id of a part has 1 to 64 small letters, digits and inner hyphens and begins with a letter. Write it as i."},
	"string.pattern=^[A-Z][A-Z0-9_]{2,63}$":                       {"Cần mã cảnh báo có 3 đến 64 chữ hoa, chữ số và gạch dưới. Hãy nhập theo dạng TOTAL_DIFFERS.", "The code of a finding has 3 to 64 capital letters, digits and underscores. Write it as TOTAL_DIFFERS."},
	"string.pattern=^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$":   {"Cần tháng và ngày, mỗi phần hai chữ số. Hãy nhập theo dạng 11-30 (ngày 30 tháng 11).", "A month and a day are needed, two digits each. Write them as 11-30 for the 30th of November."},
	"string.pattern=^https?://[^ ]+$":                             {"Cần một địa chỉ web bắt đầu bằng http:// hoặc https://, không có dấu cách. Hãy nhập theo dạng https://cchc.example.vn/van-ban/12.", "A web address that begins with http:// or https:// and has no spaces is needed. Write it as https://cchc.example.vn/van-ban/12."},
	"password.long_enough":                                        {"Cần mật khẩu có ít nhất 12 ký tự. Hãy chọn mật khẩu dài hơn.", "A password needs at least 12 characters. Choose a longer one."},

	"bytes.min_len": {"Nội dung cần ít nhất {1} byte. Hãy chọn tệp có nội dung.", "The content needs at least {1} bytes. Choose a file that has content."},
	"bytes.max_len": {"Nội dung chỉ được tối đa {1} byte. Hãy chia nhỏ hoặc rút gọn.", "The content can have at most {1} bytes. Divide or shorten it."},

	"enum.defined_only": {"Giá trị không nằm trong danh sách. Hãy chọn một trong các giá trị: {1}.", "The value is not listed. Choose one of {1}."},
	"enum.not_in":       {"Cần chọn một giá trị. Hãy chọn một trong các giá trị: {1}.", "A value is needed. Choose one of {1}."},
	"enum":              {"Giá trị không dùng được. Hãy xem các giá trị của trường này tại /openapi/.", "The value cannot be used. See the values of this field at /openapi/."},

	"repeated.min_items": {"Danh sách cần ít nhất {1} phần tử. Hãy bổ sung.", "The list needs at least {1} entries. Add some."},
	"repeated.max_items": {"Danh sách chỉ được tối đa {1} phần tử. Hãy bỏ bớt hoặc chia làm nhiều lần gửi.", "The list can have at most {1} entries. Take some out, or send it in parts."},
	"repeated.unique":    {"Danh sách có phần tử trùng nhau. Hãy để mỗi phần tử một lần.", "An entry is in the list twice. Keep each entry once."},
	"map.max_pairs":      {"Chỉ nhận tối đa {1} giá trị. Hãy bỏ bớt.", "At most {1} values are taken. Take some out."},

	"bool.const": {"Giá trị này chỉ được là {1}. Hãy ghi {1}, hoặc bỏ trường này.", "The value can only be {1}. Write {1}, or leave the field out."},

	"int32.gt":      {"Cần số lớn hơn {1}. Hãy nhập lại.", "A number above {1} is needed. Write such a number."},
	"int32.gte":     {"Cần số từ {1} trở lên. Hãy nhập lại.", "A number of {1} or more is needed. Write such a number."},
	"int32.lt":      {"Cần số nhỏ hơn {1}. Hãy nhập lại.", "A number below {1} is needed. Write such a number."},
	"int32.lte":     {"Cần số không quá {1}. Hãy nhập lại.", "A number of at most {1} is needed. Write such a number."},
	"int32.gte_lte": {"Cần số từ {1} đến {2}. Hãy nhập lại.", "A number from {1} to {2} is needed. Write such a number."},
	"timestamp":     {"Thời điểm không hợp lệ. Hãy nhập theo dạng 2024-01-08T17:00:00+07:00.", "The instant is not valid. Write it as 2024-01-08T17:00:00+07:00."},

	"field_mask.in": {"Danh sách trường cần sửa chỉ được có: {1}. Hãy bỏ các trường khác.", "The update mask can name only {1}. Leave other fields out."},
}

// general serves a rule that has no entry above.
var general = text{"Giá trị không hợp lệ. Hãy xem định dạng của trường này tại /openapi/.", "The value is not valid. See the form of this field at /openapi/."}

// Validation returns the violation of one validation rule. bounds are what the rule
// allows, as its texts name it: the fewest or most characters, bytes, entries, the
// least and the greatest number, the pattern, or the values listed with commas.
// message is the rule's own English text, used where the rule has no entry here.
func Validation(field, rule, message string, bounds ...string) Violation {
	v := Violation{Field: field, Code: rule}
	t, listed := textOf(rule, bounds)
	if v.Vi, v.En = t.vi, t.en; !listed && message != "" {
		v.En = message
	}
	return v
}

// textOf returns the texts of a rule with its bounds filled in, and whether there
// are any. Of a 64-bit rule they are those of the 32-bit one.
func textOf(rule string, bounds []string) (filled text, listed bool) {
	rule = strings.Replace(rule, "int64.", "int32.", 1)
	family, _, _ := strings.Cut(rule, ".")
	beyond := place(len(bounds))
	for _, id := range []string{rule + "=" + strings.Join(bounds, ","), rule, family} {
		if t, ok := validation[id]; ok && !strings.Contains(t.en, beyond) {
			return t.fill(bounds), true
		}
	}
	return general, false
}

// place is where a text names bound i.
func place(i int) string { return fmt.Sprintf("{%d}", i+1) }

func (t text) fill(bounds []string) text {
	var pairs []string
	for i, bound := range bounds {
		pairs = append(pairs, place(i), bound)
	}
	r := strings.NewReplacer(pairs...)
	return text{r.Replace(t.vi), r.Replace(t.en)}
}
