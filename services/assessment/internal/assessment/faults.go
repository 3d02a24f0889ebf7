package assessment

import "github.com/parindex/parindex/libs/fault"

// The reasons for which assessment refuses.
var (
	// ItemNotEntered is an entry for an item that the agency does not assess.
	ItemNotEntered = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_NOT_ENTERED",
		Vi: "Cơ quan, đơn vị không tự đánh giá nội dung này: số liệu do nơi khác báo cáo hoặc được xác định khi tổng hợp điểm.",
		En: "The agency does not assess this item: its value is reported by others or decided at scoring.",
	}
	// ItemNotReported is a reported value for an item that nobody reports.
	ItemNotReported = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_NOT_REPORTED",
		Vi: "Nội dung này không nhận số liệu do nơi khác báo cáo. Hãy kiểm tra lại mã.",
		En: "No value is reported for this item. Check its id.",
	}
	// TextBroken is a text with control characters.
	TextBroken = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_BROKEN",
		Vi: "Nội dung có ký tự điều khiển không đọc được. Hãy xóa và nhập lại.",
		En: "The text holds control characters that nobody can read. Remove them.",
	}
	// TextMissing is a text that is needed and blank.
	TextMissing = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_MISSING",
		Vi: "Cần nhập nội dung này.",
		En: "This text is needed and is blank.",
	}
	// EvidenceUntitled is a document whose title is blank.
	EvidenceUntitled = fault.Reason{
		Kind: fault.Invalid, Code: "EVIDENCE_UNTITLED",
		Vi: "Cần nhập tên tài liệu kiểm chứng.",
		En: "The document needs a title.",
	}
	// EntryTooLarge is an entry whose texts together are too long.
	EntryTooLarge = fault.Reason{
		Kind: fault.Invalid, Code: "ENTRY_TOO_LARGE",
		Vi: "Giải trình và danh mục tài liệu của một nội dung dài %d KiB, tối đa %d KiB. Hãy rút gọn.",
		En: "Justification and documents of one item have %d KiB, at most %d KiB are taken. Shorten them.",
	}
	// RoundSubmitted is a round that is sealed.
	RoundSubmitted = fault.Reason{
		Kind: fault.Precondition, Code: "ROUND_SUBMITTED",
		Vi: "Kết quả tự đánh giá của lần này đã gửi và đã khóa.",
		En: "This round was submitted and is sealed.",
	}
	// HandBackMissing is round 2 before the result of round 1 has come.
	HandBackMissing = fault.Reason{
		Kind: fault.Precondition, Code: "HAND_BACK_MISSING",
		Vi: "Chưa nhận được kết quả thẩm định lần trước. Hãy thử lại sau ít phút.",
		En: "The result of the appraisal before has not arrived. Try again in some minutes.",
	}
	// ItemClosed is an item that the appraisal left at its maximum.
	ItemClosed = fault.Reason{
		Kind: fault.Precondition, Code: "ITEM_CLOSED",
		Vi: "Nội dung này đã đạt điểm tối đa ở lần thẩm định trước nên không mở ở lần này.",
		En: "This item reached its maximum in the appraisal before and is not open in this round.",
	}
	// SheetIncomplete is a submission with items that count 0.
	SheetIncomplete = fault.Reason{
		Kind: fault.Precondition, Code: "SHEET_INCOMPLETE",
		Vi: "Còn nội dung chưa được tính điểm. Hãy bổ sung, hoặc xác nhận gửi dù chưa đủ.",
		En: "Some items count 0. Complete them, or say that you know and submit all the same.",
	}
	// SealUnknown is a round that was not submitted.
	SealUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "SEAL_UNKNOWN",
		Vi: "Chưa có kết quả tự đánh giá đã gửi của lần này.",
		En: "This round was not submitted.",
	}
	// SealDiffers is a confirmation of something else than the seal.
	SealDiffers = fault.Reason{
		Kind: fault.Precondition, Code: "SEAL_DIFFERS",
		Vi: "Nội dung nhận được không phải là bản đã khóa. Hãy tải lại.",
		En: "What was received is not what was sealed. Fetch it again.",
	}
	// HandBackUnknown is a round of which no result has come.
	HandBackUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "HAND_BACK_UNKNOWN",
		Vi: "Chưa nhận được kết quả thẩm định của lần này.",
		En: "No result of the appraisal has arrived for this round.",
	}
	// HandBackDiffers is a second, different result of a round.
	HandBackDiffers = fault.Reason{
		Kind: fault.Exists, Code: "HAND_BACK_DIFFERS",
		Vi: "Lần này đã có kết quả thẩm định với nội dung khác.",
		En: "Another result of this round has already arrived.",
	}
	// HandBackBroken is a result that is not what was sealed.
	HandBackBroken = fault.Reason{
		Kind: fault.Invalid, Code: "HAND_BACK_BROKEN",
		Vi: "Kết quả thẩm định không khớp mã băm hoặc không đọc được.",
		En: "The result of the appraisal does not have the hash stated, or cannot be read.",
	}
	// HandBackMisplaced is a result that belongs elsewhere. Its argument is what
	// does not fit.
	HandBackMisplaced = fault.Reason{
		Kind: fault.Invalid, Code: "HAND_BACK_MISPLACED",
		Vi: "Kết quả thẩm định không phải của phiếu này: %s.",
		En: "The result of the appraisal is not of this sheet: %s.",
	}
)

func misplaced(what string) error { return HandBackMisplaced.With(what).At("content") }

// notCounted says for each reason why an item counts 0.
var notCounted = map[NotCounted]struct{ vi, en string }{
	NoInput:     {"chưa nhập số liệu", "no facts are entered"},
	NoEvidence:  {"chưa có tài liệu kiểm chứng hoặc giải trình", "there is neither evidence nor justification"},
	NotReported: {"chưa có số liệu báo cáo", "nothing is reported"},
}

// violation says of an item that counts 0 why.
func (l Line) violation() fault.Violation {
	why := notCounted[l.NotCounted]
	return fault.Violation{
		Field: l.Item.ID, Code: string(l.NotCounted),
		Vi: l.Item.Name + ": " + why.vi + ".", En: l.Item.Name + ": " + why.en + ".",
	}
}
