package survey_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestUnlinkable searches the database and the log for tokens and answers (rule Q10).
func TestUnlinkable(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 2)
	r := response(tokens[0], satisfaction("speed", 5), option("results", "poor"), words("remarks", "điều rất riêng"))
	w.submit(t, r)
	// Invalid responses, whose errors are searched too.
	r.Answers = append(r.Answers, words("manner", "điều rất riêng"), option("speed", "dieu-rieng"))
	_, _ = w.SubmitResponse(t.Context(), r)
	r.Token = tokens[1]
	_, err := w.SubmitResponse(t.Context(), r)
	if err == nil || strings.Contains(err.Error(), "rất riêng") || strings.Contains(err.Error(), tokens[1]) {
		t.Errorf("got %v", err)
	}

	kept := w.dump(t)
	raw, _ := base64.RawURLEncoding.DecodeString(tokens[0])
	token := sha256.Sum256([]byte(tokens[0]))
	for what, secret := range map[string]string{"a token": tokens[0], "a token's bytes": hex.EncodeToString(raw), "another token": tokens[1]} {
		for table, rows := range kept {
			if strings.Contains(rows, secret) {
				t.Errorf("%s is in %s", what, table)
			}
		}
		if strings.Contains(w.Log.String(), secret) {
			t.Errorf("%s is in the log", what)
		}
	}
	for _, answer := range []string{"rất riêng", "dieu-rieng"} {
		if strings.Contains(w.Log.String(), answer) {
			t.Errorf("%s is in the log", answer)
		}
		for table, rows := range kept {
			if table != "response" && strings.Contains(rows, answer) {
				t.Errorf("%s is in %s", answer, table)
			}
		}
	}
	// A response does not contain the hash of the token, and its MAC cannot be
	// computed from that hash.
	hash := hex.EncodeToString(token[:])
	if !strings.Contains(kept["invitation"], hash) || strings.Contains(kept["response"], hash) {
		t.Error("the hash of a token is not in invitation, or is in response")
	}
	mac := hmac.New(sha256.New, token[:])
	if strings.Contains(kept["response"], hex.EncodeToString(mac.Sum(nil))) {
		t.Error("the MAC of a response can be computed from the database")
	}
	if !strings.Contains(kept["response"], "rất riêng") || !strings.Contains(w.Log.String(), "SubmitResponse") {
		t.Error("the answers or the calls were not found where they should be")
	}
}

// TestShuffled checks that the rows of a closed plan reveal neither the order of
// responses and invitations nor the transactions that wrote them (rule Q10).
func TestShuffled(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 40)
	for _, token := range tokens[:30] {
		w.submit(t, response(token))
	}
	rows := func(table string) (ids []string, transactions int) {
		t.Helper()
		found, _ := w.db.Pool.Query(t.Context(), `select id::text from survey.`+table+` order by ctid`)
		ids, err := pgx.CollectRows(found, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return ids, w.number(t, `select count(distinct xmin::text) from survey.`+table)
	}
	kept := w.dump(t)
	before := map[string][]string{}
	for _, table := range []string{"response", "invitation"} {
		ids, n := rows(table)
		if before[table] = ids; n < 30 {
			t.Errorf("%ss were written by %d transactions", table, n)
		}
	}
	if _, err := w.CloseSurveyPlan(operator(t), closing("officials")); err != nil {
		t.Fatal(said(err))
	}
	for table, was := range before {
		ids, n := rows(table)
		if n != 1 || slices.Equal(ids, was) {
			t.Errorf("%ss were written by %d transactions, in the order %v", table, n, ids)
		}
		if lines(kept[table]) != lines(w.dump(t)[table]) {
			t.Errorf("%ss are not what they were", table)
		}
	}
}

// lines returns the lines of text, sorted.
func lines(text string) string {
	return strings.Join(slices.Sorted(strings.SplitSeq(text, "\n")), "\n")
}

// dump returns every row of every table of the service.
func (w *world) dump(t *testing.T) map[string]string {
	t.Helper()
	rows, _ := w.db.Pool.Query(t.Context(), `select table_name from information_schema.tables where table_schema = 'survey'`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for _, table := range tables {
		rows, _ := w.db.Pool.Query(t.Context(), `select x::text from `+pgx.Identifier{"survey", table}.Sanitize()+` x`)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		kept[table] = strings.Join(lines, "\n")
	}
	return kept
}
