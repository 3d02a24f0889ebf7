package text_test

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
)

func ExampleRule_Clean() {
	name, err := text.Rule{Kind: text.Name}.Clean(" Ủy ban nhân dân\r\nhuyện\u00a0Thạnh  Trị")
	fmt.Println(name, err)
	// Output: Ủy ban nhân dân huyện Thạnh Trị <nil>
}

func ExampleRule_Clean_missing() {
	number := text.Rule{Kind: text.Line, Most: 100, Needed: true}
	_, err := number.Clean(" \u200b")
	fmt.Println(fault.From(err).Code)
	// Output: TEXT_MISSING
}

func ExampleKey() {
	fmt.Println(text.Key("Ủy ban nhân dân") == text.Key("UỶ BAN  NHÂN DÂN"))
	fmt.Println(text.Key("Thanh Trì") == text.Key("Thạnh Trị"))
	// Output:
	// true
	// false
}

func ExampleDecodeLegacy() {
	fmt.Println(text.DecodeLegacy("Së Néi vô"))
	fmt.Println(text.DecodeLegacy("Keá hoaïch"))
	// Output:
	// Sở Nội vụ TCVN3 (.VnTime)
	// Kế hoạch VNI
}

func ExampleSlug() {
	_, err := text.Slug("Sở Nội vụ")
	fmt.Println(err)
	// Output: SLUG_MALFORMED: "Sở Nội vụ" is not an id. Enter 1 to 64 small letters without accents, digits and inner hyphens, such as so-noi-vu.
}

func ExamplePlain() {
	fmt.Println(text.Plain("Đỗ  Văn An"), "/", text.Plain("do van an"), "/", text.Plain("Ủy ban nhân dân Thuỷ Nguyên"))
	// Output: do van an / do van an / uy ban nhan dan thuy nguyen
}
