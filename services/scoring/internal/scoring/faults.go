package scoring

import "github.com/parindex/parindex/libs/fault"

// Faults of imports.
var (
	// HistoryFileInvalid lists the faults of a history file.
	HistoryFileInvalid = fault.Invalid.Reason("HISTORY_FILE_INVALID",
		"Tệp kết quả có lỗi, chưa có gì được lưu. Hãy sửa các dòng được nêu rồi nhập lại.",
		"The history file has faults and nothing was stored. Correct the lines named and import it again.")
	// CycleMismatch is a file for another cycle than that of the request.
	CycleMismatch = fault.Invalid.Reason("CYCLE_MISMATCH",
		"Tệp kết quả là của kỳ “%s/%s”, không phải “%s/%s”. Hãy chọn đúng tệp hoặc đúng kỳ đánh giá.",
		"The history file is for %q/%q and not for %q/%q. Choose the right file or the right cycle.")
	// CycleNotImported is a cycle whose results the platform computes.
	CycleNotImported = fault.Precondition.Reason("CYCLE_NOT_IMPORTED",
		"Kỳ đánh giá này do hệ thống tự chấm; không nhập kết quả từ tệp. Hãy chọn kỳ được nhập từ kết quả đã công bố.",
		"The platform computes the results of this cycle, so they are not imported. Choose an imported cycle.")
	// HistoryNotProposed is an import of a file, or with a notice, that nobody has proposed.
	HistoryNotProposed = fault.Precondition.Reason("HISTORY_NOT_PROPOSED",
		"Chưa có ai đề nghị công bố tệp này cho kỳ đánh giá, hoặc tệp hay lời đính chính đang được đề nghị khác với yêu cầu này. Hãy nhờ cơ quan thường trực hoặc quản trị viên đề nghị công bố đúng tệp và lời đính chính này trước, rồi nhập lại.",
		"Nobody has proposed this file for the cycle, or another file or notice is proposed. Ask a coordinator or an administrator of the authority to propose exactly this file and notice, then import it.")
	// HistoryProposalUnknown is a withdrawal although nothing is proposed.
	HistoryProposalUnknown = fault.NotFound.Reason("HISTORY_PROPOSAL_UNKNOWN",
		"Kỳ đánh giá này không có tệp kết quả nào đang được đề nghị công bố. Hãy kiểm tra lại kỳ đánh giá; nếu kết quả đã công bố, hãy đính chính bằng tệp mới.",
		"No history file is proposed for this cycle. Check the cycle; if the results are published already, correct them with another file.")
	// HistoryExists is another file for a published cycle, without a notice.
	HistoryExists = fault.Exists.Reason("HISTORY_EXISTS",
		"Kết quả của kỳ này đã công bố (lần %d) từ một tệp khác. Muốn thay thế, hãy ghi lý do đính chính.",
		"The cycle is published (version %d) from another file. To replace it, give a notice that says why.")
	// NoticeUnexpected is a notice of correction although nothing is corrected.
	NoticeUnexpected = fault.Precondition.Reason("NOTICE_UNEXPECTED",
		"Không có gì để đính chính: kỳ này chưa công bố kết quả, hoặc kết quả đang công bố đã lấy từ chính tệp này. Hãy để trống lý do đính chính, hoặc chọn tệp đã sửa.",
		"There is nothing to correct: nothing is published for this cycle, or what is published comes from this very file. Leave the notice empty or choose the corrected file.")
)

