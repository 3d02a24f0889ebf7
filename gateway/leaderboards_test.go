package gateway_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/fault"
)

const (
	districts = "/v1/authorities/soc-trang/cycles/2023/leaderboards/districts"
	ofFirst   = "/v1/authorities/soc-trang/cycles/2023/publications/" + first + "/leaderboards/districts"
)

// checkEncodings checks that a path is served in both encodings with the same content,
// each with its own strong ETag, and that 304 and HEAD work.
func checkEncodings(t *testing.T, w *world, path string, want []byte) {
	t.Helper()
	zipped := w.do(t, "GET", path, "", "Accept-Encoding", "br, gzip;q=0.8")
	if zipped.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("not gzipped: %v", zipped.Header)
	}
	z, err := gzip.NewReader(bytes.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	if inside, err := io.ReadAll(z); err != nil || !bytes.Equal(inside, want) {
		t.Errorf("the gzipped body holds something else (%v)", err)
	}
	refused := w.do(t, "GET", path, "", "Accept-Encoding", "gzip;q=0")
	if refused.Header.Get("Content-Encoding") != "" || !bytes.Equal(refused.body, want) {
		t.Error("gzip for a client that refuses it")
	}
	for _, a := range []answer{zipped, refused} {
		sum := sha256.Sum256(a.body)
		tag := a.Header.Get("Etag")
		if tag != `"`+hex.EncodeToString(sum[:])+`"` {
			t.Errorf("ETag %s is not the SHA-256 of the bytes", tag)
		}
		encoding := a.Request.Header.Get("Accept-Encoding")
		for _, known := range []string{tag, `"x", W/` + tag, "*"} {
			again := w.do(t, "GET", path, "", "Accept-Encoding", encoding, "If-None-Match", known)
			if again.StatusCode != http.StatusNotModified || len(again.body) != 0 || again.Header.Get("Etag") != tag {
				t.Errorf("If-None-Match %s: %d", known, again.StatusCode)
			}
		}
		head := w.do(t, "HEAD", path, "", "Accept-Encoding", encoding)
		if head.StatusCode != http.StatusOK || len(head.body) != 0 || head.ContentLength != int64(len(a.body)) || head.Header.Get("Etag") != tag {
			t.Errorf("HEAD: %d, %d bytes", head.StatusCode, head.ContentLength)
		}
	}
	if a := w.do(t, "GET", path, "", "If-None-Match", `"other"`); a.StatusCode != http.StatusOK {
		t.Errorf("another ETag: %d", a.StatusCode)
	}
}

func TestLeaderboard(t *testing.T) {
	w := start(t, gateway.Config{})
	for path, cache := range map[string]string{districts: "public, max-age=1", ofFirst: "public, max-age=31536000, immutable"} {
		a := w.do(t, "GET", path, "")
		if a.StatusCode != http.StatusOK || !bytes.Equal(a.body, plain(first, "districts")) {
			t.Fatalf("%s: got %d", path, a.StatusCode)
		}
		if a.Header.Get("Cache-Control") != cache || a.Header.Get("Content-Type") != "application/json" || a.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v", path, a.Header)
		}
		checkEncodings(t, w, path, plain(first, "districts"))
	}
	if a := w.do(t, "GET", districts, "", "Accept-Encoding", "gzip"); !bytes.Equal(a.body, zip(plain(first, "districts"))) {
		t.Error("the gzipped bytes are not scoring's")
	}
	if n := w.scoring.count("leaderboard"); n != 1 {
		t.Errorf("scoring rendered %d times", n)
	}
	if n := w.scoring.count("current"); n != 1 {
		t.Errorf("scoring was asked %d times in one instant for the current publication", n)
	}
	want := "# HELP parindex_leaderboard_reads_total Leaderboards served, by the copy that served them.\n" +
		"# TYPE parindex_leaderboard_reads_total counter\nparindex_leaderboard_reads_total{source=\"memory\"} 24\n"
	if err := testutil.GatherAndCompare(w.metrics, strings.NewReader(want), "parindex_leaderboard_reads_total"); err != nil {
		t.Error(err)
	}
}

// Callers that wait for another caller's request to scoring count as served from
// memory; the caller that caused the request is counted by scoring.
func TestEveryLeaderboardIsCountedOnce(t *testing.T) {
	w := start(t, gateway.Config{})
	arrived, release := w.scoring.hold()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if a := w.do(t, "GET", ofFirst, ""); a.StatusCode != http.StatusOK {
				t.Errorf("got %d", a.StatusCode)
			}
		})
	}
	<-arrived
	time.Sleep(100 * time.Millisecond) // the other requests arrive meanwhile; a late one finds the cached leaderboard, which counts the same
	close(release)
	wg.Wait()
	if n := w.scoring.count("leaderboard"); n != 1 {
		t.Errorf("scoring was asked %d times", n)
	}
	w.do(t, "GET", "/v1/authorities/soc-trang/cycles/2023/leaderboards/communes", "") // a group without a leaderboard
	want := "# HELP parindex_leaderboard_reads_total Leaderboards served, by the copy that served them.\n" +
		"# TYPE parindex_leaderboard_reads_total counter\nparindex_leaderboard_reads_total{source=\"memory\"} 9\n"
	if err := testutil.GatherAndCompare(w.metrics, strings.NewReader(want), "parindex_leaderboard_reads_total"); err != nil {
		t.Error(err)
	}
}

