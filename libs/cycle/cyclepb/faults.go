// Package cyclepb converts catalog's messages to libs/cycle and to the windows of
// libs/window. It is the only package of libs that depends on a service: four
// services use the same criteria, and four conversions would drift apart.
//
// It does not validate, because catalog checked the regulation when it was issued.
// A value that this program does not know is a fault; it is never guessed.
package cyclepb

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
)

// The faults of this package.
var (
	// CycleNotUnderstood means that catalog returned a value that this program does
	// not know, or contradictory data. The cause names the place.
	CycleNotUnderstood = fault.Internal.Reason("CYCLE_NOT_UNDERSTOOD",
		"Phiên bản này của hệ thống chưa đọc được dữ liệu kỳ đánh giá. Hãy báo quản trị viên cập nhật hệ thống.",
		"This version of the program cannot read the cycle. Tell the administrator to upgrade it.")
	// CycleUnsettled means that the cycle kept changing while it was read, or that
	// catalog does not return the requested revision.
	CycleUnsettled = fault.Unavailable.Reason("CYCLE_UNSETTLED",
		"Kỳ đánh giá đang được thay đổi. Hãy thử lại sau ít giây.",
		"The cycle is being changed. Try again in a few seconds.")
)

// unknown returns the fault for an unknown value at a place of a message.
func unknown(place string, value any) error {
	return notUnderstood(place, fmt.Errorf("unknown %v", value))
}

func notUnderstood(place string, cause error) error {
	return CycleNotUnderstood.Because(fmt.Errorf("%s: %w", place, cause))
}