// Faults of requests about runs.
var (
	// RunUnknown is a run that the cycle does not have.
	RunUnknown = fault.NotFound.Reason("RUN_UNKNOWN",
		"Kỳ này không có lần chấm điểm đó. Hãy chọn từ danh sách các lần chấm điểm.",
		"The cycle has no such run. Choose one from the list of runs.")
	// ResultUnknown is an agency without a result in a run.
	ResultUnknown = fault.NotFound.Reason("RESULT_UNKNOWN",
		"Lần chấm điểm này không có kết quả của cơ quan, đơn vị đó. Hãy kiểm tra lại mã cơ quan, đơn vị.",
		"The run has no result of this agency. Check the agency's id.")
	// NoOutcomes is a cycle without an approved round of appraisal.
	NoOutcomes = fault.Precondition.Reason("NO_OUTCOMES",
		"Chưa có lần thẩm định nào được phê duyệt nên chưa chấm điểm được. Hãy phê duyệt lần thẩm định rồi chấm điểm.",
		"No round of appraisal is approved, so there is nothing to compute yet. Approve a round, then compute.")
	// RunIncomplete is a run that cannot be presented because it has gaps.
	RunIncomplete = fault.Precondition.Reason("RUN_INCOMPLETE",
		"Lần chấm điểm này còn thiếu dữ liệu nên chưa trình được. Hãy bổ sung rồi chấm điểm lại.",
		"The run lacks the inputs listed and cannot be presented. Add them and compute again.")
	// RunOutdated is a run that can be neither presented nor published because its inputs
	// have changed since it was computed.
	RunOutdated = fault.Precondition.Reason("RUN_OUTDATED",
		"Dữ liệu đã thay đổi sau lần chấm điểm này nên không trình, không công bố được. Hãy chấm điểm lại rồi trình lần chấm điểm mới.",
		"The inputs have changed since the run was computed. Compute again and present the new run.")
	// RunIsPublished is a run that is published already.
	RunIsPublished = fault.Precondition.Reason("RUN_PUBLISHED",
		"Kết quả của lần chấm điểm này đã được công bố. Không cần công bố lại; muốn đính chính, hãy chấm điểm lại.",
		"The run is published already. To correct it, compute again.")
	// RunNotPresented is a run that cannot be published because it is not presented.
	RunNotPresented = fault.Precondition.Reason("RUN_NOT_PRESENTED",
		"Lần chấm điểm này chưa được trình Ủy ban nhân dân. Hãy trình trước rồi công bố.",
		"The run is not presented to the People's Committee. Present it first, then publish it.")
	// NoticeMissing is a correction without a notice.
	NoticeMissing = fault.Precondition.Reason("NOTICE_MISSING",
		"Kết quả của kỳ này đã công bố (lần %d). Muốn thay thế, hãy ghi lý do đính chính.",
		"The cycle is published (version %d). To replace it, give a notice that says why.")
	// ResultUnsound lists figures that cannot be ranked.
	ResultUnsound = fault.Precondition.Reason("RESULT_UNSOUND",
		"Không tính được kết quả: số liệu của các cơ quan, đơn vị được nêu không xếp hạng được. Hãy kiểm tra các số liệu được nêu.",
		"The result cannot be computed: the figures listed cannot be ranked. Check the figures listed.")
)

// Faults of the inputs from other services.
var (
	// InputBroken is a content that does not have its hash; the argument names it.
	InputBroken = fault.Internal.Reason("INPUT_BROKEN",
		"Dữ liệu đã niêm phong “%s” không khớp mã băm của nó. Chưa có gì được lưu; hãy báo quản trị viên.",
		"The sealed input %q does not have its hash. Nothing was stored; tell the administrator.")
	// InputNotUnderstood is a content that this program cannot read.
	InputNotUnderstood = fault.Internal.Reason("INPUT_NOT_UNDERSTOOD",
		"Phiên bản này của hệ thống không đọc được dữ liệu “%s”. Hãy báo quản trị viên.",
		"This version of the program cannot read the input %q. Tell the administrator.")
	// InputContradictory is an input that contradicts the others; the arguments are its
	// name and the reason.
	InputContradictory = fault.Internal.Reason("INPUT_CONTRADICTORY",
		"Dữ liệu “%s” mâu thuẫn với dữ liệu khác (%s). Chưa có gì được lưu; hãy báo quản trị viên.",
		"The input %q contradicts the others: %s. Nothing was stored; tell the administrator.")
	// InputsMoved is an input that changed while scoring read the inputs.
	InputsMoved = fault.Unavailable.Reason("INPUTS_MOVED",
		"Dữ liệu để chấm điểm đang thay đổi. Hãy thử lại sau ít giây.",
		"The inputs are changing. Try again in a few seconds.")
)

