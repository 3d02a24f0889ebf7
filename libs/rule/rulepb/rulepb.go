// Package rulepb converts between libs/rule and the messages of parindex.rule.v1.
// Figures are written in canonical form ("12.50" comes back as "12.5"); everything
// else survives the round trip unchanged.
//
// It does not validate: rule.Validate and rule.Evaluate do.
package rulepb

import (
	"cmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The faults of this package. The field is a path in the converted message
// ("bands.bands[2].below").
var (
	// FamilyUnknown means that the rule has no family, or one that this program does
	// not know.
	FamilyUnknown = fault.Invalid.Reason("RULE_FAMILY_UNKNOWN",
		"Chưa chọn loại quy tắc chấm điểm, hoặc phiên bản này chưa hỗ trợ loại đó. Hãy chọn loại quy tắc, hoặc cập nhật hệ thống.",
		"The scoring rule has no family, or one that this version does not know. Choose a family, or use a newer version.")
	// InputUnknown means that the input has no facts, or facts of a kind that this
	// program does not know.
	InputUnknown = fault.Invalid.Reason("INPUT_UNKNOWN",
		"Chưa có số liệu, hoặc phiên bản này chưa hỗ trợ loại số liệu đó. Hãy nhập số liệu, hoặc cập nhật hệ thống.",
		"There is no input, or one that this version does not know. Enter an input, or use a newer version.")
	// OperationUnknown means that this program does not know the operation of a step.
	OperationUnknown = fault.Invalid.Reason("OPERATION_UNKNOWN",
		"Phiên bản này không hỗ trợ phép tính của bước này. Hãy cập nhật hệ thống.",
		"This version does not know the operation of this step. Use a newer version.")
)

// reader reads figures and keeps the first fault.
type reader struct{ err error }

func (r *reader) points(path, text string) points.Points {
	x, err := points.Parse(text)
	if err != nil {
		r.fail(points.Malformed.At(path))
	}
	return x
}

func (r *reader) fail(err error) { r.err = cmp.Or(r.err, err) }

// optional reads a figure that may be absent.
func (r *reader) optional(path string, text *string) *points.Points {
	if text == nil {
		return nil
	}
	return new(r.points(path, *text))
}

// writer writes figures and keeps the first fault, which is a figure with more
// digits than the contract allows.
type writer struct{ err error }

func (w *writer) points(path string, x points.Points) string {
	text, err := x.MarshalText()
	if err != nil {
		w.fail(points.Malformed.At(path).Because(err))
	}
	return string(text)
}

func (w *writer) fail(err error) { w.err = cmp.Or(w.err, err) }

// optional writes a figure that may be absent.
func (w *writer) optional(path string, x *points.Points) *string {
	if x == nil {
		return nil
	}
	return new(w.points(path, *x))
}
