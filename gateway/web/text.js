// The texts of the page in both languages, in the words of the glossary (README).

const words = {
  vi: {
    title: "Chỉ số CCHC – Bảng xếp hạng",
    name: "Chỉ số cải cách hành chính",
    skip: "Đến bảng xếp hạng",
    cycle: "Kỳ đánh giá",
    groups: "Khối",
    loading: "Đang tải kết quả…",
    empty: "Chưa có kết quả nào được công bố.",
    emptyHelp: "Kết quả hiện ở đây ngay khi có quyết định công bố. Hãy quay lại sau.",
    failed: "Không tải được kết quả.",
    offline: "Không kết nối được với máy chủ. Hãy kiểm tra mạng rồi thử lại.",
    retry: "Thử lại",
    unknown: "Địa chỉ này không có kết quả đã công bố. Hãy chọn kỳ đánh giá và khối ở trên.",
    leaderboard: "Bảng xếp hạng",
    decision: "Quyết định",
    dated: ["năm", "tháng", "ngày"],
    source: "Nguồn",
    version: "Phiên bản",
    notice: "Đính chính",
    statistics: "Chỉ số CCHC của khối",
    meanIndex: "Trung bình",
    highest: "Cao nhất",
    lowest: "Thấp nhất",
    gap: "Chênh lệch",
    search: "Tìm cơ quan, đơn vị",
    searchHelp: "có thể gõ không dấu",
    shown: "Đang hiện {n} trên {all} cơ quan, đơn vị.",
    noMatch: "Không tìm thấy cơ quan, đơn vị phù hợp. Hãy thử từ khóa khác.",
    rank: "Xếp hạng",
    agency: "Cơ quan, đơn vị",
    standardPoints: "Điểm chuẩn",
    selfPoints: "Tự đánh giá",
    selfPointsHelp: "Điểm tự đánh giá đã qua thẩm định",
    officialsPoints: "Điều tra cán bộ",
    officialsPointsHelp: "Điểm điều tra xã hội học cán bộ, công chức và đại biểu",
    satisfactionPoints: "SIPAS",
    satisfactionPointsHelp: "Điểm chỉ số hài lòng (SIPAS)",
    totalPoints: "Điểm đạt được",
    totalPointsHelp: "Tự đánh giá + điều tra xã hội học",
    index: "Chỉ số CCHC",
    indexHelp: "Điểm đạt được / điểm chuẩn × 100 %",
    class: "Xếp loại",
    unclassified: "Không xếp loại",
    classLowered: "Chỉ số đạt loại {from}; hạ một bậc vì chỉ {reached}/{all} đơn vị trực thuộc đạt loại này trở lên",
    classIncomplete: "Chỉ số đạt loại {from}; {without}/{all} đơn vị trực thuộc chưa có xếp loại",
    classNobody: "Chỉ số đạt loại {from}; không có đơn vị trực thuộc nào trong kỳ",
    domain: "Lĩnh vực",
    points: "Điểm đạt được",
    domainIndex: "Chỉ số thành phần",
    domainsOnly: "Báo cáo nguồn chỉ in điểm từng lĩnh vực của khối này, không in điểm chuẩn, điểm tự đánh giá, điểm điều tra xã hội học và điểm đạt được.",
    details: "Điểm từng lĩnh vực của {agency}",
    expandAll: "Mở tất cả lĩnh vực",
    collapseAll: "Đóng tất cả lĩnh vực",
    legend: "Ghi chú",
    legendPrinted: "in trong báo cáo nguồn",
    legendComputed: "hệ thống tính từ số liệu in trong báo cáo nguồn",
    legendNotPrinted: "không in trong báo cáo nguồn",
    download: "Tải số liệu (JSON)",
    print: "In trang này",
    footer: "Kết quả đã công bố không thay đổi; nếu đính chính, bản mới có số phiên bản mới.",
    api: "Giao diện lập trình (OpenAPI)",
  },
  en: {
    title: "PAR Index – Leaderboards",
    name: "Public Administration Reform Index",
    skip: "To the leaderboard",
    cycle: "Cycle",
    groups: "Groups",
    loading: "Loading results…",
    empty: "No results have been published yet.",
    emptyHelp: "Results appear here as soon as the decision to publish is made. Come back later.",
    failed: "The results could not be loaded.",
    offline: "The server cannot be reached. Check your connection and try again.",
    retry: "Try again",
    unknown: "There are no published results at this address. Choose a cycle and a group above.",
    leaderboard: "Leaderboard",
    decision: "Decision",
    dated: ["of", "of", "of"],
    source: "Source",
    version: "Version",
    notice: "Correction",
    statistics: "Index of the group",
    meanIndex: "Mean",
    highest: "Highest",
    lowest: "Lowest",
    gap: "Gap",
    search: "Find an agency",
    searchHelp: "accents may be left out",
    shown: "Showing {n} of {all} agencies.",
    noMatch: "No agency matches. Try other words.",
    rank: "Rank",
    agency: "Agency",
    standardPoints: "Standard points",
    selfPoints: "Self-assessment",
    selfPointsHelp: "Points of the self-assessment after appraisal",
    officialsPoints: "Officials’ survey",
    officialsPointsHelp: "Points of the survey of officials and delegates",
    satisfactionPoints: "SIPAS",
    satisfactionPointsHelp: "Points of the satisfaction index (SIPAS)",
    totalPoints: "Points",
    totalPointsHelp: "Self-assessment + survey",
    index: "Index",
    indexHelp: "Points / standard points × 100 %",
    class: "Class",
    unclassified: "Not classified",
    classLowered: "The index gives {from}; lowered by one class, because only {reached} of {all} subordinate agencies are in that class or a better one",
    classIncomplete: "The index gives {from}; {without} of {all} subordinate agencies have no class",
    classNobody: "The index gives {from}; no subordinate agency is in the cycle",
    domain: "Domain",
    points: "Points",
    domainIndex: "Domain index",
    domainsOnly: "For this group the source prints only the points by domain: no standard points, no points of the self-assessment or the surveys, no sum.",
    details: "Points of {agency} by domain",
    expandAll: "Open all domains",
    collapseAll: "Close all domains",
    legend: "Notes",
    legendPrinted: "printed in the source",
    legendComputed: "computed by the platform from figures printed in the source",
    legendNotPrinted: "not printed in the source",
    download: "Download the figures (JSON)",
    print: "Print this page",
    footer: "Published results never change; a correction is a new version with its own number.",
    api: "Programming interface (OpenAPI)",
  },
};