// gapReasons are the faults of gaps; the argument is the agency, or agency and item.
var gapReasons = map[GapReason]fault.Reason{
	OutcomeNotFinal: fault.Precondition.Reason("OUTCOME_NOT_FINAL",
		"%s: chưa có kết quả thẩm định cuối cùng. Hãy phê duyệt lần thẩm định cuối rồi chấm điểm lại.",
		"%s: the last round of appraisal is not approved. Approve it and compute again."),
	ItemUndecided: fault.Precondition.Reason("ITEM_UNDECIDED",
		"%s: chưa được thẩm định vì khi phê duyệt, cơ quan không còn trong kỳ đánh giá. Hãy mở lại lần thẩm định cuối, quyết định nội dung này, phê duyệt rồi chấm điểm lại.",
		"%s: nobody has appraised it, because the agency had left the cycle when the round was approved. Reopen the last round, decide the item, approve the round and compute again."),
	SurveyNotClosed: fault.Precondition.Reason("SURVEY_NOT_CLOSED",
		"%s: cuộc khảo sát chưa kết thúc. Hãy đóng cuộc khảo sát rồi chấm điểm lại.",
		"%s: the survey is not closed. Close it and compute again."),
	ItemNotSurveyed: fault.Precondition.Reason("ITEM_NOT_SURVEYED",
		"%s: chưa thuộc cuộc khảo sát nào. Hãy liên kết nội dung này trong một cuộc khảo sát.",
		"%s: it is in no survey. Link the item in a survey, or add one."),
	HistoryMissing: fault.Precondition.Reason("HISTORY_MISSING",
		"%s: chưa có chỉ số của năm liền trước để so sánh. Hãy nhập kết quả đã công bố của năm đó rồi chấm điểm lại.",
		"%s: there is no index of the year before to compare with. Import the published results of that year and compute again."),
	BeyondStandard: fault.Precondition.Reason("INDEX_ABOVE_100",
		"%s: chỉ số vượt quá 100. Hãy kiểm tra điểm thưởng và điểm chuẩn của cơ quan, đơn vị.",
		"%s: its index is above 100. Check its bonuses and its standard points."),
}

// Faults of the figures of an agency.
var (
	// FigureNegative is a figure below 0.
	FigureNegative = fault.Invalid.Reason("RESULT_NEGATIVE",
		"Điểm và chỉ số không thể âm: %s. Hãy sửa số này.",
		"Points and indices cannot be negative: %s. Correct this figure to 0 or more.")
	// IndexOutOfRange is an index above 100.
	IndexOutOfRange = fault.Invalid.Reason("INDEX_OUT_OF_RANGE",
		"Chỉ số %s vượt quá 100: tổng điểm lớn hơn điểm chuẩn. Hãy kiểm tra tổng điểm và điểm chuẩn.",
		"The index %s is above 100: more points than standard points. Check both figures.")
	// PrintContradicted is a printed figure that differs from the one computed from its
	// parts.
	PrintContradicted = fault.Invalid.Reason("PRINT_CONTRADICTED",
		"Số in là %s nhưng kết quả tính từ các số liệu khác trong tệp là %s; sai số làm tròn không giải thích được. Hãy đối chiếu với bản in.",
		"It is printed as %s, but the other figures of the file give %s; rounding does not explain the difference. Check them against the print.")
	// PrintRounded tells of a printed figure that rounding makes different from the one
	// computed from its parts.
	PrintRounded = fault.Invalid.Reason("PRINT_ROUNDED",
		"Số in là %s, còn tính từ các số liệu khác trong tệp được %s; chênh lệch do làm tròn, hệ thống lấy số tính được. Hãy đối chiếu nếu cần.",
		"It is printed as %s, and the other figures of the file give %s, which is taken; rounding explains the difference. Check it if need be.")
	// ClassAsPrinted tells of a printed class that is not the class of the computed index
	// but of one that rounding allows.
	ClassAsPrinted = fault.Invalid.Reason("CLASS_AS_PRINTED",
		"Xếp loại in là “%s”, còn theo chỉ số tính được là “%s”; chênh lệch do làm tròn, hệ thống lấy theo bản in. Hãy đối chiếu nếu cần.",
		"The class is printed as %q and taken so; the computed index gives %q, which rounding explains. Check it if need be.")
	// DomainsContradicted is a total that differs from the sum of the domain points.
	DomainsContradicted = fault.Invalid.Reason("DOMAINS_CONTRADICTED",
		"Cộng điểm các lĩnh vực được %s nhưng tổng điểm là %s; mức chênh lệch vượt quá sai số làm tròn. Hãy đối chiếu với bản in.",
		"The domains add up to %s and the total is %s; rounding does not explain the difference. Check them against the print.")
	// ClassUnknown is a printed class that the group does not have.
	ClassUnknown = fault.Invalid.Reason("CLASS_UNKNOWN",
		"Khối này không có mức xếp loại “%s”. Hãy sửa tên hoặc khai báo mức này.",
		"The group has no class %q. Correct the name, or declare the class.")
	// ClassContradicted is a printed class that is not the class of the index.
	ClassContradicted = fault.Invalid.Reason("CLASS_CONTRADICTED",
		"Xếp loại in là “%s” nhưng theo chỉ số là “%s”. Hãy đối chiếu với bản in.",
		"The class is printed as %q, but the index gives %q. Check both against the print.")
)

