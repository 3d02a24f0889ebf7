// Package rulepb is the one translation between libs/rule and the messages of
// parindex.rule.v1. Figures come out in their canonical form ("12.50" comes
// back as "12.5"); nothing else changes on the way there and back.
//
// It translates and does not judge: rule.Validate and rule.Evaluate do that.
package rulepb

import (
	"cmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The reasons this package gives. The field is a path in the message
// translated ("bands.bands[2].below").
var (
	// FamilyUnknown is a rule of no family, or of one that is newer than this
	// program.
	FamilyUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "RULE_FAMILY_UNKNOWN",
		Vi: "Chưa chọn loại quy tắc chấm điểm, hoặc phiên bản này chưa hỗ trợ loại đó. Hãy chọn loại quy tắc, hoặc cập nhật hệ thống.",
		En: "The scoring rule has no family, or one that this version does not know. Choose a family, or use a newer version.",
	}
	// InputUnknown is an input without facts, or with some that are newer than
	// this program.
	InputUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "INPUT_UNKNOWN",
		Vi: "Chưa có số liệu, hoặc phiên bản này chưa hỗ trợ loại số liệu đó. Hãy nhập số liệu, hoặc cập nhật hệ thống.",
		En: "There is no input, or one that this version does not know. Enter an input, or use a newer version.",
	}
	// OperationUnknown is a step that does nothing this program knows.
	OperationUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "OPERATION_UNKNOWN",
		Vi: "Phiên bản này không hỗ trợ phép tính của bước này. Hãy cập nhật hệ thống.",
		En: "This version does not know the operation of this step. Use a newer version.",
	}
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

// writer writes figures and keeps the first fault: one with more digits than
// travel.
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
