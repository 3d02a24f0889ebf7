package api

import (
	"context"
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/message"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// CreateRoleBinding implements IdentityService.
func (s *Server) CreateRoleBinding(ctx context.Context, req *identityv1.CreateRoleBindingRequest) (*identityv1.CreateRoleBindingResponse, error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := s.checkPlace(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
		return nil, err
	}
	var b identity.Binding
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		id, err := tx.Once(ctx, request, func() (string, error) {
			a, err := tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount())
			if err != nil {
				return "", err
			}
			if err := identity.CheckGrantor(auth.From(ctx).ID, a.ID); err != nil {
				return "", err
			}
			return AddBinding(ctx, tx, s.by(ctx), identity.Binding{
				Account: a.ID, Authority: req.GetAuthority(), Agency: req.GetAgency(), Role: Role(req.GetRole()), End: endTime(req),
			}.AskedBy(auth.From(ctx).ID, a))
		})
		if err != nil {
			return err
		}
		b, err = tx.Binding(ctx, req.GetAuthority(), id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.CreateRoleBindingResponse{RoleBinding: roleBinding(b)}, nil
}

// endTime returns the end of the binding; the zero instant for none.
func endTime(req *identityv1.CreateRoleBindingRequest) time.Time {
	if req.GetEndTime() == nil {
		return time.Time{}
	}
	return req.GetEndTime().AsTime().Truncate(time.Microsecond)
}

// AddBinding gives an account a role, with an audit entry, and returns the id of the
// binding. The account MUST be locked. It fails as identity.CheckGrant does.
func AddBinding(ctx context.Context, tx *postgres.Tx, by postgres.By, b identity.Binding) (id string, err error) {
	held, err := tx.HeldBy(ctx, b.Account, by.At)
	if err != nil {
		return "", err
	}
	if err := identity.CheckGrant(b, held, by.At); err != nil {
		return "", err
	}
	if b.ID, err = newID(); err != nil {
		return "", err
	}
	b.CreateTime = by.At
	if err := tx.InsertBinding(ctx, b); err != nil {
		return "", err
	}
	change := postgres.Change{"binding": b.ID, "role": b.Role, "authority": b.Authority, "agency": b.Agency}
	if b.Pending() {
		change["pending"] = true
	}
	if !b.End.IsZero() {
		change["end"] = b.End
	}
	return b.ID, tx.Record(ctx, by, postgres.AccountResource(b.Account), "give role", change)
}

// ConfirmRoleBinding implements IdentityService.
func (s *Server) ConfirmRoleBinding(ctx context.Context, req *identityv1.ConfirmRoleBindingRequest) (*identityv1.ConfirmRoleBindingResponse, error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return nil, err
	}
	var b identity.Binding
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			return req.GetRoleBinding(), confirm(ctx, tx, s.by(ctx), req)
		})
		if err != nil {
			return err
		}
		b, err = tx.Binding(ctx, req.GetAuthority(), req.GetRoleBinding())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.ConfirmRoleBindingResponse{RoleBinding: roleBinding(b)}, nil
}

// confirm lets the binding that req names count, with an audit entry. One that counts
// already stays as it is.
func confirm(ctx context.Context, tx *postgres.Tx, by postgres.By, req *identityv1.ConfirmRoleBindingRequest) error {
	b, err := tx.Binding(ctx, req.GetAuthority(), req.GetRoleBinding())
	if err != nil {
		return err
	}
	holder, err := tx.LockAccount(ctx, req.GetAuthority(), b.Account)
	if err != nil {
		return err
	}
	if b, err = tx.LockBinding(ctx, req.GetAuthority(), b.ID); err != nil || !b.Pending() {
		return err
	}
	if err := b.CheckConfirm(auth.From(ctx).ID, holder, by.At); err != nil {
		return err
	}
	if err := tx.ConfirmBindings(ctx, b.ID); err != nil {
		return err
	}
	return tx.Record(ctx, by, postgres.AccountResource(b.Account), "confirm role",
		postgres.Change{"binding": b.ID, "role": b.Role, "asked_by": b.Askers})
}

// ConfirmRoles lets all pending roles of an account count, with an audit entry, whoever
// asked for them. It is for local commands. The account MUST be locked.
func ConfirmRoles(ctx context.Context, tx *postgres.Tx, by postgres.By, account string) error {
	held, err := tx.HeldBy(ctx, account, by.At)
	if err != nil {
		return err
	}
	var ids []string
	for _, b := range held {
		if b.Pending() {
			ids = append(ids, b.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := tx.ConfirmBindings(ctx, ids...); err != nil {
		return err
	}
	return tx.Record(ctx, by, postgres.AccountResource(account), "confirm roles", postgres.Change{"bindings": ids})
}

// doubt makes the roles of an account that need a second person pending, because asker
// has changed what the second person vouched for, and notes how many in the audit entry.
// The account MUST be locked.
func doubt(ctx context.Context, tx *postgres.Tx, by postgres.By, account, asker string, change postgres.Change) error {
	n, err := tx.DoubtBindings(ctx, account, asker, identity.Confirmed(), by.At)
	if n > 0 {
		change["roles_pending"] = n
	}
	return err
}

// ListRoleBindings implements IdentityService.
func (s *Server) ListRoleBindings(ctx context.Context, req *identityv1.ListRoleBindingsRequest) (*identityv1.ListRoleBindingsResponse, error) {
	bindings, next, err := pageOf(fmt.Sprintf("role bindings of %s %v", req.GetAuthority(), req.GetPending()), req.GetPageToken(), req.GetPageSize(), isUUID,
		func(b identity.Binding) string { return b.ID },
		func(after string, limit int32) (rows []identity.Binding, err error) {
			return rows, s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
				rows, err = tx.Bindings(ctx, req.GetAuthority(), req.GetPending(), s.now(), after, limit)
				return err
			})
		})
	return &identityv1.ListRoleBindingsResponse{RoleBindings: message.Each(bindings, roleBinding), NextPageToken: next}, err
}

// EndRoleBinding implements IdentityService.
func (s *Server) EndRoleBinding(ctx context.Context, req *identityv1.EndRoleBindingRequest) (*identityv1.EndRoleBindingResponse, error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return nil, err
	}
	var b identity.Binding
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			b, err := tx.LockBinding(ctx, req.GetAuthority(), req.GetRoleBinding())
			by := s.by(ctx)
			if err != nil || !b.Runs(by.At) {
				return b.ID, err
			}
			b = b.EndedAt(by.At)
			if err := tx.SaveBindingEnd(ctx, b); err != nil {
				return "", err
			}
			return b.ID, tx.Record(ctx, by, postgres.AccountResource(b.Account), "end role", postgres.Change{"binding": b.ID, "end": b.End})
		})
		if err != nil {
			return err
		}
		b, err = tx.Binding(ctx, req.GetAuthority(), req.GetRoleBinding())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.EndRoleBindingResponse{RoleBinding: roleBinding(b)}, nil
}
