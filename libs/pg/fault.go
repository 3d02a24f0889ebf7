package pg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"github.com/parindex/parindex/libs/fault"
)

// Busy means that a transaction lost against others in every attempt of InTx.
var Busy = fault.Unavailable.Reason("STORAGE_BUSY",
	"Có quá nhiều thay đổi cùng lúc trên dữ liệu này. Hãy thử lại sau ít giây; chưa có gì được ghi.",
	"Too many changes to the same data at once. Try again in a few seconds; nothing was written.")

// Fault converts err, an error of pgx, to a fault:
//
//   - a violation of a constraint named in constraints is that reason;
//   - a server that is away (see Away) is fault.StorageAway;
//   - a lost race that InTx gave up repeating is Busy;
//   - nil, pgx.ErrNoRows, context.Canceled, and what already is a fault or a
//     reason, are returned as they are: only the caller knows what they mean;
//   - everything else stays an error that is no fault, and thus becomes fault.Unexpected.
//
// PostgreSQL quotes rows and values in its errors; the result contains none of
// them. For an error of the server it keeps SQLSTATE, table, column and constraint
// (and the message for class 42, which is about the statement and not about data).
// The full text is in the log of the server.
func Fault(err error, constraints map[string]fault.Reason) error {
	if err == nil || errors.Is(err, pgx.ErrNoRows) || errors.Is(err, context.Canceled) || named(err) {
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && strings.HasPrefix(e.Code, "23") {
		if reason, ok := constraints[e.ConstraintName]; ok {
			return reason.Because(stripped(err))
		}
	}
	switch {
	case Away(err):
		return fault.StorageAway.Because(stripped(err))
	case repeatable(err):
		return Busy.Because(stripped(err))
	}
	return stripped(err)
}

func named(err error) bool {
	if _, ok := errors.AsType[*fault.Fault](err); ok {
		return true
	}
	_, ok := errors.AsType[fault.Reason](err)
	return ok
}

// Away reports whether err means that the server could not be reached, refused or
// broke the connection, did not answer in time, or is a standby that accepts no
// writes. The same transaction can succeed later. It works for errors of pgx and
// for the faults made from them.
func Away(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if errors.Is(err, fault.StorageAway) || isConnect(err) {
		return true
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return awayState(e.Code)
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, target := range []error{context.DeadlineExceeded, io.ErrUnexpectedEOF, pgconn.ErrConnClosed, puddle.ErrClosedPool} {
		if errors.Is(err, target) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}

func isConnect(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}

// awayState follows appendix A of the PostgreSQL manual: classes 08 (connection
// exception) and 53 (insufficient resources), the shutdown codes of class 57,
// and 25006, which a primary gives once it has been demoted.
func awayState(code string) bool {
	switch code {
	case "57P01", "57P02", "57P03", "57P05", "25006":
		return true
	}
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53")
}

// repeatable reports whether the server rolled a transaction back because of
// another one: serialization_failure and deadlock_detected.
func repeatable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// stripped returns err without the values that PostgreSQL and pgx quote, but with
// the texts that wrap it. Errors of connecting contain no values and stay
// unchanged.
func stripped(err error) error {
	if err == nil || isConnect(err) {
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return instead(err, e, bare(e))
	}
	if e, ok := errors.AsType[pgx.ScanArgError](err); ok {
		return instead(err, e, fmt.Errorf("scanning column %q into Go: %T", e.FieldName, e.Err))
	}
	// pgx has no type for an argument that does not fit its parameter.
	if before, _, ok := strings.Cut(err.Error(), "unable to encode "); ok {
		return errors.New(before + "unable to encode the argument")
	}
	return err
}

// instead returns err with safe in place of inner, which err wraps. If the wrapping
// text cannot be separated from the text of inner, it is dropped too.
func instead(err, inner, safe error) error {
	around, ok := strings.CutSuffix(err.Error(), inner.Error())
	if !ok {
		return safe
	}
	return fmt.Errorf("%s%w", around, safe)
}

func bare(e *pgconn.PgError) *pgconn.PgError {
	b := &pgconn.PgError{
		Severity: e.Severity, SeverityUnlocalized: e.SeverityUnlocalized, Code: e.Code,
		SchemaName: e.SchemaName, TableName: e.TableName, ColumnName: e.ColumnName, ConstraintName: e.ConstraintName,
	}
	var parts []string
	for _, part := range []struct{ what, name string }{
		{"constraint", e.ConstraintName},
		{"column", e.ColumnName},
		{"table", e.TableName},
	} {
		if part.name != "" {
			parts = append(parts, part.what+" "+part.name)
		}
	}
	if strings.HasPrefix(e.Code, "42") {
		parts = append(parts, e.Message)
	}
	b.Message = cmp.Or(strings.Join(parts, ", "), "text withheld")
	return b
}
