package text

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
)

// The reasons for which a text is refused.
var (
	// Missing is a text that is needed and is empty, or of white space and
	// invisible characters only. Its argument is the form that is wanted.
	Missing = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_MISSING",
		Vi: "Nội dung này không được để trống. Hãy nhập %s.",
		En: "This text is needed and is blank. Enter %s.",
	}
	// TooLong is a text of more characters than its field takes. Its argument is
	// how many those are.
	TooLong = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_TOO_LONG",
		Vi: "Nội dung dài hơn %d ký tự. Hãy rút gọn.",
		En: "The text is longer than %d characters. Shorten it.",
	}
	// Unprintable is a text with a character that is refused. Its arguments are
	// the character, its place counted from 1, and the form that is wanted.
	Unprintable = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_UNPRINTABLE",
		Vi: "Nội dung có ký tự không in được (%s, ký tự thứ %d). Hãy xóa ký tự này hoặc gõ lại %s.",
		En: "The text has a character that cannot be printed (%s, character %d). Remove it or type again %s.",
	}
	// NotOneLine is a Line with a line break. Its argument is the form that is
	// wanted.
	NotOneLine = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_NOT_ONE_LINE",
		Vi: "Nội dung này chỉ được có một dòng. Hãy bỏ chỗ xuống dòng và nhập %s.",
		En: "This text must be on one line. Remove the line breaks and enter %s.",
	}
	// Legacy is a text typed for the fonts of a legacy encoding. Its arguments are
	// the encoding and the Unicode text that is meant.
	Legacy = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_LEGACY_ENCODING",
		Vi: "Nội dung gõ theo bảng mã cũ %s nên hiển thị sai. Nội dung đúng có lẽ là “%s”. Hãy chuyển sang Unicode rồi nhập lại.",
		En: "The text is in the legacy encoding %s and does not read as Vietnamese. Probably %q is meant. Convert it to Unicode and enter it again.",
	}
	// NotSlug is an id of another form. Its argument is what was given.
	NotSlug = fault.Reason{
		Kind: fault.Invalid, Code: "SLUG_MALFORMED",
		Vi: "Mã “%s” không hợp lệ. Hãy nhập 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa, ví dụ so-noi-vu.",
		En: "%q is not an id. Enter 1 to 64 small letters without accents, digits and inner hyphens, such as so-noi-vu.",
	}
)

// wanted is the form that a text is wanted in, with an example.
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

// maxShown is how many characters of a text a message repeats.
const maxShown = 200

func clip(text string) string {
	runes := []rune(text)
	if len(runes) <= maxShown {
		return text
	}
	return string(runes[:maxShown]) + "…"
}
