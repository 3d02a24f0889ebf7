package pack

// word is how a workbook calls what the contract has a name for.
type word struct {
	// Head is the header of the column, the name of the sheet, or the word in a
	// cell.
	Head string
	// Note is what to write there; empty: what the kind of the field requires.
	Note string
	// Width is that of the column in characters; 0: by the kind of the field.
	Width float64
}

// Sheets that every workbook has beside those of words.
const (
	guideSheet = "Hướng dẫn"
	headSheet  = "Quy định"
	listSheet  = "Danh mục"
	// groupSheet begins the name of the sheet with a group's criteria.
	groupSheet = "TC "
)

// Headers of columns that are no field of the contract.
const (
	// sheetColumn names the sheet with a group's criteria.
	sheetColumn = "Trang tiêu chí"
	// groupColumn is the group that a class belongs to.
	groupColumn = "Mã khối"
)

// The words for booleans in cells.
const yes, no = "có", "không"

const (
	slugNote  = "Mã: chữ thường không dấu, chữ số và dấu gạch nối ở giữa."
	groupNote = "Mã khối như ở trang “Khối”."
	// respondentsNote is of cells that name a respondent group, as groupNote is of
	// those that name a group.
	respondentsNote = "Mã như ở trang “Nhóm đối tượng khảo sát”."
	// partNote is of cells that name a part.
	partNote  = "Mã như ở trang “Phần”."
	entryNote = "Mỗi điều kiện, phương án, khoảng hay số liệu vào một dòng; dòng đầu cùng dòng với tiêu chí, các dòng sau để trống những cột khác."
	nodesNote = "Các mục, cách nhau bằng dấu chấm phẩy; mỗi mục gồm cả những mục bên dưới: “i.4; ii.1.1”."
)

// named are the fields whose values cells with a note name.
var named = map[string]string{groupNote: "criteriaSets.group", respondentsNote: "respondentGroups.id", partNote: "parts.id"}

