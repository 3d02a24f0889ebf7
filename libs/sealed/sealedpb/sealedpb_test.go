package sealedpb_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule/rulepb"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/sealed/sealedpb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// filler fills messages in every field. Of a oneof it takes the member that the
// turn says, of an enum the value.
type filler struct {
	t    *testing.T
	turn int
	// filled are the fields and the values of their enums.
	filled map[protoreflect.FullName]bool
}

// turns is the number of turns in which every field gets every value: a multiple of
// the 11 families of rules and of the number of values of each enum, 10 at most.
const turns = 11 * 30

func (f *filler) message(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		d := fields.Get(i)
		if one := d.ContainingOneof(); one != nil && !one.IsSynthetic() {
			if one.Fields().Get(f.turn%one.Fields().Len()) != d {
				continue
			}
		}
		f.filled[d.FullName()] = true
		switch {
		case d.IsMap():
			entries := m.Mutable(d).Map()
			entry := entries.NewValue()
			f.message(entry.Message())
			entries.Set(protoreflect.ValueOfString("key").MapKey(), entry)
		case d.IsList() && d.Message() != nil:
			f.message(m.Mutable(d).List().AppendMutable().Message())
		case d.IsList():
			m.Mutable(d).List().Append(f.scalar(d))
		case d.Message() != nil:
			f.message(m.Mutable(d).Message())
		default:
			m.Set(d, f.scalar(d))
		}
	}
}

func (f *filler) scalar(d protoreflect.FieldDescriptor) protoreflect.Value {
	switch d.Kind() {
	case protoreflect.EnumKind:
		value := d.Enum().Values().Get(1 + f.turn%(d.Enum().Values().Len()-1))
		f.filled[d.FullName().Append(value.Name())] = true
		return protoreflect.ValueOfEnum(value.Number())
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(7)
	case protoreflect.StringKind:
		return protoreflect.ValueOfString("7") // a text and a figure
	default:
		f.t.Fatalf("%s: nothing to fill a %s with", d.FullName(), d.Kind())
		return protoreflect.Value{}
	}
}

// every lists the fields below a message, and the values of their enums.
func every(m protoreflect.MessageDescriptor, into map[protoreflect.FullName]bool) {
	for i := range m.Fields().Len() {
		d := m.Fields().Get(i)
		if into[d.FullName()] {
			continue
		}
		into[d.FullName()] = true
		if d.Enum() != nil {
			for j := range d.Enum().Values().Len() - 1 {
				into[d.FullName().Append(d.Enum().Values().Get(j+1).Name())] = true
			}
		}
		switch {
		case d.IsMap():
			every(d.MapValue().Message(), into)
		case d.Message() != nil:
			every(d.Message(), into)
		}
	}
}

// TestRegulationCarriesEveryField fills each field of the contract's RegulationContent,
// at any depth and with every value of an enum, makes content of it and a message
// again, and stores it: a field that is forgotten anywhere is missing.
func TestRegulationCarriesEveryField(t *testing.T) {
	f := &filler{t: t, filled: map[protoreflect.FullName]bool{}}
	for ; f.turn < turns; f.turn++ {
		want := new(catalogv1.RegulationContent)
		f.message(want.ProtoReflect())
		c, err := sealedpb.ToRegulation(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sealedpb.FromRegulation(c)
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(want, got) {
			t.Fatalf("turn %d (-went in +came back):\n%s", f.turn, cmp.Diff(want, got, protocmp.Transform()))
		}
		text, _, err := sealed.Write(c)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := sealed.Read[sealed.Regulation](text)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c, stored) {
			t.Fatalf("turn %d (-made +stored):\n%s", f.turn, cmp.Diff(c, stored))
		}
	}
	all := map[protoreflect.FullName]bool{}
	every(new(catalogv1.RegulationContent).ProtoReflect().Descriptor(), all)
	for name := range all {
		if !f.filled[name] {
			t.Errorf("%s was never filled", name)
		}
	}
}

// TestToRegulationRefuses gives messages with a figure that is none, and with a value, a
// rule and a special rule of a later contract.
func TestToRegulationRefuses(t *testing.T) {
	node := func(i *catalogv1.Item) *catalogv1.RegulationContent {
		return &catalogv1.RegulationContent{CriteriaSets: []*catalogv1.CriteriaSet{{}, {Nodes: []*catalogv1.Node{{Item: i}}}}}
	}
	for field, tt := range map[string]struct {
		m    *catalogv1.RegulationContent
		want error
	}{
		"survey_links[0].weight":                    {&catalogv1.RegulationContent{SurveyLinks: []*catalogv1.SurveyLink{{Weight: "1,5"}}}, points.Malformed},
		"declared[0].domains[0].max_points":         {&catalogv1.RegulationContent{Declared: []*catalogv1.DeclaredStructure{{Domains: []*catalogv1.DeclaredDomain{{MaxPoints: "x"}}}}}, points.Malformed},
		"parts[0].side":                             {&catalogv1.RegulationContent{Parts: []*catalogv1.Part{{Side: 9}}}, sealedpb.ValueUnknown},
		"seats[0].capacity":                         {&catalogv1.RegulationContent{Seats: []*catalogv1.Seat{{}}}, sealedpb.ValueUnknown},
		"special_rules[0]":                          {&catalogv1.RegulationContent{SpecialRules: []*catalogv1.SpecialRule{{}}}, sealedpb.ValueUnknown},
		"criteria_sets[1].nodes[0].item.rule":       {node(&catalogv1.Item{MaxPoints: "1", SourceKind: 1}), rulepb.FamilyUnknown},
		"criteria_sets[1].nodes[0].item.max_points": {node(&catalogv1.Item{SourceKind: 1}), points.Malformed},
	} {
		_, err := sealedpb.ToRegulation(tt.m)
		if f := fault.From(err); !errors.Is(err, tt.want) || f.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
