package points

import "github.com/parindex/parindex/libs/fault"

// The faults of this package.
var (
	// Malformed means that a text is not a figure.
	Malformed = fault.Invalid.Reason("POINTS_MALFORMED",
		"Đây không phải số thập phân hợp lệ. Hãy nhập theo dạng 12.5: dùng dấu chấm, không dùng dấu phẩy, tối đa 12 chữ số ở mỗi bên dấu chấm.",
		"This is not a decimal figure. Write one such as 12.5, with a point and not a comma, and at most 12 digits on either side of it.")
	// StandardNotPositive means that an index was computed with standard points of 0
	// or less.
	StandardNotPositive = fault.Precondition.Reason("STANDARD_POINTS_NOT_POSITIVE",
		"Không tính được chỉ số vì tổng điểm chuẩn không lớn hơn 0. Hãy kiểm tra bộ tiêu chí và các lần hạ điểm chuẩn.",
		"The index cannot be computed because the standard points are not above 0. Check the criteria and the reductions of standard points.")
	// DivisorZero means a division by 0.
	DivisorZero = fault.Precondition.Reason("DIVISOR_ZERO",
		"Không chia được vì mẫu số bằng 0. Hãy kiểm tra mẫu số của phép chia.",
		"The division cannot be done because the divisor is 0. Check the divisor.")
	// MeanOfNothing means that a mean of no figures was computed.
	MeanOfNothing = fault.Precondition.Reason("MEAN_OF_NOTHING",
		"Không tính được trung bình vì không có số liệu nào. Hãy kiểm tra danh sách số liệu.",
		"There is no mean because there are no figures. Check that there is at least one figure.")
	// ModeUnknown means that a name is not a rounding mode.
	ModeUnknown = fault.Invalid.Reason("ROUNDING_MODE_UNKNOWN",
		"Cách làm tròn phải là HALF_AWAY_FROM_ZERO, HALF_EVEN hoặc DOWN. Hãy chọn một trong ba.",
		"The rounding mode must be HALF_AWAY_FROM_ZERO, HALF_EVEN or DOWN. Choose one of the three.")
	// PolicyInvalid lists everything that is wrong with a rounding policy.
	PolicyInvalid = fault.Invalid.Reason("ROUNDING_POLICY_INVALID",
		"Quy tắc làm tròn chưa hợp lệ. Hãy sửa các mục được nêu.",
		"The rounding policy is not valid. Correct the listed parts.")
	// ScaleOutOfRange is a part of PolicyInvalid: a scale outside 0 to MaxScale.
	ScaleOutOfRange = fault.Invalid.Reason("SCALE_OUT_OF_RANGE",
		"Số chữ số thập phân phải từ 0 đến %[1]d. Hãy nhập số từ 0 đến %[1]d.",
		"The number of places must be from 0 to %d. Enter such a number.")
	// DisplayScaleTooFine is a part of PolicyInvalid: more places shown than computed.
	DisplayScaleTooFine = fault.Invalid.Reason("DISPLAY_SCALE_TOO_FINE",
		"Không thể hiển thị %[1]d chữ số thập phân vì chỉ tính đến %[2]d chữ số. Hãy nhập tối đa %[2]d.",
		"%[1]d decimal places cannot be shown, because figures are computed to %[2]d. Enter at most %[2]d.")
)