// words are how sheets and columns are called, by the path of their field. Columns
// of one sheet with the same header are one column: they belong to rules of
// different families.
var words = map[string]word{
	"criteriaSets":         {Head: "Khối"},
	"criteriaSets.classes": {Head: "Xếp loại"},
	"parts":                {Head: "Phần"},
	"declared":             {Head: "Cơ cấu công bố"},
	"acknowledgements":     {Head: "Xác nhận chênh lệch"},
	"calendar":             {Head: "Lịch"},
	"seats":                {Head: "Hội đồng thẩm định"},
	"duties":               {Head: "Phân công thẩm định"},
	"agencies":             {Head: "Cơ quan"},
	"specialRules":         {Head: "Quy tắc riêng"},
	"respondentGroups":     {Head: "Nhóm đối tượng khảo sát"},
	"surveyLinks":          {Head: "Liên kết khảo sát"},

	"title":                 {Head: "Tên quy định"},
	"decisionNumber":        {Head: "Số quyết định", Note: "Cần có khi ban hành, ví dụ 880/QĐ-UBND."},
	"decisionDate":          {Head: "Ngày quyết định", Note: "Dạng 2026-12-31. Cần có khi ban hành."},
	"signer":                {Head: "Nơi ký", Note: "Chức danh hoặc cơ quan ký, không ghi tên người."},
	"effectiveDate":         {Head: "Ngày có hiệu lực", Note: "Dạng 2026-12-31. Cần có khi ban hành."},
	"replaces":              {Head: "Thay thế quy định", Note: "Mã của quy định bị thay thế; để trống nếu không có."},
	"rounds":                {Head: "Số lần tự đánh giá", Note: "1 hoặc 2."},
	"appraisalCouncil":      {Head: "Có Hội đồng thẩm định", Note: "Hội đồng thẩm định thông qua kết quả từng lần: có hoặc không."},
	"rounding.itemScale":    {Head: "Số chữ số thập phân của điểm", Note: "0 đến 12. Để trống cả bốn dòng làm tròn: 6, 6, 2, nửa lên xa số 0."},
	"rounding.indexScale":   {Head: "Số chữ số thập phân của chỉ số", Note: "0 đến 12."},
	"rounding.displayScale": {Head: "Số chữ số thập phân khi hiển thị", Note: "0 đến 12."},
	"rounding.mode":         {Head: "Cách làm tròn"},
	"rankBy":                {Head: "Xếp hạng theo"},
	"classBy":               {Head: "Xếp loại theo"},
	"counting":              {Head: "Cách đếm tiêu chí"},
	"split":                 {Head: "Cách chia điểm tự đánh giá, khảo sát"},
	"completeness":          {Head: "Mức đầy đủ"},
	"ties":                  {Head: "Xếp hạng khi bằng nhau", Note: "Đồng hạng, rồi bỏ số: 1, 2, 2, 4; đồng hạng, rồi liền số: 1, 2, 2, 3."},
	"excess":                {Head: "Chỉ số vượt 100", Note: "Khi điểm thưởng có thể đưa chỉ số lên trên 100; để trống: không cho phép."},
	"replacesDecision":      {Head: "Thay thế quyết định số", Note: "Số in trong quyết định, ví dụ 880/QĐ-UBND; để trống nếu không thay thế."},

	"criteriaSets.group":         {Head: groupColumn, Note: slugNote},
	"criteriaSets.groupName":     {Head: "Tên khối"},
	"criteriaSets.classes.id":    {Head: "Mã loại", Note: slugNote},
	"criteriaSets.classes.name":  {Head: "Tên loại", Width: 24},
	"criteriaSets.classes.from":  {Head: "Từ (%)", Note: "Chỉ số này trở lên. Để trống cả hai cột đầu: từ 0."},
	"criteriaSets.classes.above": {Head: "Trên (%)", Note: "Lớn hơn chỉ số này."},
	"criteriaSets.classes.to":    {Head: "Đến (%)", Note: "Chỉ số này trở xuống. Để trống cả hai cột cuối: đến 100."},
	"criteriaSets.classes.below": {Head: "Dưới (%)", Note: "Nhỏ hơn chỉ số này."},

	"criteriaSets.nodes.part":            {Head: "Mã phần", Note: partNote, Width: 9},
	"criteriaSets.nodes.code":            {Head: "Mã số", Note: "Mã in trong quyết định, không trùng trong cùng phần: 4.1.2.", Width: 9},
	"criteriaSets.nodes.parent":          {Head: "Mã số cấp trên", Note: "Để trống nếu là lĩnh vực; mục cấp trên đứng trước.", Width: 9},
	"criteriaSets.nodes.name":            {Head: "Tên lĩnh vực, tiêu chí"},
	"criteriaSets.nodes.field":           {Head: "Khóa lĩnh vực", Note: "Chỉ cho lĩnh vực: steering, institutions, procedures, organisation, civil-service, public-finance, digital-government, impact hoặc mã khác.", Width: 18},
	"criteriaSets.nodes.item.maxPoints":  {Head: "Điểm tối đa", Note: "Có ở mục chấm điểm; để trống cùng các cột sau ở mục có mục con.", Width: 9},
	"criteriaSets.nodes.item.sourceKind": {Head: "Nguồn số liệu", Width: 16},
	"criteriaSets.nodes.item.rule":       {Head: "Loại quy tắc", Width: 20},

	"criteriaSets.nodes.item.rule.allOrNothing.conditions.id":   {Head: "Mã ý chấm", Note: entryNote, Width: 16},
	"criteriaSets.nodes.item.rule.allOrNothing.conditions.text": {Head: "Nội dung ý chấm", Note: entryNote, Width: 40},
	"criteriaSets.nodes.item.rule.choice.options.id":            {Head: "Mã ý chấm"},
	"criteriaSets.nodes.item.rule.choice.options.text":          {Head: "Nội dung ý chấm"},
	"criteriaSets.nodes.item.rule.choice.options.points":        {Head: "Điểm ý chấm", Note: "Điểm của phương án hoặc của khoảng."},
	"criteriaSets.nodes.item.rule.bands.bands.from":             {Head: "Từ (%)", Note: "Tỷ lệ này trở lên. Để trống “Từ” và “Trên”: từ 0."},
	"criteriaSets.nodes.item.rule.bands.bands.above":            {Head: "Trên (%)", Note: "Lớn hơn tỷ lệ này."},
	"criteriaSets.nodes.item.rule.bands.bands.to":               {Head: "Đến (%)", Note: "Tỷ lệ này trở xuống. Để trống “Đến” và “Dưới”: đến 100."},
	"criteriaSets.nodes.item.rule.bands.bands.below":            {Head: "Dưới (%)", Note: "Nhỏ hơn tỷ lệ này."},
	"criteriaSets.nodes.item.rule.bands.bands.points":           {Head: "Điểm ý chấm"},
	"criteriaSets.nodes.item.rule.proportional.floorPercent":    {Head: "Ngưỡng có điểm (%)", Note: "Tỷ lệ mà dưới đó không có điểm; để trống nếu không có ngưỡng."},
	"criteriaSets.nodes.item.rule.deduction.step":               {Head: "Bước điểm", Note: "Điểm trừ mỗi lần, hoặc bước điểm mà người thẩm định chấm."},
	"criteriaSets.nodes.item.rule.deduction.bonus.step":         {Head: "Điểm thưởng mỗi lần"},
	"criteriaSets.nodes.item.rule.deduction.bonus.cap":          {Head: "Điểm thưởng tối đa"},
	"criteriaSets.nodes.item.rule.improvement.equal":            {Head: "Khi chỉ số bằng nhau", Width: 16},
	"criteriaSets.nodes.item.rule.improvement.missingHistory":   {Head: "Khi thiếu chỉ số năm trước", Width: 18},
	"criteriaSets.nodes.item.rule.peerRelative.better":          {Head: "So sánh trong khối", Width: 18},
	"criteriaSets.nodes.item.rule.manual.step":                  {Head: "Bước điểm"},
	"criteriaSets.nodes.item.rule.formula.expression":           {Head: "Công thức", Note: "Biểu thức của các số liệu vào và max_points, không có dấu = ở đầu.", Width: 36},
	"criteriaSets.nodes.item.rule.formula.inputs.id":            {Head: "Mã ý chấm"},
	"criteriaSets.nodes.item.rule.formula.inputs.text":          {Head: "Nội dung ý chấm"},
	"criteriaSets.nodes.item.rule.formula.inputs.kind":          {Head: "Kiểu số liệu", Width: 12},
	"criteriaSets.nodes.item.rule.formula.inputs.min":           {Head: "Nhỏ nhất"},
	"criteriaSets.nodes.item.rule.formula.inputs.max":           {Head: "Lớn nhất"},

	"criteriaSets.nodes.item.evidence.name":             {Head: "Tài liệu kiểm chứng", Note: "Tên tài liệu. Mỗi tài liệu một dòng, các dòng sau để trống những cột của tiêu chí.", Width: 36},
	"criteriaSets.nodes.item.evidence.kind":             {Head: "Loại tài liệu", Note: "Ví dụ: Báo cáo; để trống nếu loại nào cũng được.", Width: 16},
	"criteriaSets.nodes.item.evidence.content":          {Head: "Nội dung cần có", Note: "Điều mà tài liệu phải thể hiện.", Width: 30},
	"criteriaSets.nodes.item.guidance":                  {Head: "Hướng dẫn chấm", Width: 36},
	"criteriaSets.nodes.item.testVectors.input":         {Head: "Ca kiểm tra: số liệu vào", Note: "Mỗi ca một dòng, mỗi số liệu một dòng trong ô, như “Đã thực hiện: 14”; các tên gọi ở trang này.", Width: 28},
	"criteriaSets.nodes.item.testVectors.points":        {Head: "Ca kiểm tra: điểm", Note: "Điểm mà quy tắc phải cho."},
	"criteriaSets.nodes.item.testVectors.notApplicable": {Head: "Ca kiểm tra: không áp dụng", Note: "có: tiêu chí không áp dụng trong ca này.", Width: 12},
	"criteriaSets.nodes.item.side":                      {Head: "Bên tính điểm", Note: "Để trống: theo cách chia ở trang “Quy định”.", Width: 14},
	"criteriaSets.nodes.item.legalBasis.document":       {Head: "Căn cứ pháp lý", Note: "Loại, số và cơ quan ban hành văn bản. Mỗi văn bản một dòng, các dòng sau để trống những cột của tiêu chí.", Width: 30},
	"criteriaSets.nodes.item.legalBasis.article":        {Head: "Điều, khoản", Note: "Điều, khoản, điểm; để trống nếu là cả văn bản.", Width: 18},
	"criteriaSets.nodes.item.legalBasis.issueDate":      {Head: "Ngày ban hành", Note: "Ngày của văn bản, dạng 2026-12-31.", Width: 12},
	"criteriaSets.nodes.item.legalBasis.effectiveDate":  {Head: "Ngày hiệu lực", Note: "Dạng 2026-12-31; không trước ngày ban hành.", Width: 12},
	"criteriaSets.nodes.item.basis":                     {Head: "Dựng lại", Note: "có: tiêu chí được dựng lại, không lấy từ bảng chính thức.", Width: 9},
	"criteriaSets.nodes.item.basis.source":              {Head: "Nguồn dựng lại"},
	"criteriaSets.nodes.item.basis.line":                {Head: "Dòng của nguồn"},
	"criteriaSets.nodes.item.basis.finding":             {Head: "Căn cứ trong nguồn", Width: 24},
	"criteriaSets.nodes.item.field":                     {Head: "Lĩnh vực được hỏi", Note: "Khóa của lĩnh vực khác mà tiêu chí nói đến, như tiêu chí khảo sát hỏi về một lĩnh vực ở phần khác; để trống nếu là lĩnh vực của chính nó.", Width: 18},

	"declared.group":                       {Head: groupColumn, Note: groupNote},
	"declared.criteria":                    {Head: "Số tiêu chí", Note: "Số ghi trong quyết định; để trống nếu quyết định không ghi."},
	"declared.subCriteria":                 {Head: "Số tiêu chí thành phần"},
	"declared.selfPoints":                  {Head: "Điểm tự đánh giá"},
	"declared.surveyPoints":                {Head: "Điểm khảo sát"},
	"declared.totalPoints":                 {Head: "Tổng điểm"},
	"declared.domains.field":               {Head: "Khóa lĩnh vực", Note: "Mỗi lĩnh vực một dòng, các dòng sau để trống những cột của khối.", Width: 18},
	"declared.domains.criteria":            {Head: "Lĩnh vực: số tiêu chí"},
	"declared.domains.subCriteria":         {Head: "Lĩnh vực: số tiêu chí thành phần"},
	"declared.domains.surveyedSubCriteria": {Head: "Lĩnh vực: số tiêu chí thành phần khảo sát", Width: 16},
	"declared.domains.maxPoints":           {Head: "Lĩnh vực: điểm tối đa"},

	"acknowledgements.code":           {Head: "Mã chênh lệch", Note: "Như kết quả kiểm tra nêu: CRITERIA_COUNT_DIFFERS.", Width: 30},
	"acknowledgements.group":          {Head: groupColumn, Note: groupNote},
	"acknowledgements.path":           {Head: "Vị trí", Note: "Như kết quả kiểm tra nêu; để trống nếu là cả khối.", Width: 24},
	"acknowledgements.declared":       {Head: "Số công bố", Width: 12},
	"acknowledgements.computed":       {Head: "Số tính được", Width: 12},
	"acknowledgements.acknowledgedBy": {Head: "Nơi xác nhận", Note: "Cơ quan hoặc chức danh, không ghi tên người."},
	"acknowledgements.reason":         {Head: "Lý do"},

	"calendar.phase":      {Head: "Giai đoạn", Width: 24},
	"calendar.lastDay":    {Head: "Ngày cuối", Note: "Tháng-ngày, đến 24:00: 10-31. Hoặc ghi số ngày.", Width: 12},
	"calendar.yearsLater": {Head: "Sau năm đánh giá (năm)", Note: "0: trong năm đánh giá; 1: năm sau."},
	"calendar.days":       {Head: "Số ngày", Note: "Kéo dài bao nhiêu ngày, khi không ấn định ngày cuối."},
	"calendar.groups":     {Head: "Các khối", Note: "Mã khối cách nhau bằng dấu chấm phẩy; để trống: mọi khối."},
	"calendar.note":       {Head: "Ghi chú"},

	"seats.agency":   {Head: "Mã cơ quan", Note: slugNote},
	"seats.name":     {Head: "Tên cơ quan"},
	"seats.capacity": {Head: "Tư cách", Width: 24},

	"duties.agency": {Head: "Mã cơ quan", Note: slugNote},
	"duties.name":   {Head: "Tên cơ quan"},
	"duties.group":  {Head: groupColumn, Note: groupNote},
	"duties.nodes":  {Head: "Các mục thẩm định", Note: nodesNote, Width: 36},
	"duties.except": {Head: "Trừ các mục", Note: nodesNote, Width: 24},

	"specialRules.group":                           {Head: groupColumn, Note: groupNote},
	"specialRules.subordinateClasses.subordinates": {Head: "Khối cấp dưới", Note: groupNote},
	"specialRules.subordinateClasses.numerator":    {Head: "Tỷ lệ: tử số", Note: "Cơ quan giữ loại của mình khi ít nhất tử số / mẫu số cơ quan cấp dưới đạt loại đó hoặc cao hơn: hai phần ba ghi 2 và 3."},
	"specialRules.subordinateClasses.denominator":  {Head: "Tỷ lệ: mẫu số", Note: "Không nhỏ hơn tử số."},
	"specialRules.subordinateClasses.incomplete":   {Head: "Khi cấp dưới chưa xếp loại đủ", Width: 30},
	"specialRules.clause":                          {Head: "Điều khoản", Note: "Điều khoản của quyết định quy định việc này.", Width: 24},

	"respondentGroups.id":   {Head: "Mã nhóm đối tượng", Note: slugNote},
	"respondentGroups.name": {Head: "Tên nhóm đối tượng"},

	"surveyLinks.group":       {Head: groupColumn, Note: groupNote},
	"surveyLinks.nodes":       {Head: "Các mục được hỏi", Note: nodesNote + " Để trống: mọi tiêu chí khảo sát của khối.", Width: 36},
	"surveyLinks.respondents": {Head: "Mã nhóm đối tượng", Note: respondentsNote},
	"surveyLinks.weight":      {Head: "Trọng số", Note: "Phần của nhóm này trong những nhóm cùng được hỏi về một tiêu chí, lớn hơn 0; hoặc ghi cho tất cả, hoặc để trống tất cả."},

	"parts.id":   {Head: "Mã phần", Note: "Mã mở đầu mã số của các mục trong phần, ví dụ i trong “i.4.1.2”: chữ thường không dấu, chữ số và dấu gạch nối ở giữa."},
	"parts.code": {Head: "Ký hiệu phần", Note: "Như in trong quyết định: I, II."},
	"parts.name": {Head: "Tên phần"},
	"parts.side": {Head: "Bên tính điểm", Note: "Cần ghi khi chia điểm theo phần; các mục của phần tính về bên này nếu không ghi riêng."},

	"agencies.agency": {Head: "Mã cơ quan", Note: slugNote},
	"agencies.name":   {Head: "Tên cơ quan"},
	"agencies.group":  {Head: groupColumn, Note: groupNote},
}

