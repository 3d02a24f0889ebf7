package fault

// The reasons that more than one service returns.
var (
	// BadRequest is returned for a request that breaks validation rules. The violations
	// list them.
	BadRequest = Reason{
		Kind: Invalid, Code: "BAD_REQUEST",
		Vi: "Yêu cầu chưa hợp lệ. Hãy sửa các trường được nêu rồi gửi lại.",
		En: "The request is not valid. Correct the fields named and send it again.",
	}
	// StaleEtag is returned for a write based on an older version than the stored one.
	StaleEtag = Reason{
		Kind: Conflict, Code: "STALE_ETAG",
		Vi: "Dữ liệu đã được người khác sửa. Hãy tải lại rồi sửa lại.",
		En: "Somebody changed this after you read it. Read it again and repeat your change.",
	}
	// RequestIDReused is returned for a request id that was used with other content.
	RequestIDReused = Reason{
		Kind: Exists, Code: "REQUEST_ID_REUSED",
		Vi: "Mã yêu cầu này đã dùng cho một yêu cầu khác. Hãy dùng mã mới.",
		En: "This request id was used for another request. Use a new one.",
	}
	// ContentTooLarge is returned for content that is too large. The arguments are its
	// size and the limit, in bytes.
	ContentTooLarge = Reason{
		Kind: Invalid, Code: "CONTENT_TOO_LARGE",
		Vi: "Nội dung có %d byte, vượt quá mức tối đa %d byte. Hãy rút gọn các đoạn dài nhất.",
		En: "The content has %d bytes; at most %d are allowed. Shorten its longest texts.",
	}
	// IDTwice is returned if two entries of a list have the same id. The argument is the
	// id.
	IDTwice = Reason{
		Kind: Invalid, Code: "ID_TWICE",
		Vi: "Mã “%s” đã dùng cho một mục khác trong danh sách này. Hãy đặt mã khác.",
		En: "Another entry of this list has the id %q already. Choose another id.",
	}
	// PublicationUnknown is returned if a cycle has no publication, or not this one.
	PublicationUnknown = Reason{
		Kind: NotFound, Code: "PUBLICATION_UNKNOWN",
		Vi: "Kỳ này chưa công bố kết quả, hoặc không có lần công bố này. Hãy xem danh sách các lần công bố của kỳ.",
		En: "The cycle has no publication yet, or not this one. See the list of its publications.",
	}
	// LeaderboardUnknown is returned if a publication has no leaderboard of a group.
	LeaderboardUnknown = Reason{
		Kind: NotFound, Code: "LEADERBOARD_UNKNOWN",
		Vi: "Lần công bố này không có bảng xếp hạng của khối đó. Hãy kiểm tra lại mã khối.",
		En: "The publication has no leaderboard of this group. Check the id of the group.",
	}
	// PageTokenInvalid is returned for a page token of another list or filter.
	PageTokenInvalid = Reason{
		Kind: Invalid, Code: "PAGE_TOKEN_INVALID",
		Vi: "Mã trang không dùng được cho danh sách này. Hãy mở lại từ trang đầu.",
		En: "The page token does not belong to this list. Start again from the first page.",
	}
	// StorageAway is returned while the database does not answer.
	StorageAway = Reason{
		Kind: Unavailable, Code: "STORAGE_AWAY",
		Vi: "Cơ sở dữ liệu tạm thời không phản hồi. Hãy thử lại sau ít giây; dữ liệu đã lưu không bị mất.",
		En: "The database does not answer at the moment. Try again in a few seconds; stored data is not lost.",
	}
	// ServiceAway is returned while another service does not answer.
	ServiceAway = Reason{
		Kind: Unavailable, Code: "SERVICE_AWAY",
		Vi: "Một dịch vụ cần thiết tạm thời không phản hồi. Hãy thử lại sau ít giây.",
		En: "A service that this request needs does not answer at the moment. Try again in a few seconds.",
	}
	// TooManyCalls is returned if a network address sends more requests than allowed.
	TooManyCalls = Reason{
		Kind: Exhausted, Code: "TOO_MANY_CALLS",
		Vi: "Có quá nhiều yêu cầu từ địa chỉ mạng của bạn. Hãy chờ ít giây rồi thử lại.",
		En: "Your network address has sent too many requests. Wait a few seconds and try again.",
	}
	// TokenMissing is returned for a request without the token that it needs.
	TokenMissing = Reason{
		Kind: Unauthenticated, Code: "TOKEN_MISSING",
		Vi: "Bạn cần đăng nhập để làm việc này. Hãy đăng nhập rồi thử lại.",
		En: "You need to log in to do this. Log in and try again.",
	}
	// TokenInvalid is returned for a token that is forged, malformed or of another
	// system.
	TokenInvalid = Reason{
		Kind: Unauthenticated, Code: "TOKEN_INVALID",
		Vi: "Phiên đăng nhập không hợp lệ. Hãy đăng nhập lại.",
		En: "The token is not valid. Log in again.",
	}
	// TokenExpired is returned for a genuine token that has expired.
	TokenExpired = Reason{
		Kind: Unauthenticated, Code: "TOKEN_EXPIRED",
		Vi: "Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại.",
		En: "The token has expired. Refresh it or log in again.",
	}
	// NotAllowed is returned to a caller without a role that permits the request in its
	// scope. It is the same whether or not the resource exists.
	NotAllowed = Reason{
		Kind: Denied, Code: "NOT_ALLOWED",
		Vi: "Tài khoản của bạn không có quyền làm việc này. Hãy nhờ quản trị viên giao vai trò cần thiết.",
		En: "Your account does not have permission to do this. Ask an administrator for the necessary role.",
	}
)
