package page_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
)

func TestTokenRoundTrip(t *testing.T) {
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
		if got := page.Size(tt.asked); got != tt.want {
			t.Errorf("Size(%d) = %d, want %d", tt.asked, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	key := func(s string) []string { return []string{"agency", s} }
	for _, tt := range []struct {
		listed []string
		size   int32
		want   []string
		next   string
	}{
		{nil, 2, nil, ""},
		{[]string{"a"}, 2, []string{"a"}, ""},
		{[]string{"a", "b"}, 2, []string{"a", "b"}, ""},
		{[]string{"a", "b", "c"}, 2, []string{"a", "b"}, page.Encode("letters", "agency", "b")},
	} {
		got, next := page.Cut("letters", tt.listed, tt.size, key)
		if !slices.Equal(got, tt.want) || next != tt.next {
			t.Errorf("Cut(%q, %d) = %q, %q; want %q, %q", tt.listed, tt.size, got, next, tt.want, tt.next)
		}
	}
}

func TestFit(t *testing.T) {
	const half = 1 << 20
	for _, tt := range []struct {
		name    string
		weights []int
		size    int32
		want    int
	}{
		{"none", nil, 2, 0},
		{"light", []int{1, 1, 1}, 2, 2},
		{"just full", []int{half, half}, 5, 2},
		{"a byte too much", []int{half, half, 1}, 5, 2},
		{"one too heavy for a page", []int{3 * half, 1}, 5, 1},
		{"one too heavy behind a light one", []int{1, 3 * half}, 5, 1},
	} {
		got, next := page.Fit("weights", tt.weights, tt.size,
			func(w int) int { return w }, func(w int) []string { return []string{strconv.Itoa(w)} })
		want := ""
		if tt.want < len(tt.weights) {
			want = page.Encode("weights", strconv.Itoa(tt.weights[tt.want-1]))
		}
		if len(got) != tt.want || next != want {
			t.Errorf("%s: %d entries, token %q; want %d, %q", tt.name, len(got), next, tt.want, want)
		}
	}
}

// TestList reads a list of 120 ids page by page.
func TestList(t *testing.T) {
	var ids []string
	for i := range 120 {
		ids = append(ids, fmt.Sprintf("%03d", i))
	}
	load := func(after string, limit int32) ([]string, error) {
		i, found := slices.BinarySearch(ids, after)
		if found {
			i++
		}
		return ids[i:min(i+int(limit), len(ids))], nil
	}
	for asked, pages := range map[int32]int{0: 3, 1: 120, 119: 2, 120: 1, 121: 1} {
		var read []string
		token, n := "", 0
		for {
			got, next, err := page.List("ids", token, asked, load, strings.Clone)
			if err != nil {
				t.Fatal(err)
			}
			read = append(read, got...)
			n++
			if token = next; token == "" {
				break
			}
		}
		if !slices.Equal(read, ids) || n != pages {
			t.Errorf("pages of %d: %d ids on %d pages, want all 120 on %d", asked, len(read), n, pages)
		}
	}
	away := errors.New("away")
	if _, _, err := page.List("ids", "", 0, func(string, int32) ([]string, error) { return nil, away }, strings.Clone); !errors.Is(err, away) {
		t.Errorf("a load that fails: %v", err)
	}
	if _, _, err := page.List("ids", page.Encode("names", "001"), 0, load, strings.Clone); !errors.Is(err, fault.PageTokenInvalid) {
		t.Errorf("the token of another list: %v", err)
	}
}
