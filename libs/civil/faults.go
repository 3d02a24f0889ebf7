package civil

import "github.com/parindex/parindex/libs/fault"

// The reasons for which a date or an instant is refused.
var (
	// NotReal is a text that is no date, or a date that the calendar does not have. The
	// argument is the text.
	NotReal = fault.Invalid.Reason("DATE_NOT_REAL",
		"Không có ngày “%s”. Hãy nhập một ngày có thật theo dạng năm-tháng-ngày, ví dụ 2024-01-08.",
		"There is no date %q. Enter a real one as year, month and day, such as 2024-01-08.")
	// OutOfRange is a date too early or too late for what it stands for. The arguments
	// are the date and the first and the last one that are accepted.
	OutOfRange = fault.Invalid.Reason("DATE_OUT_OF_RANGE",
		"Ngày %s nằm ngoài khoảng được chấp nhận, từ %s đến %s. Hãy kiểm tra lại năm và nhập theo dạng 2024-01-08.",
		"The date %s is not from %s to %s. Check its year and enter it in the form 2024-01-08.")
	// NotInstant is a text that is no instant.
	NotInstant = fault.Invalid.Reason("INSTANT_MALFORMED",
		"Thời điểm chưa đầy đủ hoặc không đúng dạng. Hãy nhập ngày, giờ, phút, giây và múi giờ có dấu hai chấm, ví dụ 2027-01-02T17:00:00+07:00; hết ngày thì ghi 2027-01-02T24:00:00+07:00.",
		"The time is not complete or has another form. Enter the date, hours, minutes, seconds and the offset with its colon, such as 2027-01-02T17:00:00+07:00; the end of a day is 2027-01-02T24:00:00+07:00.")
	// InstantOutOfRange is an instant too early or too late for what it stands for. The
	// arguments are the first and the last one that are accepted.
	InstantOutOfRange = fault.Invalid.Reason("INSTANT_OUT_OF_RANGE",
		"Thời điểm nằm ngoài khoảng được chấp nhận, từ %s đến %s. Hãy kiểm tra lại năm.",
		"The time is not from %s to %s. Check its year.")
)
