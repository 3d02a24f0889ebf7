package text_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
)

var kinds = []text.Kind{text.Name, text.Line, text.Paragraph}

func TestClean(t *testing.T) {
	const decomposed = "UBND huye\u0323\u0302n Tha\u0323nh Tri\u0323"
	tests := []struct {
		name  string
		kind  text.Kind
		given string
		want  string
	}{
		{"ASCII", text.Name, "So Noi vu", "So Noi vu"},
		{"empty", text.Line, "", ""},
		{"decomposed", text.Name, decomposed, "UBND huyện Thạnh Trị"},
		{"marks in either order", text.Line, "huye\u0302\u0323n", "huyện"},
		{"tone marks of old keyboards", text.Line, "Ho\u0340a", "Hòa"},
		{"name on two lines", text.Name, " Sở Lao động\r\n- Thương binh\tvà  Xã hội ", "Sở Lao động - Thương binh và Xã hội"},
		{"spaces of a line", text.Line, "\u00a0Số\u2003 12/QĐ-UBND\t ngày\u202f8\n", "Số 12/QĐ-UBND ngày 8"},
		{"invisible", text.Line, "\ufeffSở\u200b Nội\u00ad\u2060 vụ\ufe0f\u200e\u034f", "Sở Nội vụ"},
		{"between a letter and its mark", text.Line, "a\u200d\u0301", "á"},
		{"lines", text.Paragraph, "\n a \u00a0\r\nb\rc\vd\u2028e\t\n\n  f\n", "a\nb\nc\nd\ne\n\n  f"},
		{"tabs and inner spaces", text.Paragraph, "a\tb  c", "a\tb  c"},
		{"bullets of Word", text.Paragraph, "\uf0b7 một\n\uf0d8 hai", "• một\n➢ hai"},
		{"only invisible characters", text.Paragraph, " \t\n\u200b\u00ad\u3164", ""},
		{"dashes are kept", text.Line, "2021–2025 — “a” - ‑", "2021–2025 — “a” - ‑"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := text.Rule{Kind: tt.kind}.Clean(tt.given)
			if got != tt.want || err != nil {
				t.Errorf("Clean(%+q) = %+q, %v; want %+q", tt.given, got, err, tt.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for name, given := range map[string]string{
		"zero byte": "a\x00", "bell": "\x07a", "C1 control": "a\u0090", "override": "a\u202eb", "isolate": "\u2066a\u2069",
		"private use": "a\ue000", "replacement": "a\ufffd", "no UTF-8": "a\xff", "noncharacter": "a\uffff",
	} {
		for _, kind := range kinds {
			if got, err := (text.Rule{Kind: kind}).Clean(given); got != "" || !errors.Is(err, text.Unprintable) {
				t.Errorf("%s: Clean(%+q) = %q, %v", name, given, got, err)
			}
		}
	}
	if _, err := (text.Rule{Kind: text.Line}).Clean("a\nb"); !errors.Is(err, text.NotOneLine) {
		t.Errorf("a line with a line break: %v", err)
	}
	_, err := text.Rule{Kind: text.Line}.Clean("ab\u0007")
	if f := fault.From(err); !strings.Contains(f.En, "U+0007, character 3") || !strings.Contains(f.Vi, "ký tự thứ 3") || !strings.Contains(f.Vi, "ví dụ") {
		t.Errorf("%s / %s", f.En, f.Vi)
	}
}

func TestRule(t *testing.T) {
	rule := text.Rule{Kind: text.Name, Most: 3, Needed: true}
	for given, want := range map[string]error{"Sở": nil, "ư\u0323ợợ": nil, " \u200b": text.Missing, "": text.Missing, "ợợợợ": text.TooLong, "a\x00": text.Unprintable} {
		if _, err := rule.Clean(given); !errors.Is(err, want) {
			t.Errorf("Clean(%+q): %v, want %v", given, err, want)
		}
		if _, err := rule.Tidy(given); !errors.Is(err, want) {
			t.Errorf("Tidy(%+q): %v, want %v", given, err, want)
		}
	}
	if got, err := (text.Rule{Kind: text.Line}).Clean(""); got != "" || err != nil {
		t.Errorf("an empty text that is not needed: %q, %v", got, err)
	}
}

func TestSlug(t *testing.T) {
	for _, id := range []string{"a", "soc-trang", "2023", "a--b", strings.Repeat("a", 64)} {
		if got, err := text.Slug(id); got != id || err != nil {
			t.Errorf("Slug(%q) = %q, %v", id, got, err)
		}
	}
	for _, id := range []string{"", "-a", "a-", "A", "a_b", "đ", "a b", "a\n", "-", strings.Repeat("a", 65)} {
		if _, err := text.Slug(id); !errors.Is(err, text.NotSlug) {
			t.Errorf("Slug(%q): %v", id, err)
		}
	}
}

// Each line has spellings of one name, as people type them.
func TestKeyJoins(t *testing.T) {
	for _, line := range []string{
		"hòa|hoà|HÒA|HOÀ|ho\u0300a|hoa\u0300", "thủy|thuỷ|THỦY|THUỶ", "ủy|uỷ|Uỷ|ỦY", "khỏe|khoẻ", "thuở|thủơ", "khuỷu|khủyu", "huệ|hụê",
		"quý|qúy", "quỳ|qùy", "già|gìa", "giá|gía", "hoàn|hòan", "toán|tóan", "khuyến|khuýên", "của|cuả", "tiếng|tíêng", "người|ngừơi", "lúa|luá", "quả|qủa", "xoắn|xóăn",
		"Ủy ban nhân dân|Uỷ  ban\u00a0nhân dân|ỦY BAN NHÂN DÂN| uỷ ban nhân dân\u200b",
		"Đắk Lắk|Ðắk Lắk|Ɖắk Lắk|đắk lắk|ðắk lắk",
		"Sở Lao động - Thương binh và Xã hội|Sở Lao động – Thương binh và Xã hội|Sở Lao động-Thương binh và Xã hội|Sở Lao động — Thương binh và Xã hội|Sở Lao động ‑ Thương binh và xã hội",
		"Sở Văn hóa, Thể thao và Du lịch|Sở Văn hoá , Thể thao và Du lịch|Sở Văn hóa,Thể thao và du lịch",
		"Ea H'leo|Ea H’leo|Ea H‘leo|Ea Hʼleo",
		`Trường "Hoa Sen"|Trường “Hoa Sen”`,
	} {
		spellings := strings.Split(line, "|")
		for _, s := range spellings {
			for _, form := range []string{s, norm.NFD.String(s), strings.ToUpper(s)} {
				if text.Key(form) != text.Key(spellings[0]) {
					t.Errorf("%q has the key %q, %q has %q", form, text.Key(form), spellings[0], text.Key(spellings[0]))
				}
			}
		}
	}
}

func TestKeyTellsApart(t *testing.T) {
	for _, line := range []string{
		"Thanh Trì|Thạnh Trị|Thanh Trị|Thạnh Trì", "Thạnhtri|Thanhtrị", "hòa|hóa|hỏa|họa|hoa", "Quý|Quí", "lý|lí", "Mỹ Tú|Mĩ Tú", "Kỳ Anh|Kì Anh", "thủy|thúy|thụy",
		"Da|Đa", "an|ân|ăn", "ơ|ô|o", "u|ư", "e|ê", "Sở Nội vụ|Sở Ngoại vụ", "Huyện 1|Huyện 2", "Tân Hòa|Tân Hoa", "hoà|hoài", "mùa|muà 2", "Sở Một|SởMột",
		"Cù Lao Dung|Cú Lao Dung", "Bạc Liêu|Bắc Liêu", "Phú Quý|Phú Quỳ|Phú Quỹ",
	} {
		names := strings.Split(line, "|")
		keys := map[string]string{}
		for _, n := range names {
			if other, taken := keys[text.Key(n)]; taken {
				t.Errorf("%q and %q have one key %q", n, other, text.Key(n))
			}
			keys[text.Key(n)] = n
		}
	}
}

// anyText draws letters, marks and all characters that Clean changes or refuses.
func anyText() *rapid.Generator[string] {
	odd := []rune("aoeuiyqghtàạộởửđĐÐƉ-–—‑,'’\"“«»ß\u0130 \t\n\r\v\u00a0\u00ad\u200b\u200d\ufeff\u0300\u0301\u0323\u0302\u031b\u0309\u2028\uf0b7\u202e\u0085\x00\ufffd\u1e9e\u0345\u3164")
	return rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(odd)))
}

func TestCleanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given, kind := anyText().Draw(t, "text"), rapid.SampledFrom(kinds).Draw(t, "kind")
		rule := text.Rule{Kind: kind}
		clean, err := rule.Tidy(given)
		if err != nil {
			if fault.From(err).Kind != fault.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		if again, err := rule.Tidy(clean); again != clean || err != nil {
			t.Fatalf("%+q becomes %+q and then %+q, %v", given, clean, again, err)
		}
		if !utf8.ValidString(clean) || !norm.NFC.IsNormalString(clean) || clean != strings.Trim(clean, " \t\n") {
			t.Fatalf("%+q becomes %+q", given, clean)
		}
		for _, r := range clean {
			if unicode.IsControl(r) && (kind != text.Paragraph || r != '\n' && r != '\t') || unicode.IsSpace(r) && r > ' ' || unicode.In(r, unicode.Co, unicode.Bidi_Control) {
				t.Fatalf("%+q keeps %U", given, r)
			}
		}
		if decomposed, err := rule.Tidy(norm.NFD.String(given)); decomposed != clean || err != nil {
			t.Fatalf("%+q becomes %+q, decomposed %+q, %v", given, clean, decomposed, err)
		}
	})
}

func TestKeyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := anyText().Draw(t, "text")
		key := text.Key(given)
		if again := text.Key(key); again != key {
			t.Fatalf("%+q has the key %+q, that %+q", given, key, again)
		}
		if shown := text.Show(given); text.Key(shown) != key || text.Show(shown) != shown {
			t.Fatalf("%+q is shown as %+q, whose key is %+q, not %+q", given, shown, text.Key(shown), key)
		}
		if clean, err := (text.Rule{Kind: text.Name}).Tidy(given); err == nil && clean != text.Show(given) {
			t.Fatalf("%+q is kept as %+q and shown as %+q", given, clean, text.Show(given))
		}
		if !utf8.ValidString(key) {
			t.Fatalf("%+q has the key %+q", given, key)
		}
	})
}

func TestDecodeLegacy(t *testing.T) {
	for given, want := range map[string]string{
		"Së Néi vô": "Sở Nội vụ", "Sôû Taøi chính": "Sở Tài chính", "Keá hoaïch": "Kế hoạch", "Phßng": "Phòng",
		"UBND huyÖn Th¹nh TrÞ": "UBND huyện Thạnh Trị", "Uû ban nh©n d©n tØnh": "Uỷ ban nhân dân tỉnh", "tr\u00adêng häc": "trường học",
		"§¾k L¾k": "Đắk Lắk", "ñy ban nhaân daân": "đy ban nhân dân", "Coâng an tænh": "Công an tỉnh", "ÑOÀNG NAI": "ĐỒNG NAI",
		"Së Lao ®éng - Th\u00ad¬ng binh vµ X· héi": "Sở Lao động - Thương binh và Xã hội", "HuyÖn ñy": "Huyện ủy",
		"UÛY BAN NHAÂN DAÂN": "ỦY BAN NHÂN DÂN", "Soá lieäu ñöôïc coâng boá treân website": "Số liệu được công bố trên website",
		"Đã ban hành.\nB¸o c¸o sè 5": "Đã ban hành.\nBáo cáo số 5",
	} {
		meant, encoding := text.DecodeLegacy(given)
		if meant != want || encoding == "" {
			t.Errorf("%q is read as %q in %q, want %q", given, meant, encoding, want)
		}
		_, err := text.Rule{Kind: text.Paragraph}.Clean(given)
		first, _, _ := strings.Cut(want, "\n")
		if f := fault.From(err); !errors.Is(err, text.Legacy) || !strings.Contains(f.Vi, first) {
			t.Errorf("%q: %v", given, err)
		}
		tidy, err := text.Rule{Kind: text.Paragraph}.Tidy(given)
		if again, _ := text.DecodeLegacy(tidy); again != want || err != nil {
			t.Errorf("%q is kept as %+q, which is read as %q, %v", given, tidy, again, err)
		}
	}
}

