package page_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
)

func TestTokenBringsItsKeyBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		filter := rapid.String().Draw(t, "filter")
		key := rapid.SliceOfN(rapid.String(), 1, 5).Draw(t, "key")
		got, err := page.Decode(page.Encode(filter, key...), filter, len(key))
		if err != nil || !slices.Equal(got, key) {
			t.Fatalf("%q came back as %q, %v", key, got, err)
		}
	})
}

func TestEmptyTokenIsTheFirstPage(t *testing.T) {
	if key, err := page.Decode("", "agencies of x", 2); key != nil || err != nil {
		t.Errorf("%q, %v", key, err)
	}
}

func TestTokenOfAnotherListIsRefused(t *testing.T) {
	const filter = "agencies of x"
	token := page.Encode(filter, "districts", "y")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	remade := func(change func([]byte) []byte) string {
		return base64.RawURLEncoding.EncodeToString(change(slices.Clone(raw)))
	}
	for name, tt := range map[string]struct {
		token, filter string
		n             int
	}{
		"other filter":         {token, "agencies of z", 2},
		"fewer values":         {token, filter, 1},
		"more values":          {token, filter, 3},
		"no token":             {"agencies", filter, 2},
		"not base64":           {"%%%", filter, 2},
		"padded":               {token + "=", filter, 2},
		"with a line break":    {token[:4] + "\n" + token[4:], filter, 2},
		"cut off":              {token[:len(token)-2], filter, 2},
		"only the start":       {token[:8], filter, 2},
		"other version":        {remade(func(b []byte) []byte { b[0]++; return b }), filter, 2},
		"something after":      {remade(func(b []byte) []byte { return append(b, 0) }), filter, 2},
		"length beyond end":    {remade(func(b []byte) []byte { b[17] = 0x7f; return b }), filter, 2},
		"length of 2^63 bytes": {remade(func(b []byte) []byte { return append(b[:17], 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1) }), filter, 1},
		"too long":             {page.Encode(filter, string(make([]byte, 5000))), filter, 1},
	} {
		key, err := page.Decode(tt.token, tt.filter, tt.n)
		if !errors.Is(err, fault.PageTokenInvalid) || fault.From(err).Field != "page_token" || key != nil {
			t.Errorf("%s: %q, %v", name, key, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("", "", uint8(1))
	f.Add(page.Encode("agencies", "a", ""), "agencies", uint8(2))
	f.Add("AQ", "agencies", uint8(1))
	f.Fuzz(func(t *testing.T, token, filter string, n uint8) {
		key, err := page.Decode(token, filter, int(n%8))
		switch {
		case err != nil:
			if !errors.Is(err, fault.PageTokenInvalid) || key != nil {
				t.Errorf("Decode(%q) = %q, %v", token, key, err)
			}
		case token != "" && page.Encode(filter, key...) != token:
			t.Errorf("Decode(%q) = %q, which has another token", token, key)
		}
	})
}

func TestSize(t *testing.T) {
	for _, tt := range []struct{ asked, want int32 }{{0, 50}, {-1, 50}, {1, 1}, {200, 200}, {201, 200}} {
		if got := page.Size(tt.asked, 50, 200); got != tt.want {
			t.Errorf("Size(%d) = %d, want %d", tt.asked, got, tt.want)
		}
	}
	if got := page.Size(0, 50, 20); got != 20 {
		t.Errorf("a usual size above the most gives %d, want the most", got)
	}
}
