package assessment

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// The reasons for which assessment refuses.
var (
	// ItemNotEntered is an entry for an item that the agency does not assess.
	ItemNotEntered = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_NOT_ENTERED",
		Vi: "Cơ quan, đơn vị không tự đánh giá nội dung này: số liệu do nơi khác báo cáo hoặc được xác định khi tổng hợp điểm. " +
			"Không cần nhập; nếu số liệu chưa đúng, hãy báo cơ quan thường trực.",
		En: "The agency does not assess this item: its value is reported by others or decided at scoring. " +
			"Leave it out; if its value is wrong, tell the coordinator.",
	}
	// ItemNotReported is a reported value for an item that nobody reports.
	ItemNotReported = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_NOT_REPORTED",
		Vi: "Nội dung này không nhận số liệu do nơi khác báo cáo. " +
			"Hãy kiểm tra lại mã: chỉ báo cáo cho nội dung lấy số liệu từ hệ thống khác.",
		En: "No value is reported for this item. Check its id: values are reported only for items of source kind FEED.",
	}
	// BestReported is a value that comes with the best of its group.
	BestReported = fault.Reason{
		Kind: fault.Invalid, Code: "BEST_REPORTED",
		Vi: "Mức tốt nhất của khối được xác định khi tổng hợp điểm, không báo cáo cùng số liệu. Hãy bỏ trường này.",
		En: "The best of the group is found at scoring and is not reported with a value. Leave it out.",
	}
	// EntryTooLarge is an entry that is too long as a whole.
	EntryTooLarge = fault.Reason{
		Kind: fault.Invalid, Code: "ENTRY_TOO_LARGE",
		Vi: "Giải trình và danh mục tài liệu của một nội dung dài %d KiB, tối đa %d KiB " +
			"(dấu nháy và xuống dòng tính hai lần). Hãy rút gọn.",
		En: "Justification and documents of one item have %d KiB, at most %d KiB are taken " +
			"(quotes and line ends count twice). Shorten them.",
	}
	// SheetTooLarge is a sheet whose entries together are too long.
	SheetTooLarge = fault.Reason{
		Kind: fault.Precondition, Code: "SHEET_TOO_LARGE",
		Vi: "Các nội dung của phiếu dài tổng cộng %d KiB, tối đa %d KiB. " +
			"Hãy rút gọn các giải trình dài nhất, dẫn số văn bản hoặc liên kết thay cho trích nguyên văn, rồi thử lại.",
		En: "The entries of the sheet have %d KiB together, at most %d KiB are taken. " +
			"Shorten the longest justifications, name documents by number or link instead of quoting them, and try again.",
	}
	// RoundSubmitted is a round that is sealed.
	RoundSubmitted = fault.Reason{
		Kind: fault.Precondition, Code: "ROUND_SUBMITTED",
		Vi: "Kết quả tự đánh giá của lần này đã gửi và đã khóa, không sửa được nữa. " +
			"Hãy xem bản đã gửi; nếu có sai sót, báo cơ quan thường trực.",
		En: "This round was submitted and is sealed; it can no longer be changed. " +
			"See what was submitted, and tell the coordinator if something in it is wrong.",
	}
	// HandBackMissing is round 2 before the result of round 1 has come.
	HandBackMissing = fault.Reason{
		Kind: fault.Precondition, Code: "HAND_BACK_MISSING",
		Vi: "Chưa nhận được kết quả thẩm định lần 1, nên chưa nhập hoặc gửi lần 2 được. " +
			"Hãy thử lại sau ít phút; nếu vẫn chưa có, hỏi cơ quan thường trực xem kết quả đã được phê duyệt chưa.",
		En: "The result of appraisal round 1 has not arrived, so round 2 can be neither written nor submitted. " +
			"Try again in some minutes; if it stays away, ask the coordinator whether the result is approved.",
	}
	// ItemClosed is an item that the appraisal left at its maximum.
	ItemClosed = fault.Reason{
		Kind: fault.Precondition, Code: "ITEM_CLOSED",
		Vi: "Nội dung này đã đạt điểm tối đa ở lần thẩm định trước nên giữ nguyên kết quả, không mở ở lần này. " +
			"Hãy chỉ sửa các nội dung đang mở.",
		En: "This item reached its maximum in the appraisal before: it keeps its result and is not open in this round. " +
			"Change only items that are open.",
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
		Vi: "Chưa có kết quả tự đánh giá đã gửi của lần này. Hãy gửi kết quả trước, hoặc chọn lần khác.",
		En: "This round was not submitted. Submit it first, or choose another round.",
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
		Vi: "Chưa nhận được kết quả thẩm định của lần này. Hãy thử lại sau khi kết quả được phê duyệt.",
		En: "No result of the appraisal has arrived for this round. Try again once it is approved.",
	}
	// HandBackDiffers is a second, different result of a round.
	HandBackDiffers = fault.Reason{
		Kind: fault.Exists, Code: "HAND_BACK_DIFFERS",
		Vi: "Lần này đã có kết quả thẩm định với nội dung khác; bản đầu tiên được giữ. " +
			"Hãy báo quản trị viên đối chiếu hai bản theo mã băm.",
		En: "Another result of this round has already arrived and is kept. Tell the administrator to compare the two by their hashes.",
	}
	// HandBackBroken is a result that is not what was sealed.
	HandBackBroken = fault.Reason{
		Kind: fault.Invalid, Code: "HAND_BACK_BROKEN",
		Vi: "Kết quả thẩm định không khớp mã băm hoặc không đọc được nên chưa được nhận. " +
			"Hãy gửi lại đúng bản đã khóa; nếu vẫn lỗi, báo quản trị viên.",
		En: "The result of the appraisal does not have the hash stated, or cannot be read, and was not taken. " +
			"Send again what was sealed; if it stays, tell the administrator.",
	}
	// HandBackMisplaced is a result that belongs elsewhere. Its argument is what
	// does not fit.
	HandBackMisplaced = fault.Reason{
		Kind: fault.Invalid, Code: "HAND_BACK_MISPLACED",
		Vi: "Kết quả thẩm định không phải của phiếu này (%s) nên chưa được nhận. " +
			"Hãy kiểm tra cơ quan, lần và danh sách nội dung rồi gửi lại.",
		En: "The result of the appraisal is not of this sheet (%s) and was not taken. Check its agency, round and items, and send it again.",
	}
)

