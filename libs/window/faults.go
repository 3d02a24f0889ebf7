package window

import "github.com/parindex/parindex/libs/fault"

// The faults of the guards.
var (
	// CycleNotKnown means that the cycle is not in this service's projection: it does not
	// exist, or was created just now. Catalog, which has all cycles, says CYCLE_UNKNOWN.
	CycleNotKnown = fault.NotFound.Reason("CYCLE_NOT_KNOWN",
		"Ở đây chưa có kỳ đánh giá này. Hãy kiểm tra lại mã; nếu kỳ vừa được tạo, hãy thử lại sau ít giây.",
		"This service has no such cycle yet. Check its id; if the cycle was created just now, try again in a few seconds.")
	// WindowNotOpen means that the phase of the write has not begun. Its arguments are
	// the phase's names.
	WindowNotOpen = fault.Precondition.Reason("WINDOW_NOT_OPEN",
		"Kỳ đánh giá chưa mở giai đoạn %s. Nội dung này chưa được lưu. Hãy chờ cơ quan thường trực mở giai đoạn này.",
		"The cycle is not open for %s. Nothing was stored. Wait until the coordinator opens this phase.")
	// WindowClosed means that the deadline has passed or the cycle has left the phase.
	// Its arguments are the phase's names.
	WindowClosed = fault.Precondition.Reason("WINDOW_CLOSED",
		"Kỳ đánh giá đã kết thúc giai đoạn %s. Nội dung này chưa được lưu. "+
			"Nếu vẫn cần bổ sung, hãy liên hệ cơ quan thường trực.",
		"The cycle has left %s. Nothing was stored. Turn to the coordinator if something is still to be added.")
	// CyclesNotLoaded means that this service has never received all cycles.
	CyclesNotLoaded = fault.Unavailable.Reason("CYCLES_NOT_LOADED",
		"Chưa tải xong danh sách kỳ đánh giá. Hãy thử lại sau ít giây.",
		"The cycles have not been loaded yet. Try again in a few seconds.")
)
