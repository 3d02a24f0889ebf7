package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"
)

// journeys walk through whole jobs in a browser, on one platform with the agencies of
// Sóc Trăng and its published index. README.md lists them by role.
type journeys struct {
	*platform
	clock *shiftedClock
	whole *testing.T // of all journeys: the platform that one restarts is used by the next
}

const (
	administrator = "quan-tri"
	password      = "correct horse battery"
)

func TestJourneys(t *testing.T) {
	clock := new(shiftedClock)
	j := &journeys{platform: &platform{log: new(buffer), clock: clock.now}, clock: clock, whole: t}
	j.prepare(t, testServers(t))
	j.begin(t)
	j.loadSocTrang(t)
	j.administrator(t)
	for _, journey := range []struct {
		name string
		walk func(*testing.T)
	}{
		{"anybody reads the leaderboard", j.readLeaderboard},
		{"anybody signs in", j.signInWithFaults},
		{"anybody signs in with the keyboard", j.signInWithKeyboard},
		{"anybody changes the own password", j.changeOwnPassword},
		{"administrator makes an account", j.makeAccount},
		{"administrator gives roles", j.giveRoles},
		{"administrator disables and enables", j.disableAndEnable},
		{"administrator finds people", j.findPeople},
		{"administrator saves what another has changed", j.saveStale},
		{"administrator makes a software account", j.makeSoftwareAccount},
		{"network is cut while saving", j.saveOffline},
		{"network is slow", j.saveSlowly},
		{"platform restarts", j.workThroughRestart},
		{"session ends while typing", j.outliveSession},
	} {
		t.Run(journey.name, journey.walk)
	}
}

// administers opens the list of people in an administrator's browser.
func (j *journeys) administers(t *testing.T) *visitor {
	t.Helper()
	v := j.visitor(t, "administrator")
	v.signedIn(administrator)
	v.click("link", "Tài khoản và vai trò")
	v.heading("Tài khoản và vai trò")
	return v
}

// account makes an account by the API.
func (j *journeys) account(t *testing.T, login, name string) {
	t.Helper()
	j.patient(t, http.MethodPost, "/v1/authorities/soc-trang/accounts", j.login(t, administrator, password), map[string]any{
		"login": login, "displayName": name, "password": password, "requestId": uuid.NewString(),
	})
}

// accounts returns how many accounts have exactly this name.
func (j *journeys) accounts(t *testing.T, name string) int {
	t.Helper()
	answer := j.patient(t, http.MethodGet, "/v1/authorities/soc-trang/accounts?pageSize=200&query="+url.QueryEscape(name), j.login(t, administrator, password), nil)
	var list struct {
		Accounts []struct{ DisplayName string }
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, a := range list.Accounts {
		if a.DisplayName == name {
			n++
		}
	}
	return n
}

// once checks that there is one account with a name.
func (j *journeys) once(t *testing.T, name string) {
	t.Helper()
	if n := j.accounts(t, name); n != 1 {
		t.Errorf("there are %d accounts of %s", n, name)
	}
}
