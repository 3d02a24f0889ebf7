// Package cyclepb is the one way from catalog's messages to libs/cycle and to
// the windows of libs/window. It alone of libs knows a service: four services
// judge by the same criteria, and four translations would drift apart.
//
// It translates and does not judge: catalog has checked a regulation when it
// was issued. What is newer than this program is a fault and never a guess.
package cyclepb

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
)

// The reasons this package gives.
var (
	// CycleNotUnderstood is an answer of catalog with a value that this program
	// does not know, or that does not hold together. The cause names its place.
	CycleNotUnderstood = fault.Reason{
		Kind: fault.Internal, Code: "CYCLE_NOT_UNDERSTOOD",
		Vi: "Phiên bản này của hệ thống chưa đọc được dữ liệu kỳ đánh giá. Hãy báo quản trị viên cập nhật hệ thống.",
		En: "This version of the program cannot read the cycle. Tell the administrator to upgrade it.",
	}
	// CycleUnsettled is a cycle that kept changing while it was read, or whose
	// revision asked for catalog does not show.
	CycleUnsettled = fault.Reason{
		Kind: fault.Unavailable, Code: "CYCLE_UNSETTLED",
		Vi: "Kỳ đánh giá đang được thay đổi. Hãy thử lại sau ít giây.",
		En: "The cycle is being changed. Try again in a few seconds.",
	}
)

// unknown is a value at a place of a message that this program does not know.
func unknown(place string, value any) error {
	return notUnderstood(place, fmt.Errorf("unknown %v", value))
}

func notUnderstood(place string, cause error) error {
	return CycleNotUnderstood.Because(fmt.Errorf("%s: %w", place, cause))
}
