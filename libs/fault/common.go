package fault

// The reasons that more than one service returns.
var (
	// BadRequest is returned for a request that breaks validation rules. The violations
	// list them.
	BadRequest = Invalid.Reason("BAD_REQUEST",
		"Yêu cầu chưa hợp lệ. Hãy sửa các trường được nêu rồi gửi lại.",
		"The request is not valid. Correct the fields named and send it again.")
	// StaleEtag is returned for a write based on an older version than the stored one.
	StaleEtag = Conflict.Reason("STALE_ETAG",
		"Dữ liệu đã được người khác sửa. Hãy tải lại rồi sửa lại.",
		"Somebody changed this after you read it. Read it again and repeat your change.")
	// RequestIDReused is returned for a request id that was used with other content.
	RequestIDReused = Exists.Reason("REQUEST_ID_REUSED",
		"Mã yêu cầu này đã dùng cho một yêu cầu khác. Hãy dùng mã mới.",
		"This request id was used for another request. Use a new one.")
	// ContentTooLarge is returned for content that is too large. The arguments are its
	// size and the limit, in bytes.
	ContentTooLarge = Invalid.Reason("CONTENT_TOO_LARGE",
		"Nội dung có %d byte, vượt quá mức tối đa %d byte. Hãy rút gọn các đoạn dài nhất.",
		"The content has %d bytes; at most %d are allowed. Shorten its longest texts.")
	// IDTwice is returned if two entries of a list have the same id. The argument is the
	// id.
	IDTwice = Invalid.Reason("ID_TWICE",
		"Mã “%s” đã dùng cho một mục khác trong danh sách này. Hãy đặt mã khác.",
		"Another entry of this list has the id %q already. Choose another id.")
	// PublicationUnknown is returned if a cycle has no publication, or not this one.
	PublicationUnknown = NotFound.Reason("PUBLICATION_UNKNOWN",
		"Kỳ này chưa công bố kết quả, hoặc không có lần công bố này. Hãy xem danh sách các lần công bố của kỳ.",
		"The cycle has no publication yet, or not this one. See the list of its publications.")
	// LeaderboardUnknown is returned if a publication has no leaderboard of a group.
	LeaderboardUnknown = NotFound.Reason("LEADERBOARD_UNKNOWN",
		"Lần công bố này không có bảng xếp hạng của khối đó. Hãy kiểm tra lại mã khối.",
		"The publication has no leaderboard of this group. Check the id of the group.")
	// PageTokenInvalid is returned for a page token of another list or filter.
	PageTokenInvalid = Invalid.Reason("PAGE_TOKEN_INVALID",
		"Mã trang không dùng được cho danh sách này. Hãy mở lại từ trang đầu.",
		"The page token does not belong to this list. Start again from the first page.")
	// StorageAway is returned while the database does not answer.
	StorageAway = Unavailable.Reason("STORAGE_AWAY",
		"Cơ sở dữ liệu tạm thời không phản hồi. Hãy thử lại sau ít giây; dữ liệu đã lưu không bị mất.",
		"The database does not answer at the moment. Try again in a few seconds; stored data is not lost.")
	// ServiceAway is returned while another service does not answer.
	ServiceAway = Unavailable.Reason("SERVICE_AWAY",
		"Một dịch vụ cần thiết tạm thời không phản hồi. Hãy thử lại sau ít giây.",
		"A service that this request needs does not answer at the moment. Try again in a few seconds.")
	// TooManyCalls is returned if a network address sends more requests than allowed.
	TooManyCalls = Exhausted.Reason("TOO_MANY_CALLS",
		"Có quá nhiều yêu cầu từ địa chỉ mạng của bạn. Hãy chờ ít giây rồi thử lại.",
		"Your network address has sent too many requests. Wait a few seconds and try again.")
	// MoreViolations is the last violation of a fault that has more than an answer lists.
	// The argument is how many are left out.
	MoreViolations = Invalid.Reason("MORE_VIOLATIONS",
		"Còn %d điểm nữa không hiện ở đây. Hãy sửa các điểm trên rồi gửi lại để xem tiếp.",
		"%d more are not listed here. Correct those above and send the request again to see the rest.")
	// TokenMissing is returned for a request without the token that it needs.
	TokenMissing = Unauthenticated.Reason("TOKEN_MISSING",
		"Bạn cần đăng nhập để làm việc này. Hãy đăng nhập rồi thử lại.",
		"You need to log in to do this. Log in and try again.")
	// TokenInvalid is returned for a token that is forged, malformed or of another
	// system.
	TokenInvalid = Unauthenticated.Reason("TOKEN_INVALID",
		"Phiên đăng nhập không hợp lệ. Hãy đăng nhập lại.",
		"The token is not valid. Log in again.")
	// TokenExpired is returned for a genuine token that has expired.
	TokenExpired = Unauthenticated.Reason("TOKEN_EXPIRED",
		"Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại.",
		"The token has expired. Refresh it or log in again.")
	// SecondPersonNeeded is returned for a step that confirms another one, to the person
	// who took that other step.
	SecondPersonNeeded = Denied.Reason("SECOND_PERSON_NEEDED",
		"Bước trước của việc này do chính bạn thực hiện; bước này phải do người thứ hai xác nhận. Hãy đề nghị một người khác có thẩm quyền làm.",
		"You took the step before this one, and a second person has to confirm it. Ask somebody else who may do this.")
	// NotAllowed is returned to a caller without a role that permits the request in its
	// scope. It is the same whether or not the resource exists.
	NotAllowed = Denied.Reason("NOT_ALLOWED",
		"Tài khoản của bạn không có quyền làm việc này. Hãy nhờ quản trị viên giao vai trò cần thiết.",
		"Your account does not have permission to do this. Ask an administrator for the necessary role.")
)
