package fault

import (
	"fmt"
	"strings"
)

type text struct{ vi, en string }

// validation has the texts about a broken rule, by the id that protovalidate gives the
// rule. {1} and {2} are its bounds. The key "id=bound" is for a rule with one bound
// exactly; a family ("string") is for the rules of the family that have no text of
// their own.
var validation = map[string]text{
	"required": {"Cần có giá trị này. Hãy điền giá trị.", "This value is required. Fill it in."},

	"string.min_len":    {"Cần ít nhất {1} ký tự. Hãy nhập thêm.", "At least {1} characters are needed. Enter more."},
	"string.min_len=1":  {"Cần ít nhất 1 ký tự. Hãy nhập nội dung này.", "At least 1 character is needed. Enter this text."},
	"string.max_len":    {"Chỉ được nhập tối đa {1} ký tự. Hãy rút gọn.", "At most {1} characters are allowed. Shorten the text."},
	"string.pattern":    {"Giá trị không đúng mẫu. Hãy nhập giá trị khớp với biểu thức {1}.", "The value does not have the right form. Enter a value that matches {1}."},
	"string.uuid":       {"Cần một mã UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48.", "A UUID is needed. Enter it in the form 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48."},
	"string.request_id": {"Mã yêu cầu phải là UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48, hoặc để trống.", "A request id is a UUID. Enter it in the form 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48, or leave it empty."},
	"string.slug":       {"Mã gồm 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa. Hãy nhập theo dạng so-noi-vu.", "An id has 1 to 64 small letters without accents, digits and inner hyphens. Enter it in the form so-noi-vu."},
	"string.points":     {"Cần một số thập phân dùng dấu chấm, tối đa 12 chữ số ở mỗi bên. Hãy nhập theo dạng 12.50.", "A decimal number with a point and at most 12 digits on either side is needed. Enter it in the form 12.50."},
	"string.civil_date": {"Cần một ngày dạng năm-tháng-ngày. Hãy nhập theo dạng 2024-01-08.", "A date as year, month and day is needed. Enter it in the form 2024-01-08."},
	"string.item":       {"Mã tiêu chí gồm mã phần, dấu chấm và mã số in trong bộ tiêu chí. Hãy nhập theo dạng i.4.1.2.", "The id of an item is the id of its part, a point and its printed code. Enter it in the form i.4.1.2."},
	"string":            {"Nội dung không đúng dạng. Hãy xem định dạng của trường này tại /openapi/.", "The text does not have the right form. See the form of this field at /openapi/."},

	"string.pattern=^[0-9a-f]{64}$":                               {"Mã băm SHA-256 gồm 64 chữ số thập lục phân viết thường. Hãy gửi lại mã băm đã nhận, ví dụ e3b0c442…7852b855.", "A SHA-256 has 64 small hexadecimal digits. Send the hash that you received, for example e3b0c442…7852b855."},
	"string.pattern=^[A-Za-z0-9_-]{16,64}$":                       {"Mã mời có 16 đến 64 chữ cái không dấu, chữ số, gạch dưới và gạch nối. Hãy mở lại đường liên kết trong thư mời, ví dụ …#q3X0vJ_8kTz-4bWm.", "The token of an invitation has 16 to 64 letters, digits, underscores and hyphens. Open the link in the invitation again, for example …#q3X0vJ_8kTz-4bWm."},
	"string.pattern=^[a-z][a-z0-9_]{0,63}$":                       {"Tên gồm 1 đến 64 chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ cái. Hãy nhập theo dạng so_ho_so.", "A name has 1 to 64 small letters, digits and underscores and begins with a letter. Enter it in the form so_ho_so."},
	"string.pattern=^[a-z]([a-z0-9-]{0,62}[a-z0-9])?$":            {"Mã phần gồm 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa, bắt đầu bằng chữ cái. Hãy nhập theo dạng i hoặc tac-dong.", "The id of a part has 1 to 64 small letters, digits and inner hyphens and begins with a letter. Enter it in the form i or tac-dong."},
	"string.pattern=^[a-z0-9][a-z0-9._@-]{2,99}$":                 {"Tên đăng nhập có 3 đến 100 chữ thường không dấu, chữ số và các ký tự . _ @ -, bắt đầu bằng chữ cái hoặc chữ số. Hãy nhập theo dạng mai.nguyen.", "A login has 3 to 100 small letters, digits and . _ @ - and begins with a letter or digit. Enter it in the form mai.nguyen."},
	"string.pattern=^[0-9A-Za-z]{1,8}([.][0-9A-Za-z]{1,8}){0,5}$": {"Mã số có 1 đến 6 phần cách nhau bằng dấu chấm, mỗi phần 1 đến 8 chữ cái không dấu hoặc chữ số. Hãy nhập theo dạng 4.1.2.", "A code has 1 to 6 parts with points between them, each of 1 to 8 letters or digits. Enter it in the form 4.1.2."},
	"string.pattern=^[A-Z][A-Z0-9_]{2,63}$":                       {"Mã cảnh báo có 3 đến 64 chữ hoa không dấu, chữ số và gạch dưới, bắt đầu bằng chữ cái. Hãy nhập theo dạng TOTAL_DIFFERS.", "The code of a finding has 3 to 64 capital letters, digits and underscores and begins with a letter. Enter it in the form TOTAL_DIFFERS."},
	"string.pattern=^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$":   {"Cần tháng và ngày, mỗi phần hai chữ số. Hãy nhập theo dạng 11-30 (ngày 30 tháng 11).", "A month and a day with two digits each are needed. Enter them in the form 11-30 (30 November)."},
	"string.pattern=^https?://[^\\p{Z}\\p{C}]+$":                  {"Địa chỉ web bắt đầu bằng http:// hoặc https:// và không có dấu cách, dấu xuống dòng hay ký tự ẩn. Hãy nhập theo dạng https://cchc.example.vn/van-ban/12.", "A web address begins with http:// or https:// and has no spaces, line breaks or invisible characters. Enter it in the form https://cchc.example.vn/van-ban/12."},

	"bytes.min_len": {"Nội dung cần ít nhất {1} byte. Hãy chọn tệp có nội dung.", "The content needs at least {1} bytes. Choose a file that has content."},
	"bytes.max_len": {"Nội dung chỉ được tối đa {1} byte. Hãy chia nhỏ hoặc rút gọn.", "The content can have at most {1} bytes. Divide or shorten it."},

	"enum.defined_only": {"Giá trị không có trong danh sách. Hãy chọn một trong các giá trị: {1}.", "The value is not in the list. Choose one of {1}."},
	"enum.not_in":       {"Cần chọn một giá trị. Hãy chọn một trong các giá trị: {1}.", "A value is needed. Choose one of {1}."},
	"enum":              {"Không dùng được giá trị này. Hãy xem các giá trị của trường này tại /openapi/.", "The value cannot be used. See the values of this field at /openapi/."},

	"repeated.min_items": {"Danh sách cần ít nhất {1} phần tử. Hãy bổ sung.", "The list needs at least {1} entries. Add some."},
	"repeated.max_items": {"Danh sách chỉ được có tối đa {1} phần tử. Hãy bỏ bớt hoặc chia làm nhiều lần gửi.", "The list can have at most {1} entries. Remove some, or send it in parts."},
	"repeated.unique":    {"Danh sách có phần tử trùng nhau. Hãy giữ lại mỗi phần tử một lần.", "An entry is in the list twice. Keep each entry once."},
	"map.max_pairs":      {"Chỉ được có tối đa {1} giá trị. Hãy bỏ bớt.", "At most {1} values are allowed. Remove some."},

	"bool.const": {"Giá trị này chỉ được là {1}. Hãy nhập {1}, hoặc bỏ trường này.", "The value can only be {1}. Enter {1}, or leave the field out."},

	"int32.gt":      {"Cần số lớn hơn {1}. Hãy nhập số lớn hơn {1}.", "A number above {1} is needed. Enter a number above {1}."},
	"int32.gte":     {"Cần số từ {1} trở lên. Hãy nhập lại, ví dụ {1}.", "A number of {1} or more is needed. Enter one, for example {1}."},
	"int32.lt":      {"Cần số nhỏ hơn {1}. Hãy nhập số nhỏ hơn {1}.", "A number below {1} is needed. Enter a number below {1}."},
	"int32.lte":     {"Cần số không quá {1}. Hãy nhập lại, ví dụ {1}.", "A number of at most {1} is needed. Enter one, for example {1}."},
	"int32.gte_lte": {"Cần số từ {1} đến {2}. Hãy nhập lại, ví dụ {1}.", "A number from {1} to {2} is needed. Enter one, for example {1}."},
	"timestamp":     {"Thời điểm không hợp lệ. Hãy nhập theo dạng 2024-01-08T17:00:00+07:00.", "The time is not valid. Enter it in the form 2024-01-08T17:00:00+07:00."},

	"string.in":     {"Giá trị không có trong danh sách. Hãy chọn một trong các giá trị: {1}.", "The value is not in the list. Choose one of {1}."},
	"field_mask.in": {"Danh sách trường cần sửa chỉ được có: {1}. Hãy bỏ các trường khác.", "The update mask can only name {1}. Remove other fields."},
}