// factWords are how the inputs of a test vector are called in its cell. A map that
// holds nothing is a line of its own.
var factWords = map[string]string{
	"conditionsMet":         "Không điều kiện nào đạt",
	"conditionsMet.ids":     "Điều kiện đạt",
	"option":                "Phương án",
	"ratio":                 "Tỷ lệ",
	"ratio.done":            "Đã thực hiện",
	"ratio.planned":         "Kế hoạch",
	"percent":               "Phần trăm",
	"points":                "Điểm",
	"value":                 "Giá trị khảo sát",
	"counts":                "Không lần trừ, thưởng nào",
	"counts.deductions":     "Số lần trừ",
	"counts.bonuses":        "Số lần thưởng",
	"history":               "Không có chỉ số nào",
	"history.latest":        "Chỉ số năm trước",
	"history.before":        "Chỉ số năm trước nữa",
	"targets":               "Không giao chỉ tiêu nào",
	"targets.met":           "Chỉ tiêu đạt",
	"targets.planned":       "Chỉ tiêu giao",
	"peer":                  "So với khối",
	"peer.value":            "Giá trị của cơ quan",
	"peer.best":             "Giá trị tốt nhất của khối",
	"formula":               "Không có số liệu nào",
	"formula.values.number": "Số liệu",
	"formula.values.met":    "Đạt",
}

