// Package sealedpb translates the content of a regulation to and from the message of
// catalog, for catalog and for the readers of its regulations. It has the only table of
// each enum that no other package has.
//
// It does not validate. A value that this program does not know is a fault; it is never
// guessed.
package sealedpb

import (
	"cmp"
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// ValueUnknown means that the message has a value or a kind of rule that this program
// does not know. The field is its path in the message.
var ValueUnknown = fault.Invalid.Reason("VALUE_UNKNOWN",
	"Phiên bản này của hệ thống không biết giá trị này. Hãy báo quản trị viên cập nhật hệ thống.",
	"This version of the program does not know this value. Tell the administrator to upgrade it.")

// The enums.
var (
	Completenesses = message.Enum[sealed.Completeness, catalogv1.Completeness]{
		sealed.Complete:       catalogv1.Completeness_COMPLETENESS_COMPLETE,
		sealed.StructureOnly:  catalogv1.Completeness_COMPLETENESS_STRUCTURE_ONLY,
		sealed.Reconstruction: catalogv1.Completeness_COMPLETENESS_RECONSTRUCTION,
	}
	countings = message.Enum[sealed.Counting, catalogv1.CountingConvention]{
		sealed.LeafCriteria: catalogv1.CountingConvention_COUNTING_CONVENTION_LEAF_CRITERIA,
		sealed.AllCriteria:  catalogv1.CountingConvention_COUNTING_CONVENTION_ALL_CRITERIA,
	}
	splits = message.Enum[sealed.Split, catalogv1.SplitRule]{
		sealed.BySourceKind: catalogv1.SplitRule_SPLIT_RULE_BY_SOURCE_KIND,
		sealed.ByPart:       catalogv1.SplitRule_SPLIT_RULE_BY_PART,
	}
	sides = message.Enum[sealed.Side, catalogv1.Side]{
		sealed.SelfSide:   catalogv1.Side_SIDE_SELF,
		sealed.SurveySide: catalogv1.Side_SIDE_SURVEY,
	}
	capacities = message.Enum[sealed.Capacity, catalogv1.Capacity]{
		sealed.Standing:      catalogv1.Capacity_CAPACITY_STANDING,
		sealed.CouncilMember: catalogv1.Capacity_CAPACITY_MEMBER,
		sealed.Invited:       catalogv1.Capacity_CAPACITY_INVITED,
	}
)

// reader keeps the first fault of a message.
type reader struct{ err error }

func (r *reader) fail(path string, err error) {
	if err == nil {
		return
	}
	f := *fault.From(err)
	if f.Field != "" {
		path += "." + f.Field
	}
	r.err = cmp.Or(r.err, error(f.At(path)))
}

// figure reads a figure that may be absent; nil for "".
func (r *reader) figure(path, text string) *points.Points {
	if text == "" {
		return nil
	}
	x, err := points.Parse(text)
	r.fail(path, err)
	return &x
}

// word returns the word of a value that must be stated.
func word[Word, Value comparable](r *reader, path string, enum message.Enum[Word, Value], value Value) Word {
	w, ok := enum.Known(value)
	if !ok {
		r.fail(path, ValueUnknown.Because(fmt.Errorf("unknown %v", value)))
	}
	return w
}

// optional is word for a value that may be absent; the empty word for UNSPECIFIED.
func optional[Word, Value comparable](r *reader, path string, enum message.Enum[Word, Value], value Value) (w Word) {
	if unspecified := *new(Value); value == unspecified {
		return w
	}
	return word(r, path, enum, value)
}

// each converts the entries of a list; nil for an empty one.
func each[M, T any](r *reader, path string, list []M, convert func(r *reader, path string, m M) T) (all []T) {
	for i, m := range list {
		all = append(all, convert(r, fmt.Sprintf("%s[%d]", path, i), m))
	}
	return all
}

// some is message.Each, but returns nil for an empty list.
func some[From, To any](list []From, convert func(From) To) (all []To) {
	for _, x := range list {
		all = append(all, convert(x))
	}
	return all
}

// figure writes a figure that may be absent; "" for nil.
func figure(x *points.Points) string {
	if x == nil {
		return ""
	}
	return x.String()
}
