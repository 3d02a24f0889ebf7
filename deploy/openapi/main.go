// Command openapi writes the OpenAPI documents that the gateway serves under /openapi/:
// one for each service, and one with all of them. It reads the contracts: the shape and
// the rules of messages from the generated code, the comments from an image of buf,
// and the HTTP status of each reason from the index of faults.
//
//	go run ./deploy/openapi IMAGE FAULTS FOLDER
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/reflect/protoreflect"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// contracts are the files with rpcs, by the name of their document.
var contracts = map[string]protoreflect.FileDescriptor{
	"appraisal":  appraisalv1.File_parindex_appraisal_v1_appraisal_service_proto,
	"assessment": assessmentv1.File_parindex_assessment_v1_assessment_service_proto,
	"auth":       authv1.File_parindex_auth_v1_auth_service_proto,
	"catalog":    catalogv1.File_parindex_catalog_v1_catalog_service_proto,
	"identity":   identityv1.File_parindex_identity_v1_identity_service_proto,
	"scoring":    scoringv1.File_parindex_scoring_v1_scoring_service_proto,
	"survey":     surveyv1.File_parindex_survey_v1_survey_service_proto,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("usage: go run ./deploy/openapi IMAGE FAULTS FOLDER")
	}
	comments, err := readComments(args[0])
	if err != nil {
		return err
	}
	reasons, err := readReasons(args[1])
	if err != nil {
		return err
	}
	documents, err := write(comments, reasons)
	if err != nil {
		return err
	}
	for name, document := range documents {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(document); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(args[2], name+".openapi.json"), b.Bytes(), 0o644); err != nil { //nolint:gosec // a file of the repository
			return err
		}
	}
	return nil
}
