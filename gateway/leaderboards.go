package gateway

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/gateway/internal/leaderboard"
	"github.com/parindex/parindex/gateway/internal/page"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Cache-Control of a current leaderboard, which may change within a second, and of
// a publication's own address, whose content never changes (rule G11).
var (
	untilNextSecond = []string{"public, max-age=1"}
	forEver         = []string{"public, max-age=31536000, immutable"}
)

// currentLeaderboard serves the leaderboard of a cycle's current publication.
func currentLeaderboard(boards *leaderboard.Cache) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		serveLeaderboard(boards, w, r, "", untilNextSecond)
	}
}

// publishedLeaderboard serves the leaderboard of one publication.
func publishedLeaderboard(boards *leaderboard.Cache) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := uuid.Parse(r.PathValue("publication"))
		if err != nil || len(r.PathValue("publication")) != len(id.String()) {
			refuse(w, fault.BadRequest.List(fault.Validation("publication", "string.uuid", "")))
			return
		}
		serveLeaderboard(boards, w, r, id.String(), forEver)
	}
}

func serveLeaderboard(boards *leaderboard.Cache, w http.ResponseWriter, r *http.Request, publication string, cache []string) {
	a := leaderboard.Address{
		Authority: r.PathValue("authority"), Cycle: r.PathValue("cycle"), Publication: publication, Group: r.PathValue("group"),
	}
	if f := malformed(a); f != nil {
		refuse(w, f)
		return
	}
	c, err := boards.Get(r.Context(), stateOf(w).id, a)
	if err != nil {
		refuse(w, err)
		return
	}
	c.ServeFor(w, r, cache)
}

// showAtOnce returns an option that lets the caller who has published see the
// leaderboards and pages at once: what the caches know of the cycle, perhaps that nothing is
// published, is older than the answer.
func showAtOnce(boards *leaderboard.Cache, site *page.Site) func(context.Context, http.ResponseWriter, proto.Message) error {
	return func(_ context.Context, _ http.ResponseWriter, answer proto.Message) error {
		if published, ok := answer.(interface {
			GetPublishedCycle() *scoringv1.PublishedCycle
		}); ok {
			c := published.GetPublishedCycle()
			boards.Refresh(c.GetAuthority(), c.GetCycle())
			site.Refresh()
		}
		return nil
	}
}

// malformed returns the fault that scoring would give for ids that are not slugs.
// Malformed addresses are refused before scoring is called and before anything is
// cached.
func malformed(a leaderboard.Address) *fault.Fault {
	var broken []fault.Violation
	for _, field := range [...]struct{ name, value string }{{"authority", a.Authority}, {"cycle", a.Cycle}, {"group", a.Group}} {
		if !text.IsSlug(field.value) {
			broken = append(broken, fault.Validation(field.name, "string.slug", ""))
		}
	}
	if broken == nil {
		return nil
	}
	return fault.BadRequest.List(broken...)
}
