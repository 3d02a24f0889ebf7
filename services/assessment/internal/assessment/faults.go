package assessment

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// The reasons for which the service refuses a request.
var (
	// ItemNotEntered is an entry for an item that the agency does not assess.
	ItemNotEntered = fault.Invalid.Reason("ITEM_NOT_ENTERED",
		"Cơ quan, đơn vị không tự đánh giá nội dung này: điểm lấy từ khảo sát hoặc từ kết quả các năm trước khi tổng hợp. "+
			"Hãy bỏ nội dung này; nếu kết quả chưa đúng, báo cơ quan thường trực.",
		"The agency does not assess this item: its points come from surveys or from earlier results when the points are added up. "+
			"Leave it out. If the result is wrong, tell the coordinator.")
	// ItemNotReported is a reported value for an item of another source kind than FEED.
	ItemNotReported = fault.Invalid.Reason("ITEM_NOT_REPORTED",
		"Nội dung này không nhận số liệu do nơi khác báo cáo. "+
			"Hãy kiểm tra lại mã: chỉ báo cáo cho nội dung lấy số liệu từ hệ thống khác.",
		"This item takes no reported value. Check its id: values are reported only for items of source kind FEED.")
	// ProviderMissing is a value that a person without a home agency reports for no agency.
	ProviderMissing = fault.Invalid.Reason("PROVIDER_MISSING",
		"Chưa nêu cơ quan cung cấp số liệu. Hãy chọn cơ quan mà bạn báo cáo thay, ví dụ vp-ubnd.",
		"The agency that provides the value is missing. Name the agency for which you report, for example vp-ubnd.")
	// ProviderUnknown is a provider that the authority does not have. Its argument is the
	// id.
	ProviderUnknown = fault.NotFound.Reason("PROVIDER_UNKNOWN",
		"Không có cơ quan, đơn vị %s để cung cấp số liệu. Hãy chọn trong danh sách cơ quan, đơn vị.",
		"The authority has no agency %s that could provide the value. Choose one from the list of agencies.")
	// ProviderNotSeated is a person who reports for an agency without a seat on the
	// appraisal council (rule A6b). Its argument is the name of the agency.
	ProviderNotSeated = fault.Denied.Reason("PROVIDER_NOT_SEATED",
		"%s không có trong thành phần Hội đồng thẩm định theo quy định, nên không cung cấp số liệu. Hãy nhờ một cơ quan trong thành phần Hội đồng báo cáo số liệu này.",
		"%s has no seat on the appraisal council by the regulation, so it provides no values. Ask an agency with a seat to report this value.")
	// OwnValue is a value that a person reports about the own agency.
	OwnValue = fault.Denied.Reason("OWN_VALUE",
		"Không báo cáo số liệu về chính cơ quan, đơn vị của mình. Hãy nhập số liệu đó vào phiếu tự đánh giá, kèm tài liệu kiểm chứng hoặc giải trình.",
		"Nobody reports a value about the own agency. Enter it in the agency's sheet with evidence or a justification.")
	// ResultFinal is a value for an agency whose last round of appraisal is handed back.
	ResultFinal = fault.Precondition.Reason("RESULT_FINAL",
		"Kết quả thẩm định cuối cùng của cơ quan, đơn vị này đã được phê duyệt nên số liệu báo cáo lúc này không được tính. "+
			"Nếu kết quả chưa đúng, hãy đề nghị Hội đồng thẩm định mở lại.",
		"The final result of this agency is approved, so a value reported now would count for nothing. "+
			"If the result is wrong, ask the appraisal council to open it again.")
	// ReportFileInvalid is a file of values with faults. The violations name the line and
	// the column of each.
	ReportFileInvalid = fault.Invalid.Reason("REPORT_FILE_INVALID",
		"Tệp số liệu có lỗi (danh sách kèm theo, tối đa 100 lỗi) nên chưa lưu số liệu nào. Hãy sửa từng dòng rồi gửi lại cả tệp.",
		"The file of values has faults, of which up to 100 are listed, and nothing was stored. Correct each line and send the whole file again.")
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
			"Hãy xem bản đã gửi; nếu có sai sót, đề nghị cơ quan thường trực mở lại.",
		"This round is submitted and sealed and can no longer be changed. "+
			"Look at the submitted sheet, and ask the coordinator to open the round again if something in it is wrong.")
	// RoundDecided is a change of a round whose appraisal is approved and handed back.
	RoundDecided = fault.Precondition.Reason("ROUND_DECIDED",
		"Kết quả thẩm định của lần này đã được phê duyệt nên nội dung gửi lúc này không được tính và không được nhận. "+
			"Hãy xem kết quả thẩm định; nếu chưa đúng, bổ sung ở lần sau hoặc đề nghị Hội đồng thẩm định mở lại.",
		"The appraisal of this round is approved, so nothing submitted now would count, and nothing is taken. "+
			"Look at the result. If it is wrong, answer in the next round, or ask the appraisal council to open the round again.")
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
		"%s: chưa có số liệu báo cáo. Hãy nhập số liệu của cơ quan, đơn vị kèm tài liệu kiểm chứng hoặc giải trình.",
		"%s: no value is reported. Enter the agency's own figure with evidence or a justification."),
}

