package assessment

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// The reasons for which the service refuses a request.
var (
	// ItemNotEntered is an entry for an item that the agency does not assess.
	ItemNotEntered = fault.Invalid.Reason("ITEM_NOT_ENTERED",
		"Cơ quan, đơn vị không tự đánh giá nội dung này: số liệu do nơi khác báo cáo hoặc được xác định khi tổng hợp điểm. "+
			"Không cần nhập nội dung này; nếu số liệu chưa đúng, hãy báo cơ quan thường trực.",
		"The agency does not assess this item: others report its value, or it is decided at scoring. "+
			"Leave it out. If its value is wrong, tell the coordinator.")
	// ItemNotReported is a reported value for an item of another source kind than FEED.
	ItemNotReported = fault.Invalid.Reason("ITEM_NOT_REPORTED",
		"Nội dung này không nhận số liệu do nơi khác báo cáo. "+
			"Hãy kiểm tra lại mã: chỉ báo cáo cho nội dung lấy số liệu từ hệ thống khác.",
		"This item takes no reported value. Check its id: values are reported only for items of source kind FEED.")
	// BestReported is a reported value with the best value of its group.
	BestReported = fault.Invalid.Reason("BEST_REPORTED",
		"Mức tốt nhất của khối được xác định khi tổng hợp điểm, không báo cáo cùng số liệu. Hãy bỏ trường này.",
		"The best value of the group is determined at scoring and is not reported. Leave this field out.")
	// EntryTooLarge is an entry with more than MaxEntry bytes. Its arguments are the size
	// and the limit in KiB.
	EntryTooLarge = fault.Invalid.Reason("ENTRY_TOO_LARGE",
		"Giải trình và danh mục tài liệu của một nội dung dài %d KiB, tối đa %d KiB "+
			"(dấu nháy và xuống dòng tính hai lần). Hãy rút gọn.",
		"The justification and the documents of this item have %d KiB; at most %d KiB are allowed "+
			"(quotes and line breaks count twice). Shorten them.")
	// SheetTooLarge is a sheet whose entries have more than MaxEntries bytes, or whose seal
	// has more than MaxSeal bytes. Its arguments are the size and the limit in KiB.
	SheetTooLarge = fault.Precondition.Reason("SHEET_TOO_LARGE",
		"Các nội dung của phiếu dài tổng cộng %d KiB, tối đa %d KiB. "+
			"Hãy rút gọn các giải trình dài nhất, dẫn số văn bản hoặc liên kết thay cho trích nguyên văn, rồi thử lại.",
		"The entries of the sheet have %d KiB together; at most %d KiB are allowed. "+
			"Shorten the longest justifications, name documents by number or link instead of quoting them, and try again.")
	// RoundSubmitted is a change of a round that is submitted.
	RoundSubmitted = fault.Precondition.Reason("ROUND_SUBMITTED",
		"Kết quả tự đánh giá của lần này đã gửi và đã khóa, không sửa được nữa. "+
			"Hãy xem bản đã gửi; nếu có sai sót, báo cơ quan thường trực.",
		"This round is submitted and sealed and can no longer be changed. "+
			"Look at the submitted sheet, and tell the coordinator if something in it is wrong.")
	// HandBackMissing is a change of round 2 before the hand-back of round 1.
	HandBackMissing = fault.Precondition.Reason("HAND_BACK_MISSING",
		"Chưa nhận được kết quả thẩm định lần 1, nên chưa nhập hoặc gửi lần 2 được. "+
			"Hãy thử lại sau ít phút; nếu vẫn chưa có, hỏi cơ quan thường trực xem kết quả đã được phê duyệt chưa.",
		"The result of appraisal round 1 has not arrived, so round 2 can be neither changed nor submitted. "+
			"Try again in a few minutes. If it is still missing then, ask the coordinator whether the result is approved.")
	// ItemClosed is a change in round 2 of an item that the appraisal did not leave open: it
	// has all its standard points, or is not applicable.
	ItemClosed = fault.Precondition.Reason("ITEM_CLOSED",
		"Nội dung này đã đạt điểm tối đa hoặc không áp dụng ở lần thẩm định trước nên giữ nguyên kết quả và không mở ở lần này. "+
			"Hãy chỉ sửa các nội dung đang mở.",
		"In the last appraisal this item reached its maximum or was not applicable, so it keeps its result and is not open in this round. "+
			"Change only open items.")
	// SheetIncomplete is a submission with items that count 0.
	SheetIncomplete = fault.Precondition.Reason("SHEET_INCOMPLETE",
		"Còn nội dung chưa được tính điểm. Hãy bổ sung, hoặc xác nhận vẫn gửi khi chưa đầy đủ.",
		"Some items count 0. Complete them, or confirm that you submit the sheet as it is.")
	// SealUnknown is a request for the seal of a round that is not submitted.
	SealUnknown = fault.NotFound.Reason("SEAL_UNKNOWN",
		"Chưa có kết quả tự đánh giá đã gửi của lần này. Hãy gửi kết quả trước, hoặc chọn lần khác.",
		"This round is not submitted. Submit it first, or choose another round.")
	// SealDiffers is a confirmation with the hash of another content.
	SealDiffers = fault.Precondition.Reason("SEAL_DIFFERS",
		"Nội dung nhận được không phải là bản đã gửi, đã khóa. Hãy tải lại.",
		"The received content is not the sealed content. Fetch the seal again.")
	// HandBackUnknown is a request for a hand-back that has not arrived.
	HandBackUnknown = fault.NotFound.Reason("HAND_BACK_UNKNOWN",
		"Chưa nhận được kết quả thẩm định của lần này. Hãy thử lại sau khi kết quả được phê duyệt.",
		"The result of the appraisal has not arrived for this round. Try again after it is approved.")
	// HandBackDiffers is a second hand-back of a round with other content.
	HandBackDiffers = fault.Exists.Reason("HAND_BACK_DIFFERS",
		"Lần này đã có kết quả thẩm định với nội dung khác; bản đầu tiên được giữ. "+
			"Hãy báo quản trị viên đối chiếu hai bản theo mã băm.",
		"Another result of this round has arrived before and is kept. Ask the administrator to compare the two by their hashes.")
	// HandBackBroken is a hand-back whose content does not fit its hash or cannot be read.
	HandBackBroken = fault.Invalid.Reason("HAND_BACK_BROKEN",
		"Kết quả thẩm định không khớp mã băm hoặc không đọc được nên chưa được nhận. "+
			"Hãy gửi lại đúng bản đã khóa; nếu vẫn lỗi, báo quản trị viên.",
		"The result of the appraisal does not fit its hash or cannot be read, and was not taken. "+
			"Send the sealed content again. If it fails again, tell the administrator.")
	// HandBackMisplaced is a hand-back of another sheet. Its argument names the fields that
	// do not fit.
	HandBackMisplaced = fault.Invalid.Reason("HAND_BACK_MISPLACED",
		"Kết quả thẩm định không phải của phiếu này (%s) nên chưa được nhận. "+
			"Hãy kiểm tra cơ quan, lần và danh sách nội dung rồi gửi lại.",
		"The result of the appraisal does not belong to this sheet (%s) and was not taken. Check its agency, round and items, and send it again.")
)

