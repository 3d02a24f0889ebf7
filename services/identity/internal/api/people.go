package api

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/text"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// ListPeople implements IdentityService.
func (s *Server) ListPeople(ctx context.Context, req *identityv1.ListPeopleRequest) (*identityv1.ListPeopleResponse, error) {
	choice := postgres.Choice{
		Authority: req.GetAuthority(), Role: Role(req.GetRole()), Key: text.Plain(req.GetQuery()), Accounts: req.GetAccounts(), At: s.now(),
	}
	// The page token is part of URLs, which are logged, so it names nobody.
	filter := fmt.Sprintf("people %s %s %v %x", choice.Authority, choice.Role, choice.Accounts, sha256.Sum256([]byte(choice.Key)))
	people, next, err := pageOf(filter, req.GetPageToken(), req.GetPageSize(), isUUID,
		func(p identity.Human) string { return p.Account },
		func(after string, limit int32) (rows []identity.Human, err error) {
			return rows, s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
				rows, err = tx.People(ctx, choice, after, limit)
				return err
			})
		})
	return &identityv1.ListPeopleResponse{People: message.Each(people, human), NextPageToken: next}, err
}