// violation returns the violation of an item that counts 0.
func (l Line) violation() fault.Violation {
	return notCounted[l.NotCounted].With(l.Item.Name).Violation(l.Item.ID)
}

// The violations of ReportFileInvalid.
var (
	fileNotText = fault.Invalid.Reason("FILE_NOT_TEXT",
		"Tệp không phải văn bản UTF-8. Hãy lưu từ Excel theo dạng “CSV UTF-8 (*.csv)”.",
		"The file is no UTF-8 text. Save it from Excel as \"CSV UTF-8 (*.csv)\".")
	FileEmpty = fault.Invalid.Reason("FILE_WITHOUT_VALUES",
		"Tệp không có dòng số liệu nào. Hãy nhập mỗi số liệu trên một dòng, dưới dòng tên cột.",
		"The file has no values. Enter each value on a line of its own below the names of the columns.")
	fileNotCSV = fault.Invalid.Reason("FILE_NOT_CSV",
		"Không đọc được dòng này, có thể do thừa hoặc thiếu dấu nháy kép. Hãy sửa dấu nháy hoặc lưu lại tệp dạng CSV.",
		"This line cannot be read, probably because a double quote is missing or too many. Correct the quotes, or save the file as CSV again.")
	// FileTooLong has the limit as its argument.
	FileTooLong = fault.Invalid.Reason("FILE_TOO_LONG",
		"Tệp có nhiều hơn %d dòng số liệu. Hãy chia thành nhiều tệp.",
		"The file has more than %d values. Split it into several files.")
	// columnMissing has the name of the column as its argument.
	columnMissing = fault.Invalid.Reason("COLUMN_MISSING",
		"Dòng đầu thiếu cột %s. Hãy đặt đủ tên cột: cơ quan, nội dung, số liệu, kỳ số liệu, nguồn.",
		"The first line lacks the column %s. Name all columns: agency, item, value, period, source.")
	reportTwice = fault.Invalid.Reason("VALUE_TWICE",
		"Tệp đã có số liệu của nội dung này cho cơ quan, đơn vị này ở dòng trên. Hãy giữ một dòng.",
		"The file has a value of this item for this agency on a line above. Keep one of them.")
	// ValueMalformed has the value as its argument.
	ValueMalformed = fault.Invalid.Reason("VALUE_MALFORMED",
		"Không đọc được số liệu “%s”. Hãy nhập theo cách chấm của nội dung, ví dụ 45/48 cho tỷ lệ, 93,5 cho phần trăm, 2+1 cho số lần trừ và thưởng.",
		"The value %q cannot be read. Enter it as the item's rule needs it, for example 45/48 for a share, 93.5 for a percentage, 2+1 for deductions and bonuses.")
)
