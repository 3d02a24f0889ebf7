package fault

// Reasons that more than one service gives.
var (
	// BadRequest sums up the violations of a request's rules.
	BadRequest = Reason{
		Kind: Invalid, Code: "BAD_REQUEST",
		Vi: "Yêu cầu chưa hợp lệ. Hãy sửa các trường được nêu rồi gửi lại.",
		En: "The request is not valid. Correct the fields named and send it again.",
	}
	// StaleEtag is a write based on an older version than the stored one.
	StaleEtag = Reason{
		Kind: Conflict, Code: "STALE_ETAG",
		Vi: "Dữ liệu đã được người khác sửa. Hãy tải lại rồi sửa tiếp.",
		En: "Somebody has changed this since you read it. Read it again and repeat your change.",
	}
	// RequestIDReused is a request id sent again with other content.
	RequestIDReused = Reason{
		Kind: Exists, Code: "REQUEST_ID_REUSED",
		Vi: "Mã yêu cầu này đã dùng cho một nội dung khác. Hãy dùng mã mới.",
		En: "This request id was used for other content. Use a new one.",
	}
	// ContentTooLarge is content of more bytes than are stored; its arguments are
	// its size and the limit.
	ContentTooLarge = Reason{
		Kind: Invalid, Code: "CONTENT_TOO_LARGE",
		Vi: "Nội dung dài %d byte, tối đa %d byte. Hãy rút gọn các đoạn dài nhất.",
		En: "The content has %d bytes, at most %d are taken. Shorten its longest texts.",
	}
	// IDTwice is an id that two entries of one list have.
	IDTwice = Reason{
		Kind: Invalid, Code: "ID_TWICE",
		Vi: "Mã “%s” đã dùng cho một mục khác trong danh sách này. Hãy đặt mã khác.",
		En: "The id %q belongs already to another entry of this list. Choose another one.",
	}
	// PublicationUnknown is a publication that is not there, or a cycle without one.
	PublicationUnknown = Reason{
		Kind: NotFound, Code: "PUBLICATION_UNKNOWN",
		Vi: "Kỳ này chưa công bố kết quả, hoặc không có lần công bố này. Hãy xem danh sách các lần công bố của kỳ.",
		En: "Nothing is published for this cycle, or there is no such publication of it. See the list of its publications.",
	}
	// LeaderboardUnknown is a group without a leaderboard in a publication.
	LeaderboardUnknown = Reason{
		Kind: NotFound, Code: "LEADERBOARD_UNKNOWN",
		Vi: "Lần công bố này không có bảng xếp hạng của khối đó. Hãy kiểm tra lại mã khối.",
		En: "The publication has no leaderboard of this group. Check the group's id.",
	}
	// PageTokenInvalid is a page token that belongs to another list or filter.
	PageTokenInvalid = Reason{
		Kind: Invalid, Code: "PAGE_TOKEN_INVALID",
		Vi: "Mã trang không dùng được cho danh sách này. Hãy mở lại từ trang đầu.",
		En: "The page token does not belong to this list. Start again from the first page.",
	}
	// StorageAway is a database that does not answer.
	StorageAway = Reason{
		Kind: Unavailable, Code: "STORAGE_AWAY",
		Vi: "Cơ sở dữ liệu tạm thời không trả lời. Hãy thử lại sau ít giây; chưa có gì bị mất.",
		En: "The database does not answer at the moment. Try again in a few seconds; nothing was lost.",
	}
	// ServiceAway is another service that does not answer.
	ServiceAway = Reason{
		Kind: Unavailable, Code: "SERVICE_AWAY",
		Vi: "Một dịch vụ cần thiết tạm thời không trả lời. Hãy thử lại sau ít giây.",
		En: "A service this needs does not answer at the moment. Try again in a few seconds.",
	}
	// TooManyCalls is a caller who asks more often than one address may.
	TooManyCalls = Reason{
		Kind: Exhausted, Code: "TOO_MANY_CALLS",
		Vi: "Có quá nhiều yêu cầu từ địa chỉ mạng của bạn. Hãy chờ ít giây rồi thử lại.",
		En: "Too many requests come from your network address. Wait a few seconds and try again.",
	}
	// TokenMissing is a request without a token where one is needed.
	TokenMissing = Reason{
		Kind: Unauthenticated, Code: "TOKEN_MISSING",
		Vi: "Bạn cần đăng nhập để làm việc này. Hãy đăng nhập rồi thử lại.",
		En: "You need to log in to do this. Log in and try again.",
	}
	// TokenInvalid is a token that is forged, malformed or not for this system.
	TokenInvalid = Reason{
		Kind: Unauthenticated, Code: "TOKEN_INVALID",
		Vi: "Phiên đăng nhập không hợp lệ. Hãy đăng nhập lại.",
		En: "The token is not valid. Log in again.",
	}
	// TokenExpired is a genuine token whose time is over.
	TokenExpired = Reason{
		Kind: Unauthenticated, Code: "TOKEN_EXPIRED",
		Vi: "Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại.",
		En: "The token has expired. Refresh it or log in again.",
	}
	// NotAllowed is a known caller without the role, in this scope, that the
	// request needs. It is the same whether or not the thing exists.
	NotAllowed = Reason{
		Kind: Denied, Code: "NOT_ALLOWED",
		Vi: "Tài khoản của bạn không có quyền làm việc này. Hãy nhờ quản trị viên giao vai trò cần thiết.",
		En: "Your account may not do this. Ask an administrator for the role that it needs.",
	}
)