// TestLeaderboardFaultsAreInBothLanguages checks that a fault of scoring which is
// kept for other requests reaches each of them in its language.
func TestLeaderboardFaultsAreInBothLanguages(t *testing.T) {
	w := start(t, gateway.Config{})
	for path, want := range map[string]fault.Reason{
		strings.Replace(districts, "2023", "2022", 1):          fault.PublicationUnknown,
		strings.Replace(districts, "districts", "communes", 1): fault.LeaderboardUnknown,
	} {
		for language, text := range map[string]string{"vi": want.Vi, "en": want.En} {
			if r := w.do(t, "GET", path, "", "Accept-Language", language).refusal(t); r.Message != text {
				t.Errorf("%s in %s: got %q, want %q", path, language, r.Message, text)
			}
		}
	}
}

func TestLeaderboardFaults(t *testing.T) {
	w := start(t, gateway.Config{})
	for path, want := range map[string]struct {
		status int
		reason string
	}{
		"/v1/authorities/soc-trang/cycles/2022/leaderboards/districts":                              {404, "PUBLICATION_UNKNOWN"},
		"/v1/authorities/soc-trang/cycles/2023/leaderboards/communes":                               {404, "LEADERBOARD_UNKNOWN"},
		"/v1/authorities/other/cycles/2023/publications/" + first + "/leaderboards/districts":       {404, "PUBLICATION_UNKNOWN"},
		"/v1/authorities/Soc-Trang/cycles/2023/leaderboards/districts":                              {400, "BAD_REQUEST"},
		"/v1/authorities/soc-trang/cycles/2023/leaderboards/" + strings.Repeat("a", 65):             {400, "BAD_REQUEST"},
		"/v1/authorities/soc-trang/cycles/2023/publications/1/leaderboards/districts":               {400, "BAD_REQUEST"},
		"/v1/authorities/soc-trang/cycles/2023/publications/{" + first + "}/leaderboards/districts": {400, "BAD_REQUEST"},
	} {
		w.do(t, "GET", districts, "") // a leaderboard in memory must not hide the fault
		r := w.do(t, "GET", path, "", "Accept-Language", "en").mustRefuse(t, want.status, want.reason)
		vi := w.do(t, "GET", path, "").mustRefuse(t, want.status, want.reason)
		if r.Message == vi.Message {
			t.Errorf("%s says %q in both languages", path, r.Message)
		}
	}
	upper := strings.Replace(ofFirst, first, strings.ToUpper(first), 1)
	if a := w.do(t, "GET", upper, ""); a.StatusCode != http.StatusOK {
		t.Errorf("a publication in capitals: %d", a.StatusCode)
	}
}

func TestNewPublicationShowsAfterASecond(t *testing.T) {
	w := start(t, gateway.Config{})
	w.do(t, "GET", districts, "", "X-Request-Id", "mine-1")
	if w.scoring.request != "mine-1" {
		t.Errorf("scoring was asked in the name of request %q", w.scoring.request)
	}
	w.scoring.publish(second)
	w.clock.move(999 * time.Millisecond)
	if a := w.do(t, "GET", districts, ""); !bytes.Equal(a.body, plain(first, "districts")) {
		t.Error("asked again within the second")
	}
	w.clock.move(time.Millisecond)
	if a := w.do(t, "GET", districts, ""); !bytes.Equal(a.body, plain(second, "districts")) {
		t.Error("a second later the old publication still shows")
	}
	if a := w.do(t, "GET", ofFirst, ""); !bytes.Equal(a.body, plain(first, "districts")) {
		t.Error("the old publication left its own address")
	}
	// The answer that nothing is published is also kept for a second only.
	w.scoring.failWith(publicationUnknown)
	w.clock.move(time.Second)
	w.do(t, "GET", districts, "").mustRefuse(t, http.StatusNotFound, "PUBLICATION_UNKNOWN")
	w.scoring.failWith(nil)
	w.clock.move(time.Second)
	if a := w.do(t, "GET", districts, ""); a.StatusCode != http.StatusOK {
		t.Errorf("got %d", a.StatusCode)
	}
}

func TestScoringAway(t *testing.T) {
	w := start(t, gateway.Config{})
	w.do(t, "GET", districts, "")
	w.stopScoring()
	if a := w.do(t, "GET", districts, ""); a.StatusCode != http.StatusOK {
		t.Errorf("within the second: %d", a.StatusCode)
	}
	w.clock.move(time.Second)
	r := w.do(t, "GET", districts, "", "Accept-Language", "en").mustRefuse(t, http.StatusServiceUnavailable, fault.ServiceAway.Code)
	if r.Message != fault.ServiceAway.En {
		t.Errorf("says %q", r.Message)
	}
	if a := w.do(t, "GET", ofFirst, ""); !bytes.Equal(a.body, plain(first, "districts")) {
		t.Error("a publication's own address needs scoring although it is in memory")
	}
	other := strings.Replace(ofFirst, "districts", "departments", 1)
	w.do(t, "GET", other, "").mustRefuse(t, http.StatusServiceUnavailable, fault.ServiceAway.Code)
}

