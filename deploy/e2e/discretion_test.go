package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestNothingPersonalIsRecorded creates an account, logs in, fails to log in,
// imports and reads. Then it checks that the log and the metrics contain no names,
// logins, passwords, tokens or database statements.
func TestNothingPersonalIsRecorded(t *testing.T) {
	p := start(t)
	p.loadSocTrang(t)
	const login, name, password = "thutrang.le", "Lê Thị Thu Trang", "mat-khau-rat-dai-17" //nolint:gosec // of an account made here
	admin := p.administrator(t)
	var account struct{ ID string }
	answer := p.must(t, http.MethodPost, "/v1/authorities/soc-trang/accounts", admin,
		map[string]any{"login": login, "displayName": name, "password": password})
	if err := json.Unmarshal(answer, &account); err != nil {
		t.Fatal(err)
	}
	p.must(t, http.MethodPost, "/v1/authorities/soc-trang/roleBindings", admin,
		map[string]any{"account": account.ID, "role": "ROLE_COORDINATOR"})
	var session struct{ AccessToken string }
	answer = p.must(t, http.MethodPost, "/v1/sessions", "", map[string]any{"login": login, "password": password})
	if err := json.Unmarshal(answer, &session); err != nil {
		t.Fatal(err)
	}
	me := p.must(t, http.MethodGet, "/v1/me", session.AccessToken, nil)
	if !strings.Contains(string(me), login) || !strings.Contains(string(me), "ROLE_COORDINATOR") {
		t.Errorf("GET /v1/me: %s", me)
	}
	for _, refused := range []struct {
		path string
		body map[string]any
	}{
		{"/v1/sessions", map[string]any{"login": login, "password": "sai mật khẩu"}}, //nolint:gosec // wrong on purpose
		{"/v1/authorities/soc-trang/accounts", map[string]any{"login": login, "displayName": name, "password": password}},
		{"/v1/authorities/soc-trang/accounts", map[string]any{"login": login, "displayName": name, "password": "ngắn"}},
	} {
		if status, body := p.call(t, http.MethodPost, refused.path, admin, refused.body); status < 400 || strings.Contains(string(body), name) {
			t.Errorf("%s: %d %s", refused.path, status, body)
		}
	}
	metrics := p.metrics(t)
	p.stop()
	records := strings.ToLower(p.log.String() + metrics)
	if !strings.Contains(records, "createsession") {
		t.Error("the log does not contain the login")
	}
	for _, secret := range []string{login, name, "thu trang", password, "sai mật khẩu", session.AccessToken, admin, "select ", "insert into", "update "} {
		if i := strings.Index(records, strings.ToLower(secret)); i >= 0 {
			t.Errorf("the records contain %q: …%s…", secret, records[max(0, i-200):min(len(records), i+200)])
		}
	}
}