// Faults of the ranks of a group.
var (
	// RankContradicted is a printed rank that differs from the rank of the index.
	RankContradicted = fault.Invalid.Reason("RANK_CONTRADICTED",
		"Thứ hạng in là %d nhưng tính theo chỉ số là %d. Hãy đối chiếu với bản in.",
		"The rank is printed as %d, but the indices give %d. Check it against the print.")
	// RankMissing is an agency without a printed rank in a group that is ranked as
	// printed.
	RankMissing = fault.Invalid.Reason("RANK_MISSING",
		"Khối này có chỉ số không tính được nên xếp theo thứ hạng in; cơ quan này thiếu thứ hạng. Hãy ghi thứ hạng in của cơ quan này.",
		"Not every index of the group can be computed, so it is ranked as printed; this agency lacks its rank. Write the printed rank.")
	// RankUndecided is an agency with neither an index nor a printed rank.
	RankUndecided = fault.Invalid.Reason("RANK_UNDECIDED",
		"Không xếp hạng được khối này: cơ quan này không có chỉ số, và tệp không ghi thứ hạng in. Hãy ghi chỉ số của cơ quan này, hoặc thứ hạng in của cả khối.",
		"The group cannot be ranked: this agency has no index, and the file gives no printed ranks. Write its index, or the printed ranks of the whole group.")
	// RankNotInSequence is a printed rank that the tie rule does not give.
	RankNotInSequence = fault.Invalid.Reason("RANK_NOT_IN_SEQUENCE",
		"Thứ hạng %d không đúng: theo quy tắc %s phải là %d (SKIP: 1, 2, 2, 4; DENSE: 1, 2, 2, 3; UNIQUE: 1, 2, 3, 4). Hãy đối chiếu với bản in và quy tắc đồng hạng (compare.ties) của tệp.",
		"The rank %d does not fit: the rule %s gives %d (SKIP: 1, 2, 2, 4; DENSE: 1, 2, 2, 3; UNIQUE: 1, 2, 3, 4). Check it against the print, and the tie rule of the file (compare.ties).")
	// RankAsPrinted tells of a printed rank that rounding, or a rule that the print does
	// not show, makes different from the one that the figures give.
	RankAsPrinted = fault.Invalid.Reason("RANK_AS_PRINTED",
		"Thứ hạng lấy theo bản in là %d; tính từ các số in được %d. Số in đã làm tròn hoặc bằng nhau nên không tính lại được thứ hạng. Hãy đối chiếu nếu cần.",
		"The rank is %d as printed; the printed figures give %d. They are rounded or equal, so that the rank cannot be recomputed. Check it if need be.")
	// RanksAsPrinted tells of a group whose ranks cannot be recomputed.
	RanksAsPrinted = fault.Invalid.Reason("RANKS_AS_PRINTED",
		"Thứ hạng của cả khối lấy theo bản in và không tính lại được, vì bản in không có đủ chỉ số của mọi cơ quan. Hãy đối chiếu với bản in.",
		"The ranks of the group are taken as printed and cannot be recomputed, because the print does not have every agency's index. Check them against the print.")
	// TiesAsPrinted tells of a tie rule that only the printed ranks show.
	TiesAsPrinted = fault.Invalid.Reason("TIES_AS_PRINTED",
		"Tệp không ghi quy tắc đồng hạng; thứ hạng in theo quy tắc %s. Hãy ghi compare.ties để xác nhận.",
		"The file states no tie rule; the printed ranks follow %s. State it as compare.ties to confirm it.")
	// RankAgainstIndex is a printed rank that is not after an agency with a higher
	// index.
	RankAgainstIndex = fault.Invalid.Reason("RANK_AGAINST_INDEX",
		"Xếp hạng %d, không sau “%s” (hạng %d), nhưng chỉ số lại thấp hơn. Hãy đối chiếu với bản in.",
		"It is ranked %d, not after %q (rank %d), although its index is lower. Check both against the print.")
)