// tooLarge returns a reason with a size and its limit, both given in bytes, in KiB.
func tooLarge(r fault.Reason, size, limit int) error { return r.With((size+1023)>>10, limit>>10) }

func misplaced(what string) error { return HandBackMisplaced.With(what).At("content") }

// notCounted are the violations of SheetIncomplete. Their argument is the name of the
// item.
var notCounted = map[sealed.NotCounted]fault.Reason{
	sealed.NoInput: fault.Precondition.Reason("NO_INPUT",
		"%s: chưa nhập số liệu. Hãy nhập số liệu của nội dung này.",
		"%s: no facts are entered. Enter the facts of this item."),
	sealed.NoEvidence: fault.Precondition.Reason("NO_EVIDENCE",
		"%s: chưa có tài liệu kiểm chứng hoặc giải trình. Hãy bổ sung ít nhất một trong hai.",
		"%s: evidence and justification are missing. Add at least one of them."),
	sealed.NotReported: fault.Precondition.Reason("NOT_REPORTED",
		"%s: chưa có số liệu báo cáo nên nội dung này được 0 điểm trong phiếu. Hãy hỏi cơ quan thường trực khi nào có số liệu.",
		"%s: no value is reported, so the item counts 0 in the sheet. Ask the coordinator when it will be reported."),
}

// violation returns the violation of an item that counts 0.
func (l Line) violation() fault.Violation {
	return notCounted[l.NotCounted].With(l.Item.Name).Violation(l.Item.ID)
}
