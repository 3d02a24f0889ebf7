package regulation

import "github.com/parindex/parindex/libs/fault"

// The faults of requests about a regulation.
var (
	// RegulationUnknown is a regulation that is not there, in this authority.
	RegulationUnknown = fault.NotFound.Reason("REGULATION_UNKNOWN",
		"Không tìm thấy quy định này. Hãy kiểm tra lại mã.",
		"There is no such regulation in this authority. Check its id.")
	// RegulationExists is an id that another regulation has.
	RegulationExists = fault.Exists.Reason("REGULATION_EXISTS",
		"Mã này đã dùng cho một quy định khác. Hãy chọn mã khác.",
		"Another regulation of this authority has this id. Choose another one.")
	// RegulationNotDraft is a change of a regulation that has been issued.
	RegulationNotDraft = fault.Precondition.Reason("REGULATION_NOT_DRAFT",
		"Quy định %s, không còn là dự thảo nên không sửa hay ban hành được nữa. Hãy tạo dự thảo mới thay thế nó.",
		"The regulation is %s and no draft any more; it can be neither changed nor issued. Create a draft that replaces it.")
	// RegulationNotIssued is a regulation that no new cycle can pin.
	RegulationNotIssued = fault.Precondition.Reason("REGULATION_NOT_ISSUED",
		"Quy định %s; chỉ mở được kỳ đánh giá theo quy định đã ban hành và còn hiệu lực. Hãy ban hành, hoặc chọn quy định khác.",
		"The regulation is %s; a cycle can be opened only under one that is ISSUED. Choose another regulation.")
	// RegulationUnsound sums up what keeps a draft from being issued.
	RegulationUnsound = fault.Invalid.Reason("REGULATION_UNSOUND",
		"Dự thảo quy định còn lỗi nên chưa ban hành được. Hãy sửa các mục được nêu.",
		"The draft has faults and was not issued. Correct the parts named.")
	// RegulationRevoked is a regulation that was withdrawn already.
	RegulationRevoked = fault.Precondition.Reason("REGULATION_REVOKED",
		"Quy định này đã bị bãi bỏ. Không cần bãi bỏ lại.",
		"The regulation is revoked already. There is nothing to revoke; choose another one if that was meant.")
	// RegulationNotInForce is a draft that was to be revoked.
	RegulationNotInForce = fault.Precondition.Reason("REGULATION_IS_DRAFT",
		"Quy định còn là dự thảo; chỉ bãi bỏ được quy định đã ban hành. Hãy sửa dự thảo thay vì bãi bỏ.",
		"The regulation is a draft; only one that was issued can be revoked. Change the draft instead.")
	// DraftThere is an import over a draft with other content by a caller who does not
	// state which version of the draft they have read.
	DraftThere = fault.Conflict.Reason("DRAFT_THERE",
		"Đã có dự thảo này với nội dung khác (phiên bản %s). Hãy xem lại dự thảo; nếu vẫn muốn thay, hãy gửi kèm phiên bản đó.",
		"There is such a draft with other content (version %s). Look at it; to replace it all the same, send that version along.")
)