// StatisticsContradicted is a printed statistic that contradicts another one or an
// index.
var StatisticsContradicted = fault.Invalid.Reason("STATISTICS_CONTRADICTED",
	"Số liệu chung của khối mâu thuẫn: %s không thể lớn hơn %s (thấp nhất, rồi trung bình và mọi chỉ số, rồi cao nhất). Hãy đối chiếu với bản in.",
	"The statistics of the group do not fit: %s cannot be above %s (the lowest, then the mean and every index, then the highest). Check them against the print.")

// Faults of the classes of a group.
var (
	// ClassTwice is an id of two classes.
	ClassTwice = fault.Invalid.Reason("CLASS_TWICE",
		"Mã xếp loại “%s” xuất hiện hai lần. Hãy đặt mã khác cho một mức.",
		"Two classes have the id %q. Choose another one for one of them.")
	// ClassEmpty is a class that no index can have.
	ClassEmpty = fault.Invalid.Reason("HISTORY_CLASS_EMPTY",
		"Mức “%s” không chứa chỉ số nào: giới hạn dưới không nhỏ hơn giới hạn trên. Hãy sửa một trong hai giới hạn.",
		"No index can be in class %q: its lower limit is not below its upper one. Correct one of the two.")
	// ClassesOverlap is two classes that both contain an index, or that are not listed
	// from the best down.
	ClassesOverlap = fault.Invalid.Reason("HISTORY_CLASSES_OVERLAP",
		"Mức “%s” và mức “%s” chồng nhau hoặc không xếp từ cao xuống thấp. Giới hạn chung chỉ thuộc một mức (from/to: thuộc; above/below: không thuộc). Hãy sửa giới hạn hoặc thứ tự.",
		"The classes %q and %q overlap or are not listed from the best down. Their common limit belongs to one of them (from/to: it belongs; above/below: it does not). Correct their limits or their order.")
	// ClassesApart is an index between two classes that is in neither.
	ClassesApart = fault.Invalid.Reason("CLASSES_APART",
		"Giữa mức “%s” và mức “%s” còn khoảng trống: có chỉ số không thuộc mức nào. Hãy mở rộng một trong hai mức.",
		"Between the classes %q and %q there is an index without a class. Change the limits of one of them.")
	// ClassesIncomplete is an index from 0 to 100 outside all classes.
	ClassesIncomplete = fault.Invalid.Reason("CLASSES_INCOMPLETE",
		"Các mức xếp loại phải phủ từ 0 đến 100; chỉ số %s chưa thuộc mức nào. Hãy mở rộng một mức.",
		"The classes must cover 0 to 100; the index %s has no class. Change the limits of one of them.")
)

