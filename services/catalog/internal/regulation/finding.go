package regulation

import (
	"fmt"
	"strconv"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
)

// Finding is something that Validate found (rules C5 and C8).
type Finding struct {
	Severity Severity
	Code     string
	// Group is the group; empty for the whole regulation.
	Group string
	// Path is Place as a text ("duties[3]"), the id of a node ("i.4.1") or, for what
	// is declared of a domain, its canonical key; empty for the whole group.
	Path string
	// Declared is the figure that the regulation states, Computed the one that its
	// criteria give; empty for none.
	Declared string
	Computed string
	Vi       string
	En       string

	// Node is the id of the node that the finding is in ("i.1.1.1"); empty for none.
	Node string

	// Place is where f is in the content; the whole for a finding about a node, a
	// domain or a group that Path or Group names.
	Place Place
}

// Located reports whether f is at its Place: an error is, and a text in a legacy
// encoding.
func (f Finding) Located() bool { return f.Severity == Error || f.Code == text.Legacy.Code }

// Violation returns f as a violation of a fault about the whole content.
func (f Finding) Violation() fault.Violation {
	return fault.Violation{Field: f.Place.String(), Code: f.Code, Vi: f.Vi, En: f.En}
}

// findings collects what is wrong, each at its place.
type findings []Finding

// add adds an error, or a warning of a legacy encoding.
func (f *findings) add(place Place, err error) {
	told := fault.From(err)
	severity := Error
	if told.Code == text.Legacy.Code {
		severity = Warning
	}
	*f = append(*f, Finding{Severity: severity, Code: told.Code, Path: place.String(), Vi: told.Vi, En: told.En, Place: place})
}

// Severity is how grave a finding is.
type Severity string

// The severities, the gravest first.
const (
	Error        Severity = "ERROR"
	Acknowledged Severity = "ACKNOWLEDGED"
	Warning      Severity = "WARNING"
	Note         Severity = "NOTE"
)

var weights = map[Severity]int{Error: 0, Acknowledged: 1, Warning: 2, Note: 3}

// findingKind is a kind of finding: its reason and its severity.
type findingKind struct {
	fault.Reason
	severity Severity
}

// Differences between the structure that the regulation declares and that of its
// criteria (rules C3b, C5 and C5b). Texts are filled with the declared and the
// computed figure.
var (
	criteriaCountDiffers = findingKind{fault.Invalid.Reason("CRITERIA_COUNT_DIFFERS",
		"Quy định ghi %s tiêu chí, bộ tiêu chí có %s. Hãy đối chiếu với văn bản.",
		"The regulation states %s criteria, the criteria set has %s. Check both against the document."), Error}
	subCriteriaCountDiffers = findingKind{fault.Invalid.Reason("SUB_CRITERIA_COUNT_DIFFERS",
		"Quy định ghi %s tiêu chí thành phần, bộ tiêu chí có %s. Hãy đối chiếu với văn bản.",
		"The regulation states %s sub-criteria, the criteria set has %s. Check both against the document."), Error}
	surveyedCountDiffers = findingKind{fault.Invalid.Reason("SURVEYED_COUNT_DIFFERS",
		"Quy định ghi %s tiêu chí thành phần khảo sát, bộ tiêu chí có %s. Hãy đối chiếu với văn bản.",
		"The regulation states %s surveyed sub-criteria, the criteria set has %s. Check both against the document."), Error}
	totalDiffers = findingKind{fault.Invalid.Reason("TOTAL_DIFFERS",
		"Quy định ghi tổng %s điểm, các tiêu chí cộng lại là %s điểm. Hãy đối chiếu với văn bản.",
		"The regulation states %s points in all, the items add up to %s. Check both against the document."), Error}
	selfSplitDiffers = findingKind{fault.Invalid.Reason("SELF_SPLIT_DIFFERS",
		"Quy định ghi %s điểm tự đánh giá, các tiêu chí cộng lại là %s điểm. Hãy đối chiếu với văn bản.",
		"The regulation states %s points of self-assessment, the items add up to %s. Check both against the document."), Error}
	surveySplitDiffers = findingKind{fault.Invalid.Reason("SURVEY_SPLIT_DIFFERS",
		"Quy định ghi %s điểm khảo sát, các tiêu chí cộng lại là %s điểm. Hãy đối chiếu với văn bản.",
		"The regulation states %s points of surveys, the items add up to %s. Check both against the document."), Error}
	domainMaxDiffers = findingKind{fault.Invalid.Reason("DOMAIN_MAX_DIFFERS",
		"Quy định ghi tối đa %s điểm cho lĩnh vực này, các tiêu chí cộng lại là %s điểm. Hãy đối chiếu với văn bản.",
		"The regulation states at most %s points for this domain, its items add up to %s. Check both against the document."), Error}
	totalExceeds100 = findingKind{fault.Invalid.Reason("TOTAL_CAN_EXCEED_100",
		"Điểm chuẩn của khối là %s, nhưng cùng điểm thưởng một cơ quan có thể đạt tới %s điểm, và quy định không cho phép chỉ số vượt 100. Hãy bỏ điểm thưởng, hoặc chọn “Chỉ tính 100” hay “Giữ nguyên” ở mục “Chỉ số vượt 100”.",
		"The group has %s standard points, but with every bonus an agency can have %s, and the regulation refuses an index above 100. Remove the bonuses, or set excess to CAPPED or ALLOWED."), Error}
	structureOnly = findingKind{fault.Invalid.Reason("STRUCTURE_ONLY",
		"Mới có cấu trúc và tổng điểm. Hãy nhập bảng tiêu chí chính thức trước khi ban hành.",
		"Only the structure and the totals are there. Add the official table before issuing."), Error}
	acknowledgementStale = findingKind{fault.Invalid.Reason("ACKNOWLEDGEMENT_STALE",
		"Chênh lệch %s đã được xác nhận với các số này nay không còn; hãy bỏ xác nhận hoặc xác nhận lại.",
		"The acknowledged difference %s no longer has these figures. Remove the acknowledgement, or acknowledge the new figures."), Warning}
	notAcknowledgeable = findingKind{fault.Invalid.Reason("NOT_ACKNOWLEDGEABLE",
		"Không xác nhận được %s; chỉ xác nhận được: %s. Hãy sửa nội dung bị nêu rồi bỏ xác nhận này.",
		"%s cannot be acknowledged; only these can: %s. Correct the content in question and remove the acknowledgement."), Warning}
	domainUndeclared = findingKind{fault.Invalid.Reason("DOMAIN_UNDECLARED",
		"Quy định nêu từng lĩnh vực nhưng không nêu lĩnh vực “%s”, trong đó bộ tiêu chí có %s mục chấm điểm. Hãy bổ sung cơ cấu công bố hoặc sửa khóa lĩnh vực.",
		"The regulation states its domains but not %q, in which the criteria set has %s items. Add it to what is declared, or correct the domain's field."), Error}
	basisNone = findingKind{fault.Invalid.Reason("BASIS_NONE",
		"%s tiêu chí được dựng lại mà không có căn cứ trong các nguồn. Hãy bổ sung căn cứ nếu có.",
		"%s items are reconstructed without any basis in the sources. Add the basis if there is one."), Note}
	basisMissing = findingKind{fault.Invalid.Reason("BASIS_MISSING",
		"%s tiêu chí được dựng lại mà chưa nêu căn cứ: %s. Hãy ghi nguồn, dòng và nội dung, hoặc ghi là không có.",
		"%s reconstructed items do not state their basis: %s. State the source, line and finding, or that there is none."), Warning}
)