// families are how the families of rules are called.
var families = map[string]string{
	"allOrNothing": "Đạt đủ điều kiện",
	"choice":       "Chọn một phương án",
	"bands":        "Theo khoảng tỷ lệ",
	"proportional": "Theo tỷ lệ",
	"deduction":    "Trừ điểm",
	"improvement":  "Cải thiện so với năm trước",
	"targets":      "Theo chỉ tiêu",
	"peerRelative": "So với khối",
	"survey":       "Theo khảo sát",
	"manual":       "Người thẩm định chấm",
	"formula":      "Công thức",
}

// choices are how the words of an enum are called, by the path of its field.
var choices = map[string]map[string]string{
	"rounding.mode": {
		"HALF_AWAY_FROM_ZERO": "Nửa lên xa số 0", "HALF_EVEN": "Nửa về số chẵn", "DOWN": "Cắt bỏ",
	},
	"rankBy":   comparisons,
	"classBy":  comparisons,
	"counting": {"LEAF_CRITERIA": "Chỉ tiêu chí có điểm", "ALL_CRITERIA": "Mọi tiêu chí"},
	"split":    {"BY_SOURCE_KIND": "Theo nguồn số liệu", "BY_PART": "Theo phần"},
	"excess":   {"REFUSED": "Không cho phép", "CAPPED": "Chỉ tính 100", "ALLOWED": "Giữ nguyên"},
	"ties":     {"SKIP": "Đồng hạng, rồi bỏ số", "DENSE": "Đồng hạng, rồi liền số"},
	"specialRules.subordinateClasses.incomplete": {
		"NOT_CLASSIFIED": "Không xếp loại", "COUNT_AS_WORSE": "Tính là thấp hơn",
	},
	"completeness":                       {"COMPLETE": "Đầy đủ", "STRUCTURE_ONLY": "Chỉ có cấu trúc", "RECONSTRUCTION": "Dựng lại"},
	"parts.side":                         {"SELF": "Tự đánh giá", "SURVEY": "Khảo sát"},
	"criteriaSets.nodes.item.side":       {"SELF": "Tự đánh giá", "SURVEY": "Khảo sát"},
	"criteriaSets.nodes.item.sourceKind": sourceKinds,
	"criteriaSets.nodes.item.rule.improvement.equal": {
		"FULL": "Điểm tối đa", "NONE": "0 điểm",
	},
	"criteriaSets.nodes.item.rule.improvement.missingHistory": {
		"NOT_APPLICABLE": "Không áp dụng", "NONE": "0 điểm", "FULL": "Điểm tối đa",
	},
	"criteriaSets.nodes.item.rule.peerRelative.better": {
		"HIGHER": "Cao hơn là tốt", "LOWER": "Thấp hơn là tốt",
	},
	"criteriaSets.nodes.item.rule.formula.inputs.kind": {
		"NUMBER": "Số thập phân", "COUNT": "Số đếm", "CONDITION": "Điều kiện",
	},
	"calendar.phase": {
		"PREPARATION": "Chuẩn bị", "SELF_1": "Tự đánh giá lần 1", "APPRAISAL_1": "Thẩm định lần 1",
		"SELF_2": "Tự đánh giá lần 2", "APPRAISAL_2": "Thẩm định lần 2", "APPRAISAL_COUNCIL": "Hội đồng thẩm định",
		"PRESENTED": "Trình Ủy ban nhân dân", "PUBLISHED": "Công bố", "REPORTED": "Báo cáo", "ARCHIVED": "Lưu trữ",
	},
	"seats.capacity": {"STANDING": "Cơ quan thường trực", "MEMBER": "Thành viên", "INVITED": "Được mời"},
}

var comparisons = map[string]string{"INDEX_SCALE": "Chỉ số chưa làm tròn hiển thị", "DISPLAY_SCALE": "Chỉ số như hiển thị"}

var sourceKinds = map[string]string{
	"SELF": "Tự đánh giá", "SURVEY": "Điều tra xã hội học", "SATISFACTION": "Chỉ số hài lòng (SIPAS)",
	"TARGETS": "Chỉ tiêu được giao", "FEED": "Số liệu cơ quan khác gửi", "HISTORY": "Kết quả các năm trước",
}