// English names of groups and domains with a fixed id. The Vietnamese page shows the
// published names.
const english = {
  departments: "Departments",
  districts: "Districts",
  "public-service-units": "Public service units",
  "central-agencies": "Central agencies in the province",
  communes: "Communes",
  steering: "Steering of the reform",
  institutions: "Institutions",
  procedures: "Administrative procedures",
  organisation: "Organisation",
  "civil-service": "Civil service",
  "public-finance": "Public finance",
  "digital-government": "Digital government",
  impact: "Impact of the reform",
};

const remembered = "parindex-language";

function stored() {
  try {
    return localStorage.getItem(remembered);
  } catch (e) {
    return null; // storage may be forbidden
  }
}

function chosen() {
  const asked = new URLSearchParams(location.search).get("lang") || stored();
  return asked === "en" ? "en" : "vi";
}

let language = chosen();

export function currentLanguage() {
  return language;
}

// choose sets the language of this page and its address, and stores it for the next
// visit.
export function choose(l) {
  language = l;
  try {
    localStorage.setItem(remembered, l);
  } catch (e) {
    // the choice is then kept only until the page is closed
  }
  history.replaceState(null, "", (l === "en" ? "?lang=en" : location.pathname) + location.hash);
}

// t returns the text for a key; values replace its {name} placeholders.
export function t(key, values) {
  return words[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// help returns the sentence that explains a column, or "".
export function help(key) {
  return words[language][key + "Help"] || "";
}

// named returns the name of the group or domain with an id: in Vietnamese the
// published name, in English its translation if there is one.
export function named(id, published) {
  return (language === "en" && english[id]) || published || id;
}

// decimal writes a decimal string as people of this language do. It never goes
// through a binary number.
export function decimal(value) {
  return language === "vi" ? value.replace(".", ",") : value;
}

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

// dated writes YYYY-MM-DD, or as much of it as is known, after its preposition.
export function dated(value) {
  const parts = value.split("-");
  return words[language].dated[parts.length - 1] + " " + date(parts);
}

function date(parts) {
  if (language === "vi") {
    return parts.reverse().join("/");
  }
  const month = parts[1] && months[Number(parts[1]) - 1];
  return [parts[2] && String(Number(parts[2])), month, parts[0]].filter(Boolean).join(" ");
}

// fold removes case and accents, so that "soc trang" finds "Sóc Trăng".
export function fold(s) {
  return s.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
}
