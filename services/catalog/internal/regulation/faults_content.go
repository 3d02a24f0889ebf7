package regulation

import "github.com/parindex/parindex/libs/fault"

// The faults of a regulation's content. The faults of its rules are in libs/rule, those
// of its rounding in libs/points.
var (
	// DateMissing is a date that is needed to issue.
	DateMissing = fault.Invalid.Reason("DATE_MISSING",
		"Cần có ngày này để ban hành. Hãy nhập theo dạng 2024-01-08.",
		"This date is needed to issue. Write it as 2024-01-08.")
	// RoundsOutOfRange is a number of rounds other than 1 or 2.
	RoundsOutOfRange = fault.Invalid.Reason("ROUNDS_OUT_OF_RANGE",
		"Số lần tự đánh giá phải là 1 hoặc 2, không phải %d. Hãy chọn một trong hai.",
		"There can be 1 or 2 rounds, not %d. Choose one of them.")
	// ReplacedNotIssued is a regulation to be replaced that is not in force.
	ReplacedNotIssued = fault.Invalid.Reason("REPLACED_NOT_ISSUED",
		"Quy định “%s” %s nên không thay thế được; chỉ thay thế quy định đã ban hành và còn hiệu lực. Hãy chọn quy định khác.",
		"The regulation %q is %s and cannot be replaced; only one that is ISSUED can. Choose another regulation.")
	// AppraisedTooMany is a criteria set with more items than the appraisal can hand back.
	AppraisedTooMany = fault.Invalid.Reason("APPRAISED_ITEMS_TOO_MANY",
		"Bộ tiêu chí có %d mục phải thẩm định; kết quả thẩm định chỉ gửi lại được khi không quá %d mục. Hãy gộp bớt các mục.",
		"The criteria set has %d items to appraise; the result of an appraisal can be handed back for at most %d. Merge some of them.")
	// CriteriaSetsMissing is a regulation without criteria.
	CriteriaSetsMissing = fault.Invalid.Reason("CRITERIA_SETS_MISSING",
		"Quy định chưa có bộ tiêu chí nào. Hãy bổ sung.",
		"The regulation has no criteria set. Add one.")
	// GroupTwice is a group with two criteria sets.
	GroupTwice = fault.Invalid.Reason("GROUP_TWICE",
		"Khối “%s” đã có một bộ tiêu chí ở trên. Hãy gộp lại hoặc sửa mã khối.",
		"The group %q has a criteria set above already. Merge the two, or correct the group's id.")
	// PartCodeTwice is a printed code given to two parts.
	PartCodeTwice = fault.Invalid.Reason("PART_CODE_TWICE",
		"Ký hiệu “%s” đã dùng cho một phần khác ở trên. Hãy ghi ký hiệu khác.",
		"Another part above has the printed code %q already. Write another one.")
	// PartSideMissing is a part without a side in a regulation that splits by part.
	PartSideMissing = fault.Invalid.Reason("PART_SIDE_MISSING",
		"Điểm được chia theo phần, nên phần “%s” cần ghi bên tính điểm. Hãy ghi tự đánh giá hoặc khảo sát.",
		"The points are split by part, so the part %q needs a side. Enter SELF or SURVEY.")
	// PartUnlisted is a node in a part that the regulation does not list.
	PartUnlisted = fault.Invalid.Reason("PART_UNLISTED",
		"Quy định không có phần với mã “%s”; các phần đã khai báo: %s. Hãy sửa mã phần của mục này hoặc khai báo thêm phần.",
		"The regulation lists no part with the id %q; its parts are: %s. Correct the part of the node, or list the part.")
	// CodeTwice is a code given to two nodes of one part.
	CodeTwice = fault.Invalid.Reason("CODE_TWICE",
		"Mã số %s đã dùng ở trên trong cùng phần. Hãy đặt mã khác.",
		"The code %s is used above already in the same part. Choose another one.")
	// ParentNotBefore is a parent that does not come before its child.
	ParentNotBefore = fault.Invalid.Reason("PARENT_NOT_BEFORE",
		"Không có mục %s nào đứng trước mục này trong cùng phần. Hãy sửa mã mục cha hoặc thứ tự.",
		"There is no node %s before this one in the same part. Correct the parent or the order.")
	// FieldMissing is a domain without its canonical key.
	FieldMissing = fault.Invalid.Reason("FIELD_MISSING",
		"Lĩnh vực %s chưa có khóa lĩnh vực (ví dụ “procedures”). Hãy ghi khóa lĩnh vực.",
		"The domain %s has no field. Give it one, such as \"procedures\".")
	// FieldTwice is a field given to two domains of one criteria set.
	FieldTwice = fault.Invalid.Reason("FIELD_TWICE",
		"Khóa lĩnh vực “%s” đã dùng cho một lĩnh vực khác của bộ tiêu chí này. Hãy dùng khóa khác.",
		"The field %q belongs already to another domain of this criteria set. Use another one.")
	// FieldBelowDomain is a field of a node that is no domain.
	FieldBelowDomain = fault.Invalid.Reason("FIELD_BELOW_DOMAIN",
		"Mục %s không phải lĩnh vực nên không có khóa lĩnh vực. Hãy bỏ khóa này.",
		"The node %s is no domain and has no field of its own. Remove it.")
	// ItemWithChildren is a node that carries points and has nodes below it.
	ItemWithChildren = fault.Invalid.Reason("ITEM_WITH_CHILDREN",
		"Mục %s có mục con nên không tự mang điểm. Hãy bỏ điểm của mục này hoặc chuyển các mục con.",
		"The node %s has others below it and cannot carry points itself. Remove its points, or move the nodes below.")
	// LeafWithoutItem is a node that neither carries points nor has nodes below it.
	LeafWithoutItem = fault.Invalid.Reason("LEAF_WITHOUT_ITEM",
		"Mục %s không có mục con và cũng chưa có điểm. Hãy ghi điểm hoặc bỏ mục này.",
		"The node %s has none below it and carries no points. Give it points, or remove it.")
	// RuleNotAllowed is a rule of a family that does not go with the source kind.
	RuleNotAllowed = fault.Invalid.Reason("RULE_NOT_ALLOWED",
		"Loại quy tắc “%s” không dùng được cho nguồn số liệu %s. Hãy đổi quy tắc hoặc nguồn số liệu.",
		"A rule of the family %q does not go with the source kind %s. Change one of them.")
	// VectorFails is a test vector to which the rule gives other points.
	VectorFails = fault.Invalid.Reason("TEST_VECTOR_FAILS",
		"Ca kiểm tra ghi %s điểm, quy tắc cho %s điểm. Hãy sửa ca kiểm tra hoặc quy tắc.",
		"The test vector states %s points and the rule gives %s. Correct the test vector or the rule.")
	// VectorApplicable is a test vector that is not applicable, to which the rule
	// gives points.
	VectorApplicable = fault.Invalid.Reason("TEST_VECTOR_APPLICABLE",
		"Ca kiểm tra ghi không chấm, quy tắc cho %s điểm. Hãy sửa ca kiểm tra hoặc quy tắc.",
		"The test vector states that the item is not applicable, and the rule gives %s points. Correct the test vector or the rule.")
	// VectorNotApplicable is a test vector with points, to which the rule gives
	// none.
	VectorNotApplicable = fault.Invalid.Reason("TEST_VECTOR_NOT_APPLICABLE",
		"Ca kiểm tra ghi %s điểm, theo quy tắc thì không chấm nội dung này. Hãy sửa ca kiểm tra hoặc quy tắc.",
		"The test vector states %s points, and by the rule the item is not applicable. Correct the test vector or the rule.")
	// TotalNot100 is a criteria set whose items do not add up to 100.
	TotalNot100 = fault.Invalid.Reason("TOTAL_NOT_100",
		"Tổng điểm tối đa của bộ tiêu chí là %s, phải là 100. Hãy đối chiếu điểm của từng mục.",
		"The max points of the criteria set come to %s and must come to 100. Check the points of each item.")
	// ClassEndOutOfRange is an end of a class outside the scale.
	ClassEndOutOfRange = fault.Invalid.Reason("CLASS_END_OUT_OF_RANGE",
		"Mức %s nằm ngoài thang từ 0 đến 100. Hãy sửa, ví dụ 90.",
		"The end %s is outside the scale from 0 to 100. Correct it, such as 90.")
	// ClassEmpty is a class that no index falls in.
	ClassEmpty = fault.Invalid.Reason("CLASS_EMPTY",
		"Không chỉ số nào thuộc hạng này. Hãy sửa hai đầu của hạng.",
		"No index falls in this class. Correct its ends.")
	// ClassesOutOfOrder is a class above the one before it.
	ClassesOutOfOrder = fault.Invalid.Reason("CLASSES_OUT_OF_ORDER",
		"Các hạng phải xếp từ cao xuống thấp. Hãy sắp xếp lại.",
		"The classes must go from the best to the lowest. Put them in order.")
	// ClassesGap is an index that no class takes.
	ClassesGap = fault.Invalid.Reason("CLASSES_GAP",
		"Không hạng nào nhận chỉ số trong khoảng %s. Hãy để một hạng nhận.",
		"No class takes an index in %s. Let a class take it.")
	// ClassesOverlap is an index that two classes take.
	ClassesOverlap = fault.Invalid.Reason("CLASSES_OVERLAP",
		"Hai hạng cùng nhận chỉ số trong khoảng %s. Hãy để một hạng nhận.",
		"Two classes take an index in %s. Let only one take it.")
	// FieldUnknown is an item about another domain, which its criteria set does not
	// have.
	FieldUnknown = fault.Invalid.Reason("DOMAIN_UNKNOWN",
		"Bộ tiêu chí không có lĩnh vực “%s”. Hãy chọn một trong các lĩnh vực: %s.",
		"The criteria set has no domain %q. Choose one of %s.")
	// FieldOwn is an item that names its own domain as the other one it is about.
	FieldOwn = fault.Invalid.Reason("FIELD_OWN",
		"“%s” là lĩnh vực của chính mục này. Hãy để trống, hoặc ghi lĩnh vực khác mà mục này hỏi về.",
		"%q is the domain that the item belongs to. Leave it empty, or name the other one that it asks about.")
	// EffectiveBeforeIssue is a document that would hold before there was one.
	EffectiveBeforeIssue = fault.Invalid.Reason("EFFECTIVE_BEFORE_ISSUE",
		"Ngày hiệu lực %s trước ngày ban hành %s. Hãy sửa một trong hai.",
		"The document is in force from %s, before its date, %s. Correct one of them.")
	// BasisIncomplete is a basis that nobody can look up.
	BasisIncomplete = fault.Invalid.Reason("BASIS_INCOMPLETE",
		"Căn cứ chưa đủ. Hãy ghi nguồn, dòng (từ 1) và con số hoặc tên ghi trên dòng đó; nếu không có căn cứ thì để trống cả ba (trong tệp YAML: basis: none).",
		"A basis needs its source, the line (from 1) and the figure or name on that line; if there is none, leave all three empty (in a YAML file: basis: none).")
	// ReplacesItself is a decision that replaces its own number.
	ReplacesItself = fault.Invalid.Reason("REPLACES_ITSELF",
		"%s là số của chính quyết định này. Hãy ghi số quyết định bị thay thế.",
		"%s is the number of this decision itself. Write the one that it replaces.")
	// ReplacedDecisionDiffers is a stored regulation that is to be replaced, of another
	// number than the decision that is.
	ReplacedDecisionDiffers = fault.Invalid.Reason("REPLACED_DECISION_DIFFERS",
		"Quy định “%s” được thay thế có số quyết định %s, ở đây ghi %s. Hãy sửa một trong hai.",
		"The replaced regulation %q has the decision number %s, but this one names %s. Correct one of them.")
	// CalendarPhaseAbsent is the end of a phase that cycles do not have.
	CalendarPhaseAbsent = fault.Invalid.Reason("CALENDAR_PHASE_ABSENT",
		"Kỳ đánh giá không có giai đoạn “%s”, do số lần tự đánh giá hoặc do không có Hội đồng thẩm định. Hãy bỏ mốc này, hoặc sửa số lần tự đánh giá hay việc có Hội đồng thẩm định.",
		"The cycle has no phase %s, because of its number of rounds or because it has no appraisal council. Remove the step, or correct the rounds or the council.")
	// SubordinatesSameGroup is a special rule that compares a group with itself.
	SubordinatesSameGroup = fault.Invalid.Reason("SUBORDINATES_SAME_GROUP",
		"Khối “%s” không thể là khối cấp dưới của chính nó. Hãy ghi khối khác.",
		"The group %q cannot be the one below itself. Name another one.")
	// SpecialRuleTwice is a second special rule for the same two groups.
	SpecialRuleTwice = fault.Invalid.Reason("SPECIAL_RULE_TWICE",
		"Đã có quy tắc riêng cho khối “%s” theo khối cấp dưới “%s” ở trên. Hãy để một quy tắc.",
		"There is a special rule for %q by the classes of %q above already. Keep one of them.")
	// SpecialRuleClasses is two groups whose classes cannot be compared.
	SpecialRuleClasses = fault.Invalid.Reason("SPECIAL_RULE_CLASSES_DIFFER",
		"Khối “%s” có %d loại, khối cấp dưới “%s” có %d; quy tắc này cần hai khối có cùng số loại, ít nhất một. Hãy sửa phần xếp loại.",
		"The group %q has %d classes and %q, the one below, %d; the rule needs equally many in both, and at least one. Correct the classes.")
	// ShareAboveOne is a share that nobody can reach.
	ShareAboveOne = fault.Invalid.Reason("SHARE_ABOVE_ONE",
		"Tỷ lệ %d/%d lớn hơn 1 nên không cơ quan nào đạt. Tử số không được lớn hơn mẫu số. Hãy sửa một trong hai.",
		"The share %d/%d is above 1, so that no agency reaches it. The numerator must not be above the denominator. Correct one of them.")
	// RespondentsUndefined is a survey link to nobody.
	RespondentsUndefined = fault.Invalid.Reason("RESPONDENTS_UNDEFINED",
		"Không có nhóm đối tượng khảo sát “%s”. Hãy thêm nhóm này hoặc sửa mã.",
		"There is no respondent group %q. Add it or correct the id.")
	// LinkNodeUnknown is a survey link to a node that the group does not have.
	LinkNodeUnknown = fault.Invalid.Reason("LINK_NODE_UNKNOWN",
		"Bộ tiêu chí của khối không có mục %s. Hãy sửa mã mục.",
		"The group's criteria set has no node %s. Correct the id of the node.")
	// WeightNotPositive is a weight that counts nobody.
	WeightNotPositive = fault.Invalid.Reason("WEIGHT_NOT_POSITIVE",
		"Trọng số phải lớn hơn 0, không phải %s. Hãy nhập lại, ví dụ 1.5.",
		"A weight must be above 0 and is %s. Enter such a weight, as 1.5.")
	// WeightMissing is a link without a weight beside one with a weight.
	WeightMissing = fault.Invalid.Reason("WEIGHT_MISSING",
		"Nhóm khác cùng được hỏi về mục %s có trọng số, nhóm này thì không. Hãy ghi trọng số cho tất cả hoặc không ghi cho nhóm nào.",
		"Others who are asked about %s have a weight and these have none. State all weights, or none.")
	// TreeTooDeep is a node with more nodes above it than there can be.
	TreeTooDeep = fault.Invalid.Reason("TREE_TOO_DEEP",
		"Bộ tiêu chí có quá nhiều cấp: phía trên một mục chỉ có tối đa %d cấp. Hãy bỏ bớt cấp.",
		"The criteria have too many levels: at most %d nodes can stand above another. Remove levels.")
	// AgencyTwice is an agency that is twice among the members.
	AgencyTwice = fault.Invalid.Reason("AGENCY_TWICE",
		"Cơ quan, đơn vị “%s” có hai lần trong danh sách. Hãy bỏ một lần.",
		"The agency %q is in the list twice. Keep one of the two.")
	// ListTooLong is a list above its limit.
	ListTooLong = fault.Invalid.Reason("LIST_TOO_LONG",
		"Danh sách có quá %d mục. Hãy bỏ bớt.",
		"The list has more than %d entries. Take some out.")
)
