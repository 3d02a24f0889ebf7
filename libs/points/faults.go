package points

import "github.com/parindex/parindex/libs/fault"

// The faults of this package.
var (
	// Malformed means that a text is not a figure.
	Malformed = fault.Reason{
		Kind: fault.Invalid, Code: "POINTS_MALFORMED",
		Vi: "Cần một số thập phân như 12.5, dùng dấu chấm chứ không dùng dấu phẩy, tối đa 12 chữ số ở mỗi bên dấu chấm.",
		En: "A decimal figure such as 12.5 is needed, with a point and not a comma, and at most 12 digits on either side of it.",
	}
	// StandardNotPositive means that an index was computed with standard points of 0
	// or less.
	StandardNotPositive = fault.Reason{
		Kind: fault.Precondition, Code: "STANDARD_POINTS_NOT_POSITIVE",
		Vi: "Không tính được chỉ số vì tổng điểm chuẩn không lớn hơn 0.",
		En: "The index cannot be computed because the standard points are not above 0.",
	}
	// DivisorZero means a division by 0.
	DivisorZero = fault.Reason{
		Kind: fault.Precondition, Code: "DIVISOR_ZERO",
		Vi: "Không chia được vì mẫu số bằng 0.",
		En: "The division cannot be done because the divisor is 0.",
	}
	// MeanOfNothing means that a mean of no figures was computed.
	MeanOfNothing = fault.Reason{
		Kind: fault.Precondition, Code: "MEAN_OF_NOTHING",
		Vi: "Không tính được trung bình vì không có số liệu nào.",
		En: "There is no mean because there are no figures.",
	}
	// ModeUnknown means that a name is not a rounding mode.
	ModeUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "ROUNDING_MODE_UNKNOWN",
		Vi: "Cách làm tròn phải là HALF_AWAY_FROM_ZERO, HALF_EVEN hoặc DOWN.",
		En: "The rounding mode must be HALF_AWAY_FROM_ZERO, HALF_EVEN or DOWN.",
	}
	// PolicyInvalid lists everything that is wrong with a rounding policy.
	PolicyInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "ROUNDING_POLICY_INVALID",
		Vi: "Quy tắc làm tròn chưa hợp lệ. Hãy sửa các mục được nêu.",
		En: "The rounding policy is not valid. Correct the listed parts.",
	}
)

// The parts of PolicyInvalid.
const (
	codeScaleOutOfRange = "SCALE_OUT_OF_RANGE"
	codeDisplayTooFine  = "DISPLAY_SCALE_TOO_FINE"
)