// Contents that most complete criteria sets have and this one lacks (rules C6 and G5).
var (
	vectorsMissing = findingKind{fault.Invalid.Reason("TEST_VECTORS_MISSING",
		"%s tiêu chí chưa có ca kiểm tra quy tắc. Hãy bổ sung.",
		"%s items have no test vectors for their rules. Add some."), Note}
	classesMissing = findingKind{fault.Invalid.Reason("CLASSES_MISSING",
		"Khối này chưa có xếp loại, nên kết quả chỉ có thứ hạng. Hãy bổ sung nếu quy định có xếp loại.",
		"This group has no classes, so that its results have ranks only. Add them if the regulation has classes."), Note}
)

// An agency that a regulation names in two ways.
var (
	agencyTwoNames = findingKind{fault.Invalid.Reason("AGENCY_NAMED_TWICE",
		"Mã “%s” có hai tên: “%s” và “%s”. Hãy để một tên, hoặc sửa mã.",
		"The id %q has two names: %q and %q. Keep one of them, or correct the id."), Warning}
	agencyTwoIDs = findingKind{fault.Invalid.Reason("AGENCY_WITH_TWO_IDS",
		"Tên “%s” thuộc hai mã: “%s” và “%s”. Hãy để một mã, hoặc sửa tên.",
		"The name %q belongs to two ids: %q and %q. Keep one of them, or correct the name."), Warning}
)

// partUnused is a part that no node is in (rule C3).
var partUnused = findingKind{fault.Invalid.Reason("PART_UNUSED",
	"Không bộ tiêu chí nào có mục thuộc phần “%s”. Hãy bỏ phần này hoặc sửa phần của các mục.",
	"No criteria set has a node in the part %q. Remove the part, or correct the part of the nodes."), Warning}