func TestScoringStorageAwayAndBack(t *testing.T) {
	w := start(t, gateway.Config{})
	w.scoring.failWith(fault.StorageAway)
	w.do(t, "GET", districts, "").mustRefuse(t, http.StatusServiceUnavailable, fault.StorageAway.Code)
	w.scoring.failWith(nil)
	w.clock.move(time.Second)
	if a := w.do(t, "GET", districts, ""); a.StatusCode != http.StatusOK {
		t.Errorf("got %d after the database came back", a.StatusCode)
	}
}

func TestCorruptedLeaderboardIsNotServed(t *testing.T) {
	w := start(t, gateway.Config{})
	w.scoring.spoil = true
	w.do(t, "GET", districts, "").mustRefuse(t, http.StatusInternalServerError, fault.Unexpected.Code)
}

// TestSwitchUnderLoad checks that requests during a switch get one publication or the
// other, never a mixture.
func TestSwitchUnderLoad(t *testing.T) {
	w := start(t, gateway.Config{})
	w.do(t, "GET", districts, "")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			encoding := "identity"
			if i%2 == 0 {
				encoding = "gzip"
			}
			if i == 100 {
				w.scoring.publish(second)
				w.clock.move(time.Second)
			}
			a := w.do(t, "GET", districts, "", "Accept-Encoding", encoding)
			want := map[string][2][]byte{
				"identity": {plain(first, "districts"), plain(second, "districts")},
				"gzip":     {zip(plain(first, "districts")), zip(plain(second, "districts"))},
			}[encoding]
			if a.StatusCode != http.StatusOK || !bytes.Equal(a.body, want[0]) && !bytes.Equal(a.body, want[1]) {
				t.Errorf("request %d: %d, %d bytes of neither publication", i, a.StatusCode, len(a.body))
			}
			sum := sha256.Sum256(a.body)
			if a.Header.Get("Etag") != `"`+hex.EncodeToString(sum[:])+`"` {
				t.Error("the ETag belongs to another body")
			}
		})
	}
	wg.Wait()
	if a := w.do(t, "GET", districts, ""); !bytes.Equal(a.body, plain(second, "districts")) {
		t.Error("after the switch the old publication shows")
	}
	if n := w.scoring.count("leaderboard"); n != 2 {
		t.Errorf("scoring was asked for %d leaderboards, want one for each publication", n)
	}
	if n := w.scoring.count("current"); n > 3 {
		t.Errorf("scoring was asked %d times for the current publication", n)
	}
}

func TestMadeUpAddressesDoNotPushOutRealOnes(t *testing.T) {
	w := start(t, gateway.Config{})
	w.do(t, "GET", districts, "")
	for i := range 1500 {
		w.do(t, "GET", fmt.Sprintf("/v1/authorities/soc-trang/cycles/made-up-%d/leaderboards/districts", i), "")
	}
	before := w.scoring.count("current")
	w.do(t, "GET", districts, "")
	if w.scoring.count("current") != before {
		t.Error("the real cycle was forgotten")
	}
}

func TestLeaderboardMemoryIsBounded(t *testing.T) {
	w := start(t, gateway.Config{LeaderboardMemory: 50_000}) // room for one leaderboard, not for two
	departments := strings.Replace(districts, "districts", "departments", 1)
	for range 3 {
		for _, path := range []string{districts, departments} {
			if a := w.do(t, "GET", path, ""); a.StatusCode != http.StatusOK {
				t.Fatal(a.StatusCode)
			}
		}
	}
	if n := w.scoring.count("leaderboard"); n != 6 {
		t.Errorf("scoring was asked %d times, want each time", n)
	}
}

// TestPublisherSeesTheLeaderboardAtOnce publishes right after a reader was told that
// nothing is published, and corrects right after a reader saw the first version.
func TestPublisherSeesTheLeaderboardAtOnce(t *testing.T) {
	w := start(t, gateway.Config{})
	w.scoring.publish("")
	bearer := "Bearer " + w.approver(t)
	for _, id := range []string{first, second} {
		w.do(t, "GET", districts, "")
		body := `{"decisionNumber":"25/QĐ-UBND","decisionDate":"2024-01-08"}`
		if a := w.do(t, "POST", "/v1/authorities/soc-trang/cycles/2023/runs/"+id+":publish", body, "Authorization", bearer); a.StatusCode != http.StatusOK {
			t.Fatalf("got %d %s", a.StatusCode, a.body)
		}
		if a := w.do(t, "GET", districts, ""); a.StatusCode != http.StatusOK || !bytes.Equal(a.body, plain(id, "districts")) {
			t.Errorf("after publishing %s: %d %.200s", id, a.StatusCode, a.body)
		}
	}
}