// general is for a rule without a text in validation.
var general = text{"Giá trị không hợp lệ. Hãy xem định dạng của trường này tại /openapi/.", "The value is not valid. See the form of this field at /openapi/."}

// Validation returns the violation of a validation rule. bounds are the limits that
// the rule sets, in the order in which its texts have them: the least or the largest
// number of characters, bytes or entries; the least and the largest number; the
// pattern; or the permitted values, separated by commas. message is the English text
// of the rule itself, which is used if validation has none.
func Validation(field, rule, message string, bounds ...string) Violation {
	v := Violation{Field: field, Code: rule}
	t, listed := textOf(rule, bounds)
	if v.Vi, v.En = t.vi, t.en; !listed && message != "" {
		v.En = fmt.Sprintf("The value is not valid: %s. See the form of this field at /openapi/.", message)
	}
	return v
}

// textOf returns the text of a rule with its bounds filled in, and whether validation
// has one. A 64-bit rule has the text of the 32-bit one. A text with more bounds than
// are known is passed over.
func textOf(rule string, bounds []string) (filled text, listed bool) {
	rule = strings.Replace(rule, "int64.", "int32.", 1)
	family, _, _ := strings.Cut(rule, ".")
	unknown := placeholder(len(bounds))
	for _, id := range []string{rule + "=" + strings.Join(bounds, ","), rule, family} {
		if t, ok := validation[id]; ok && !strings.Contains(t.en, unknown) {
			return t.fill(bounds), true
		}
	}
	return general, false
}

// placeholder returns the placeholder of bound i in a text.
func placeholder(i int) string { return fmt.Sprintf("{%d}", i+1) }

func (t text) fill(bounds []string) text {
	var pairs []string
	for i, bound := range bounds {
		pairs = append(pairs, placeholder(i), bound)
	}
	r := strings.NewReplacer(pairs...)
	return text{r.Replace(t.vi), r.Replace(t.en)}
}
