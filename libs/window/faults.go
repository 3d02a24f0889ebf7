package window

import "github.com/parindex/parindex/libs/fault"

// What the guards of a window can fail with.
var (
	// CycleNotKnown is a cycle that is not there, or of which this service has
	// not heard yet.
	CycleNotKnown = fault.Reason{
		Kind: fault.NotFound, Code: "CYCLE_NOT_KNOWN",
		Vi: "Không tìm thấy kỳ đánh giá này. Nếu kỳ vừa được tạo, hãy thử lại sau ít giây.",
		En: "There is no such cycle in this authority. If it was created just now, try again in a few seconds.",
	}
	// WindowNotOpen is a write of a phase that the cycle has not come to.
	WindowNotOpen = fault.Reason{
		Kind: fault.Precondition, Code: "WINDOW_NOT_OPEN",
		Vi: "Kỳ đánh giá chưa mở giai đoạn này. Nội dung này chưa được lưu.",
		En: "The cycle is not open for this phase. Nothing was stored.",
	}
	// WindowClosed is a write after the deadline, or after the cycle moved on.
	WindowClosed = fault.Reason{
		Kind: fault.Precondition, Code: "WINDOW_CLOSED",
		Vi: "Kỳ đánh giá đã kết thúc giai đoạn này. Nội dung này chưa được lưu.",
		En: "The cycle has left this phase. Nothing was stored.",
	}
	// WindowStillOpen is closing work on a phase that still takes writes.
	WindowStillOpen = fault.Reason{
		Kind: fault.Precondition, Code: "WINDOW_STILL_OPEN",
		Vi: "Giai đoạn này vẫn đang mở. Hãy chờ đến hạn hoặc chuyển kỳ sang giai đoạn sau.",
		En: "This phase is still open. Wait for its deadline or move the cycle on.",
	}
	// CyclesNotLoaded is a service that has never yet heard of all cycles.
	CyclesNotLoaded = fault.Reason{
		Kind: fault.Unavailable, Code: "CYCLES_NOT_LOADED",
		Vi: "Chưa tải xong danh sách kỳ đánh giá. Hãy thử lại sau ít giây.",
		En: "The cycles have not been loaded yet. Try again in a few seconds.",
	}
)