// What can be wrong with a history file beside its figures.
var (
	// DateMalformed is a date that is not at least a year.
	DateMalformed = fault.Invalid.Reason("DATE_MALFORMED",
		"“%s” không phải ngày. Hãy nhập theo dạng 2024-01-08, 2024-01 hoặc 2024.",
		"%q is not a date. Write it as 2024-01-08, 2024-01 or 2024.")
	// ListEmpty is a list that needs an entry.
	ListEmpty = fault.Invalid.Reason("LIST_EMPTY",
		"Danh sách này cần ít nhất một phần tử. Hãy bổ sung.",
		"The list needs at least one entry. Add one.")
	// ClassEndTwice is a class with two limits at one end.
	ClassEndTwice = fault.Invalid.Reason("CLASS_END_TWICE",
		"Mức có cả %s (thuộc mức này) và %s (không thuộc). Hãy để một trong hai.",
		"Give one of %s (belongs to the class) and %s (does not), not both.")
	// FieldTwice is a domain listed twice.
	FieldTwice = fault.Invalid.Reason("HISTORY_FIELD_TWICE",
		"Lĩnh vực “%s” xuất hiện hai lần. Hãy để một lần.",
		"The domain %q is listed twice. Keep one of them.")
	// FieldUnknown is a domain that is not declared under domains.
	FieldUnknown = fault.Invalid.Reason("HISTORY_FIELD_UNKNOWN",
		"Lĩnh vực “%s” chưa được khai báo trong domains. Hãy khai báo lĩnh vực này hoặc sửa mã.",
		"The domain %q is not declared under domains. Declare it, or correct its id.")
	// GroupUnknown is a group that the cycle does not have.
	GroupUnknown = fault.Invalid.Reason("HISTORY_GROUP_UNKNOWN",
		"Kỳ đánh giá này không có khối “%s”. Hãy kiểm tra lại mã khối trong danh mục.",
		"The cycle has no group %q. Check its id in the catalog.")
	// GroupTwice is a group listed twice.
	GroupTwice = fault.Invalid.Reason("HISTORY_GROUP_TWICE",
		"Khối “%s” xuất hiện hai lần. Hãy gộp lại.",
		"The group %q is listed twice. Merge the two.")
	// GroupMissing is a group with scored agencies that the file leaves out.
	GroupMissing = fault.Invalid.Reason("GROUP_MISSING",
		"Thiếu khối “%s”: danh mục có %d cơ quan, đơn vị được chấm trong khối này. Hãy bổ sung kết quả của khối này.",
		"The group %q is missing: the catalog has %d scored agencies in it. Add its results.")
	// AgencyUnresolved is a name that no agency of the cycle has.
	AgencyUnresolved = fault.Invalid.Reason("HISTORY_AGENCY_UNKNOWN",
		"Trong kỳ này không có cơ quan, đơn vị nào tên “%s”. Hãy kiểm tra danh mục và các tên gọi khác.",
		"No agency of the cycle is called %q. Check the catalog and its aliases.")
	// AgencyTwice is an agency listed twice, perhaps under two names.
	AgencyTwice = fault.Invalid.Reason("HISTORY_AGENCY_TWICE",
		"“%s” là cơ quan đã có ở dòng %d. Hãy để một dòng.",
		"%q is the same agency as in line %d. Keep one of the lines.")
	// AgencyElsewhere is an agency in a group that is not its own.
	AgencyElsewhere = fault.Invalid.Reason("AGENCY_IN_OTHER_GROUP",
		"“%s” thuộc khối “%s”, không phải khối “%s”. Hãy chuyển dòng này sang đúng khối.",
		"%q is in the group %q and not in %q. Move the line to its group.")
	// AgencyNotScored is an agency that is not scored in the cycle.
	AgencyNotScored = fault.Invalid.Reason("HISTORY_AGENCY_NOT_SCORED",
		"Theo danh mục, “%s” không được chấm trong kỳ này. Hãy bỏ dòng này hoặc sửa danh mục.",
		"According to the catalog, %q is not scored in this cycle. Remove the line, or correct the catalog.")
	// AgencyMissing is a scored agency that the file leaves out.
	AgencyMissing = fault.Invalid.Reason("AGENCY_MISSING",
		"Thiếu “%s”: theo danh mục, cơ quan này được chấm trong khối. Hãy bổ sung kết quả của cơ quan này.",
		"%q is missing: according to the catalog it is scored in this group. Add its results.")
	// RankNotPositive is a rank below 1.
	RankNotPositive = fault.Invalid.Reason("RANK_NOT_POSITIVE",
		"Thứ hạng phải từ 1 trở lên. Hãy nhập lại, ví dụ 1.",
		"A rank is 1 or more. Write it again, such as 1.")
)