// The assignment of items to the agencies that appraise them (rule C8).
var (
	itemUnassigned = findingKind{fault.Invalid.Reason("ITEM_UNASSIGNED",
		"Không có cơ quan nào thẩm định %s tiêu chí tự đánh giá ở đây. Hãy phân công.",
		"No agency appraises the %s self-assessed items here. Name an agency for them."), Warning}
	itemAssignedTwice = findingKind{fault.Invalid.Reason("ITEM_ASSIGNED_TWICE",
		"Cùng thẩm định các tiêu chí ở đây: %s. Hãy để một cơ quan.",
		"More than one agency appraises the items here: %s. Keep one of them."), Warning}
	dutyNodeUnknown = findingKind{fault.Invalid.Reason("DUTY_NODE_UNKNOWN",
		"Phân công nêu mục %s, không có trong bộ tiêu chí của khối. Hãy sửa mã mục.",
		"The assignment names %s, which the group's criteria set does not have. Correct the code."), Warning}
	appraiserWithoutSeat = findingKind{fault.Invalid.Reason("APPRAISER_WITHOUT_SEAT",
		"%s thẩm định nhưng không có trong Hội đồng thẩm định. Hãy bổ sung vào Hội đồng hoặc sửa phân công.",
		"%s appraises but has no seat on the appraisal council. Give it a seat, or change the assignment."), Warning}
	memberWithoutDuty = findingKind{fault.Invalid.Reason("MEMBER_WITHOUT_DUTY",
		"%s có trong Hội đồng thẩm định nhưng không được phân công tiêu chí nào. Hãy phân công nếu cần.",
		"%s has a seat on the appraisal council but no items to appraise. Give it some if necessary."), Warning}
	ownAgencyConflict = findingKind{fault.Invalid.Reason("OWN_AGENCY_CONFLICT",
		"%s thẩm định tiêu chí của khối mà chính cơ quan này được đánh giá. Hãy phân công người thay khi thẩm định cơ quan này.",
		"%s appraises items of the group in which it is scored itself. Name another agency to appraise it."), Warning}
)

// The links between surveyed items and respondent groups (rules C7 and Q11).
var (
	itemUnasked = findingKind{fault.Invalid.Reason("ITEM_UNASKED",
		"Không liên kết khảo sát nào hỏi về %s tiêu chí khảo sát ở đây. Hãy thêm liên kết.",
		"No survey link asks about the %s surveyed items here. Add one."), Warning}
	askedTwice = findingKind{fault.Invalid.Reason("ITEM_ASKED_TWICE",
		"Nhóm “%s” được hỏi về mục %s ở nhiều liên kết. Hãy để một liên kết cho mỗi nhóm và mục.",
		"The respondent group %q is asked about %s by more than one link. Keep one link for each group and item."), Warning}
	linkWithoutItems = findingKind{fault.Invalid.Reason("LINK_WITHOUT_ITEMS",
		"Các mục của liên kết khảo sát này không có tiêu chí nào lấy số liệu khảo sát. Hãy sửa các mục hoặc bỏ liên kết.",
		"No item at the nodes of this survey link is surveyed. Correct the nodes, or remove the link."), Warning}
	respondentsUnasked = findingKind{fault.Invalid.Reason("RESPONDENTS_UNASKED",
		"Nhóm “%s” không được hỏi về mục nào. Hãy thêm liên kết khảo sát hoặc bỏ nhóm này.",
		"The respondent group %q is not asked about any item. Add a survey link, or remove the group."), Warning}
)

// The ends of phases (rules Y1 and Y2).
var (
	calendarOutOfOrder = findingKind{fault.Invalid.Reason("CALENDAR_OUT_OF_ORDER",
		"Giai đoạn “%s” kết thúc ngày %s, trước khi giai đoạn “%s” trước đó kết thúc (%s). Hãy sửa ngày hoặc số năm sau.",
		"The phase %s ends on %s, before the end of the earlier phase %s (%s). Correct the day or the year."), Warning}
	calendarStepTwice = findingKind{fault.Invalid.Reason("CALENDAR_STEP_TWICE",
		"Giai đoạn “%s” của khối này đã có một mốc ở trên. Hãy để một mốc.",
		"The phase %s has an end for this group above already. Keep one of them."), Warning}
)

// Wrong references and calendar steps.
var (
	groupUndefined = fault.Invalid.Reason("GROUP_UNDEFINED",
		"Không có bộ tiêu chí cho khối “%s”. Hãy thêm bộ tiêu chí hoặc sửa mã khối.",
		"There is no criteria set for the group %q. Add one or correct the group.")
	calendarStepUnclear = fault.Invalid.Reason("CALENDAR_STEP_UNCLEAR",
		"Mốc cần đúng một trong hai: ngày cuối hoặc số ngày. Hãy ghi một và bỏ một.",
		"A step needs either its last day or its number of days, not both. Keep one of the two.")
)

// at returns a finding of the kind s at a place, its texts filled with args.
func (s findingKind) at(group string, place Place, args ...any) Finding {
	told := s.With(args...)
	return Finding{Severity: s.severity, Code: s.Code, Group: group, Path: place.String(), Vi: told.Vi, En: told.En, Place: place}
}

// about returns a finding about what path names in the criteria set of a group.
func (s findingKind) about(group, path string, args ...any) Finding {
	f := s.at(group, Place{}, args...)
	f.Path = path
	return f
}

// counted returns a finding about all items of a subtree.
func (s findingKind) counted(group string, p subtree) Finding {
	f := s.about(group, p.id, strconv.Itoa(p.items))
	f.Computed = strconv.Itoa(p.items)
	return f
}

// difference is a finding about two figures, of which the declared one is at place.
func (s findingKind) difference(group, path string, place Place, declared, computed fmt.Stringer) Finding {
	f := s.about(group, path, declared, computed)
	f.Declared, f.Computed, f.Place = declared.String(), computed.String(), place
	return f
}
