package play

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

//go:embed data/*.yaml
var data embed.FS

// script holds the content of data/, file by file.
type script struct {
	Catalog struct {
		Agencies []agency
	}
	catalogFile []byte
	Regulation  yamlMessage[catalogv1.RegulationContent, *catalogv1.RegulationContent]
	People      people
	Cycle       cycle
	Survey      surveyScript
}

type agency struct{ ID, Name, Parent string }

type people struct {
	People       []person
	Editor, Head person // for each scored agency, whose id replaces %s
	System       string
}

type person struct{ Login, Name, Role, Agency string }

type cycle struct {
	Name        string
	Year        int32
	Members     []yamlMessage[catalogv1.CycleMember, *catalogv1.CycleMember]
	Documents   map[string]yamlMessage[assessmentv1.Evidence, *assessmentv1.Evidence]
	Values      []value
	Reduction   yamlMessage[appraisalv1.Reduction, *appraisalv1.Reduction]
	Assignments []struct{ Appraiser, Group string }
	Sees        map[string][]string
	Refused     []struct{ Appraiser, Agency, Reason string }
	Rounds      []round
	Publication struct {
		Decision string
		Results  map[string]string
	}
}

type value struct {
	Agency string
	Input  yamlMessage[rulev1.Input, *rulev1.Input]
	Points string
}

type round struct {
	Round      int32
	Sheets     []sheet
	Appraisals []appraisal
	Decision   string
}

type sheet struct {
	Agency   string
	Entries  []entry
	Sealed   []string
	Subtotal string // "points of max points"
	Closed   string // an item that is not open
}

type entry struct {
	Item          string
	Input         yamlMessage[rulev1.Input, *rulev1.Input]
	Evidence      []string
	Justification string
}

type appraisal struct {
	Agency   string
	By       string
	Verdicts []verdict
	Outcome  []string
}

type verdict struct {
	Item           string
	Agree          bool
	Input          yamlMessage[rulev1.Input, *rulev1.Input]
	Override       string
	OverrideReason string `yaml:"overrideReason"`
	Missing        yamlMessage[appraisalv1.MissingEvidence, *appraisalv1.MissingEvidence]
	Code, Reason   string
	Points         string // empty: not applicable
}

type surveyScript struct {
	Plan      yamlMessage[surveyv1.SurveyPlanContent, *surveyv1.SurveyPlanContent]
	Responses []struct {
		Agency            string
		Access, Officials []int32
		Overall           []string
	}
	Result []string
}

// yamlMessage is a protobuf message written in YAML.
type yamlMessage[M any, P interface {
	*M
	proto.Message
}] struct {
	message P // nil: none
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (o *yamlMessage[M, P]) UnmarshalYAML(node *yaml.Node) error {
	var plain any
	if err := node.Decode(&plain); err != nil {
		return err
	}
	content, err := json.Marshal(plain)
	if err != nil {
		return err
	}
	o.message = new(M)
	if err := protojson.Unmarshal(content, o.message); err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	return nil
}

func readScript() (script, error) {
	var s script
	for file, into := range map[string]any{
		"catalog": &s.Catalog, "regulation": &s.Regulation, "people": &s.People, "cycle": &s.Cycle, "survey": &s.Survey,
	} {
		content, err := data.ReadFile("data/" + file + ".yaml")
		if err != nil {
			return s, err
		}
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		if file == "catalog" { // the rest of it is for the platform
			s.catalogFile = content
		} else {
			decoder.KnownFields(true)
		}
		if err := decoder.Decode(into); err != nil {
			return s, fmt.Errorf("reading data/%s.yaml: %w", file, err)
		}
	}
	return s, nil
}

// everybody returns all people: the named ones, then the editor and the head of
// each scored agency.
func (s *script) everybody() []person {
	all := slices.Clone(s.People.People)
	for _, id := range s.scored() {
		all = append(all, s.of(s.People.Editor, id), s.of(s.People.Head, id))
	}
	return all
}

// of returns the person of an agency that a pattern describes.
func (s *script) of(pattern person, id string) person {
	i := slices.IndexFunc(s.Catalog.Agencies, func(a agency) bool { return a.ID == id })
	return person{
		Login: fmt.Sprintf(pattern.Login, id), Name: fmt.Sprintf(pattern.Name, s.Catalog.Agencies[i].Name),
		Role: pattern.Role, Agency: id,
	}
}

// round returns the actions of a round, 1 or 2.
func (s *script) round(number int32) round {
	i := slices.IndexFunc(s.Cycle.Rounds, func(r round) bool { return r.Round == number })
	return s.Cycle.Rounds[i]
}

// scored returns the agencies that are scored.
func (s *script) scored() []string {
	var ids []string
	for _, m := range s.Cycle.Members {
		if m.message.GetNotScoredReason() == "" {
			ids = append(ids, m.message.GetAgency())
		}
	}
	return ids
}

// agenciesOf returns the scored agencies of a group.
func (s *script) agenciesOf(group string) []string {
	var ids []string
	for _, m := range s.Cycle.Members {
		if m.message.GetNotScoredReason() == "" && m.message.GetGroup() == group {
			ids = append(ids, m.message.GetAgency())
		}
	}
	return ids
}
