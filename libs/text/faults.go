package text

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
)

// The reasons for which a text is refused.
var (
	// Missing is returned for a needed text that is empty or has only white space and
	// invisible characters. The argument is the form that is wanted.
	Missing = fault.Invalid.Reason("TEXT_MISSING",
		"Không được để trống nội dung này. Hãy nhập %s.",
		"This text must not be empty. Enter %s.")
	// TooLong is returned for a text with more characters than its field accepts. The
	// argument is the largest number.
	TooLong = fault.Invalid.Reason("TEXT_TOO_LONG",
		"Nội dung dài hơn %[1]d ký tự. Hãy rút gọn còn tối đa %[1]d ký tự.",
		"The text is longer than %[1]d characters. Shorten it to at most %[1]d characters.")
	// Unprintable is returned for a text with a refused character. The arguments are
	// the character, its position counted from 1, and the form that is wanted.
	Unprintable = fault.Invalid.Reason("TEXT_UNPRINTABLE",
		"Nội dung có ký tự không in được (%s, ký tự thứ %d). Hãy xóa ký tự này hoặc nhập lại %s.",
		"The text has a character that cannot be printed (%s, character %d). Remove it, or enter again %s.")
	// NotOneLine is returned for a Line with a line break. The argument is the form
	// that is wanted.
	NotOneLine = fault.Invalid.Reason("TEXT_NOT_ONE_LINE",
		"Nội dung này chỉ được viết trên một dòng. Hãy bỏ dấu xuống dòng và nhập %s.",
		"This text must be on one line. Remove the line breaks and enter %s.")
	// Legacy is returned for a text typed for the fonts of a legacy encoding. The
	// arguments are the encoding and the Unicode text that is probably meant.
	Legacy = fault.Invalid.Reason("TEXT_LEGACY_ENCODING",
		"Nội dung được nhập theo bảng mã cũ %s nên hiển thị sai. Nội dung đúng có thể là “%s”. Hãy chuyển sang Unicode rồi nhập lại.",
		"The text is in the legacy encoding %s and does not read as Vietnamese. Probably %q is meant. Convert it to Unicode and enter it again.")
	// NotSlug is returned for an id that has not the form of a slug. The argument is the
	// id.
	NotSlug = fault.Invalid.Reason("SLUG_MALFORMED",
		"Mã “%s” không hợp lệ. Hãy nhập 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa, ví dụ so-noi-vu.",
		"%q is not an id. Enter 1 to 64 small letters without accents, digits and inner hyphens, such as so-noi-vu.")
)

// wanted describes the form that a text must have, with an example.
type wanted struct{ vi, en string }

func (w wanted) String() string { return w.en }

// Vietnamese returns the form in Vietnamese.
func (w wanted) Vietnamese() string { return w.vi }

func (k Kind) wanted() wanted {
	switch k {
	case Name:
		return wanted{"một tên, ví dụ “Sở Nội vụ”", "a name, such as “Sở Nội vụ”"}
	case Line:
		return wanted{"nội dung trên một dòng, ví dụ “Quyết định số 12/QĐ-UBND”", "a text of one line, such as “Quyết định số 12/QĐ-UBND”"}
	default:
		return wanted{"một hoặc nhiều dòng chữ, ví dụ “Đã ban hành kế hoạch.”", "one or more lines of text, such as “Đã ban hành kế hoạch.”"}
	}
}

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

// maxShown is the largest number of characters of a text that a message repeats.
const maxShown = 200

func clip(text string) string {
	runes := []rune(text)
	if len(runes) <= maxShown {
		return text
	}
	return string(runes[:maxShown]) + "…"
}