// The words contain every code of both encodings.
func TestDecodeLegacyTables(t *testing.T) {
	for _, tt := range []struct{ typed, meant string }{
		{"nhµ nh¶ nh· nh¸ nh¹ b»ng b¼ng b½ng b¾ng bÆng cÇn cÈn cÉn cÊn cËn", "nhà nhả nhã nhá nhạ bằng bẳng bẵng bắng bặng cần cẩn cẫn cấn cận"},
		{"chÌ chÎ chÏ chÐ chÑ chÒ chÓ chÔ chÕ chÖ th× thØ thÜ thÝ thÞ", "chè chẻ chẽ ché chẹ chề chể chễ chế chệ thì thỉ thĩ thí thị"},
		{"chß chá châ chã chä chå chæ chç chè ché chê chë chì chí chî", "chò chỏ chõ chó chọ chồ chổ chỗ chố chộ chờ chở chỡ chớ chợ"},
		{"thï thñ thò thó thô thõ thö th÷ thø thù lú lû lü lý lþ", "thù thủ thũ thú thụ thừ thử thữ thứ thự lỳ lỷ lỹ lý lỵ"},
		{"¡n ¢n £m ¤ng ¥n ¦u §i ¨n ©n ªm «ng ¬n \u00adu ®i nhµ", "Ăn Ân Êm Ông Ơn Ưu Đi ăn ân êm ông ơn ưu đi nhà"},
		{"nhaø nhaû nhaõ nhaù nhaï baèng baúng baüng baéng baëng caàn caån caãn caán caän caên caân", "nhà nhả nhã nhá nhạ bằng bẳng bẵng bắng bặng cần cẩn cẫn cấn cận căn cân"},
		{"cheø cheû cheõ cheù cheï cheà cheå cheã cheá cheä cheâ thì thæ thó thí thò", "chè chẻ chẽ ché chẹ chề chể chễ chế chệ chê thì thỉ thĩ thí thị"},
		{"choø choû choõ choù choï choà choå choã choá choä choâ chôø chôû chôõ chôù chôï chô", "chò chỏ chõ chó chọ chồ chổ chỗ chố chộ chô chờ chở chỡ chớ chợ chơ"},
		{"thuø thuû thuõ thuù thuï thöø thöû thöõ thöù thöï lyø lyû lyõ lyù lî ñi thö", "thù thủ thũ thú thụ thừ thử thữ thứ thự lỳ lỷ lỹ lý lỵ đi thư"},
		{"NHAØ NHAÛ NHAÕ NHAÙ NHAÏ BAÈNG CAÀN CHEÁ THÆ CHOÄ CHÔÏ THÖÏ LYØ LÎ ÑI", "NHÀ NHẢ NHÃ NHÁ NHẠ BẰNG CẦN CHẾ THỈ CHỘ CHỢ THỰ LỲ LỴ ĐI"},
	} {
		if meant, _ := text.DecodeLegacy(tt.typed); meant != tt.meant {
			t.Errorf("%q is read as\n%q, want\n%q", tt.typed, meant, tt.meant)
		}
	}
}

