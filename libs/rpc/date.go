package rpc

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/fault"
	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
)

// checkDates returns a violation for each date of a request that the calendar does not
// have, and for each date or instant that lies too far away for the meaning that the
// contract gives its field, in the order of their fields.
func checkDates(request proto.Message, now time.Time) []fault.Violation {
	d := dates{now: now}
	d.message("", request.ProtoReflect())
	slices.SortFunc(d.violations, func(a, b fault.Violation) int { return strings.Compare(a.Field, b.Field) })
	return d.violations
}

type dates struct {
	now        time.Time
	violations []fault.Violation
}

func (d *dates) message(prefix string, m protoreflect.Message) {
	if !carriesDates(m.Descriptor()) {
		return
	}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		place := prefix + string(field.Name())
		switch {
		case field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				d.value(fmt.Sprintf("%s[%d]", place, i), field, value.List().Get(i))
			}
		default:
			d.value(place, field, value)
		}
		return true
	})
}

// value checks the value of a field that is no list, or an entry of a list.
func (d *dates) value(place string, field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch {
	case isInstant(field):
		d.instant(place, field, value.Message())
	case field.Message() != nil:
		d.message(place+".", value.Message())
	case meaningOf(field) != 0 && value.String() != "":
		d.date(place, meaningOf(field), value.String())
	}
}

func (d *dates) date(place string, meaning civil.Meaning, text string) {
	day, err := civil.Parse(text)
	if err == nil {
		err = meaning.Check(day, d.now)
	}
	d.add(place, err)
}

func (d *dates) instant(place string, field protoreflect.FieldDescriptor, m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	t := timestamppb.Timestamp{
		Seconds: m.Get(fields.ByName("seconds")).Int(),
		Nanos:   int32(m.Get(fields.ByName("nanos")).Int()), //nolint:gosec // the field has 32 bits
	}
	switch term := termOf(field); {
	case t.CheckValid() != nil:
		d.violations = append(d.violations, fault.Validation(place, "timestamp", ""))
	case term != 0:
		d.add(place, term.Check(t.AsTime(), d.now))
	}
}

// add adds the violation of an error, if there is one.
func (d *dates) add(place string, err error) {
	if err != nil {
		f := fault.From(err)
		d.violations = append(d.violations, fault.Violation{Field: place, Code: f.Code, Vi: f.Vi, En: f.En})
	}
}

func isInstant(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && field.Message().FullName() == "google.protobuf.Timestamp"
}

// meaningOf returns the meaning of a date; 0 if the field is none.
func meaningOf(field protoreflect.FieldDescriptor) civil.Meaning {
	kind, _ := proto.GetExtension(field.Options(), typev1.E_Date).(typev1.DateKind)
	return meanings[kind]
}

// termOf returns the term of an instant; 0 if the contract states none.
func termOf(field protoreflect.FieldDescriptor) civil.Term {
	kind, _ := proto.GetExtension(field.Options(), typev1.E_Instant).(typev1.InstantKind)
	return terms[kind]
}

var (
	meanings = map[typev1.DateKind]civil.Meaning{
		typev1.DateKind_DATE_KIND_ISSUED: civil.Issued, typev1.DateKind_DATE_KIND_PLANNED: civil.Planned,
	}
	terms = map[typev1.InstantKind]civil.Term{
		typev1.InstantKind_INSTANT_KIND_DEADLINE: civil.Deadline, typev1.InstantKind_INSTANT_KIND_EXPIRY: civil.Expiry,
	}
)

// dated holds what carriesDates returns by message, because descriptors live as long
// as the process.
var dated sync.Map

// carriesDates reports whether a message can hold a date or an instant. Most cannot,
// such as the responses of a survey, of which many come at once.
func carriesDates(m protoreflect.MessageDescriptor) bool {
	if known, ok := dated.Load(m); ok {
		return known.(bool) //nolint:forcetypeassert // nothing else is stored
	}
	found := reaches(m, map[protoreflect.FullName]bool{})
	dated.Store(m, found)
	return found
}

func reaches(m protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) bool {
	if seen[m.FullName()] {
		return false
	}
	seen[m.FullName()] = true
	for i := range m.Fields().Len() {
		field := m.Fields().Get(i)
		if isInstant(field) || meaningOf(field) != 0 || field.Message() != nil && !field.IsMap() && reaches(field.Message(), seen) {
			return true
		}
	}
	return false
}