// tooLarge is a reason that states a size and its limit, which come in bytes, in
// KiB.
func tooLarge(r fault.Reason, size, limit int) error { return r.With((size+1023)>>10, limit>>10) }

func misplaced(what string) error { return HandBackMisplaced.With(what).At("content") }

// notCounted says for each reason why an item, the argument, counts 0.
var notCounted = map[sealed.NotCounted]fault.Reason{
	sealed.NoInput: {
		Kind: fault.Precondition, Code: "NO_INPUT",
		Vi: "%s: chưa nhập số liệu. Hãy nhập số liệu của nội dung này.",
		En: "%s: no facts are entered. Enter them.",
	},
	sealed.NoEvidence: {
		Kind: fault.Precondition, Code: "NO_EVIDENCE",
		Vi: "%s: chưa có tài liệu kiểm chứng hoặc giải trình. Hãy bổ sung ít nhất một trong hai.",
		En: "%s: there is neither evidence nor justification. Add one of them.",
	},
	sealed.NotReported: {
		Kind: fault.Precondition, Code: "NOT_REPORTED",
		Vi: "%s: chưa có số liệu báo cáo. Hãy hỏi cơ quan thường trực khi nào có số liệu.",
		En: "%s: nothing is reported. Ask the coordinator when the value comes.",
	},
}

// violation says of an item that counts 0 why.
func (l Line) violation() fault.Violation {
	return notCounted[l.NotCounted].With(l.Item.Name).Violation(l.Item.ID)
}