func TestProperTextIsNotLegacy(t *testing.T) {
	for line := range strings.Lines(proper) {
		if meant, encoding := text.DecodeLegacy(line); encoding != "" {
			t.Errorf("%q is read as %q in %s", line, meant, encoding)
		}
	}
}

// The packs and documents of this repository are long texts without legacy encodings.
func TestRepositoryIsNotLegacy(t *testing.T) {
	read := 0
	for _, root := range []string{"../../services", "../../README.md", "../../CONTRIBUTING.md"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".md", ".sql"}, filepath.Ext(path)) {
				return err
			}
			content, err := os.ReadFile(path) //nolint:gosec // a file of this repository
			for line := range strings.Lines(string(content)) {
				read++
				if meant, encoding := text.DecodeLegacy(line); encoding != "" {
					t.Errorf("%s: %q is read as %q in %s", path, line, meant, encoding)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 10_000 {
		t.Errorf("only %d lines were read", read)
	}
}

const proper = `Hà Giang
Bình Định, Cà Mau, Hoà Bình, Lâm Đồng, Sơn La
Lý Sơn
nhà máy
Quý I
tái cơ cấu
Số: 12/QÐ-UBND
Tính
cán bô, công chúc
thông tin và công nghê
Krông Nô, Cư Jút, Ea Súp, Kôn Tum, Sêrêpôk
ông, bà, cô, chú; có; không
àm
độ dày 10 µm, 50 µg/m³, ±5 °C, 3 × 4, © 2023, § 5, N° 7, 1ª
«né»
Où êtes-vous né ? À l'école, près de la forêt, là-bas.
L'été dernier, le préfet a reçu les maires des communes à l'hôtel de ville.
Élève âgé de dix ans, garçon modèle, aîné d'une famille française très aisée.
Noël, naïf, maïs, août, cœur, où, déjà, ça, dû, sûr, île, gîte, thé, blé, pâté, fête
Le conseil a arrêté le règlement intérieur; il sera appliqué dès le 1er août 2023.
Montréal, Genève, Orléans, Besançon, Nîmes, Saint-Étienne, Liège, Neuchâtel
été
né
dès
café
résumé of a naïve fiancé, a cliché, a façade, an à la carte menu, a señor from El Niño
The Côte d'Ivoire delegation; São Tomé; Curaçao
Müller, Größe, für, Käse, über, schön, Straße
`

func BenchmarkClean(b *testing.B) {
	for name, given := range map[string]string{
		"ASCII":      strings.Repeat("Published on the portal. ", 80) + "x",
		"Vietnamese": strings.Repeat("Đã ban hành kế hoạch cải cách hành chính năm 2023. ", 40) + "x",
		"decomposed": norm.NFD.String(strings.Repeat("Đã ban hành kế hoạch cải cách hành chính năm 2023. ", 40)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(given)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (text.Rule{Kind: text.Paragraph}).Clean(given); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkKey(b *testing.B) {
	for b.Loop() {
		text.Key("Sở Lao động - Thương binh và Xã hội")
	}
}
