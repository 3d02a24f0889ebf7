package cycle

import "github.com/parindex/parindex/libs/fault"

// The faults of this package.
var (
	// AgencyNotInCycle means that the agency takes no part in the cycle.
	AgencyNotInCycle = fault.NotFound.Reason("AGENCY_NOT_IN_CYCLE",
		"Cơ quan, đơn vị này không thuộc kỳ đánh giá. Hãy kiểm tra lại mã.",
		"This agency takes no part in the cycle. Check its id.")
	// AgencyNotScored means that the agency is listed but not scored; the argument is
	// the reason.
	AgencyNotScored = fault.Precondition.Reason("AGENCY_NOT_SCORED",
		"Cơ quan, đơn vị này không được chấm điểm trong kỳ này: %s. Hãy chọn cơ quan, đơn vị được chấm điểm, hoặc báo cơ quan thường trực nếu chưa đúng.",
		"This agency is not scored in this cycle: %s. Choose one that is, or tell the coordinator if this is wrong.")
	// GroupNotInCycle means that the cycle does not rank the group.
	GroupNotInCycle = fault.NotFound.Reason("GROUP_NOT_IN_CYCLE",
		"Kỳ đánh giá không có khối này. Hãy kiểm tra lại mã.",
		"The cycle has no such group. Check its id.")
	// ItemNotInGroup means that the criteria of the group do not have the item.
	ItemNotInGroup = fault.NotFound.Reason("ITEM_NOT_IN_GROUP",
		"Bộ tiêu chí của khối không có nội dung này. Hãy kiểm tra lại mã.",
		"The criteria of the group have no such item. Check its id.")
	// BestGiven means that facts of a compared item include the best value of the group.
	BestGiven = fault.Invalid.Reason("BEST_REPORTED",
		"Mức tốt nhất của khối được xác định khi tổng hợp điểm, không nhập cùng số liệu. Hãy bỏ trường này.",
		"The best value of the group is determined at scoring and is not entered. Leave this field out.")
	// OwnAct means that a person decides something for the own agency or one above it.
	OwnAct = fault.Denied.Reason("OWN_AGENCY_ACT",
		"Không quyết định việc này cho cơ quan của mình hoặc cơ quan cấp trên của mình. Hãy đề nghị một thành viên Hội đồng thẩm định hoặc người điều phối không thuộc các cơ quan này thực hiện.",
		"Nobody decides this for the own agency or for one above it. Ask a member of the appraisal council, or a coordinator, who belongs to none of them to do it.")
	// CycleNotRun means that the cycle pins no regulation, because it was imported.
	CycleNotRun = fault.Precondition.Reason("CYCLE_NOT_RUN",
		"Kỳ này được nhập từ kết quả đã công bố nên không có quy định, tiêu chí, giai đoạn và thời hạn. Hãy chọn một kỳ do hệ thống tổ chức.",
		"This cycle was imported as published; it has no regulation, no criteria, no phases and no deadlines. Choose a cycle that the platform runs.")
)
