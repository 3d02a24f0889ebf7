package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/rpc"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// desks is the number of editors, each of another agency.
const desks = 32

// desk is the client of the editor of one agency, who writes one item after
// another.
type desk struct {
	gateway, agency, token string
	service                assessmentv1.AssessmentServiceClient
	etags                  [entered]string // in the cycle that is played
	next                   int
}

// entries measures updates of entries. Each client writes the entries of its own
// agency, as editors do.
func (b *bench) entries(ctx context.Context, out io.Writer) error {
	var editors [desks]*desk
	for i := range editors {
		editor, err := b.desk(ctx, i)
		if err != nil {
			return err
		}
		if err := errors.Join(editor.fill(ctx, reserved), editor.fill(ctx, played)); err != nil {
			return err
		}
		editors[i] = editor
	}
	return b.compare(ctx, out, workload{
		title:   fmt.Sprintf("entry update, %d agencies × %d items", agencies, entered),
		unit:    "updates",
		clients: []int{1, 8, desks},
		stock:   func(context.Context, int) error { return nil },
		rest:    func(ctx context.Context, client int) error { return editors[client].byREST(ctx) },
		grpc:    func(ctx context.Context, client int) error { return editors[client].byGRPC(ctx, played) },
		script:  "deploy/bench/entry.sql",
	})
}

// desk creates the editor of an agency and connects to the service.
func (b *bench) desk(ctx context.Context, i int) (*desk, error) {
	token, err := b.person(ctx, "editor-"+agency(i), agency(i), authv1.Role_ROLE_AGENCY_EDITOR)
	if err != nil {
		return nil, err
	}
	conn, err := b.dial(token)
	if err != nil {
		return nil, err
	}
	return &desk{
		gateway: "http://" + b.platform.HTTP, agency: agency(i), token: token, service: assessmentv1.NewAssessmentServiceClient(conn),
	}, nil
}

// dial connects to the services without the gateway; token may be empty.
func (b *bench) dial(token string) (*grpc.ClientConn, error) {
	conn, err := rpc.Dial(b.platform.GRPC, func(context.Context) (string, error) { return token, nil })
	if err == nil {
		b.stops = append(b.stops, conn.Close)
	}
	return conn, err
}

// fill writes every item of a cycle for the first time.
func (d *desk) fill(ctx context.Context, cycle string) error {
	for i := range d.etags {
		d.etags[i] = "0"
	}
	for range d.etags {
		if err := d.byGRPC(ctx, cycle); err != nil {
			return fmt.Errorf("filling the sheet of %s: %w", d.agency, err)
		}
	}
	return nil
}

// byGRPC writes the next item over gRPC.
func (d *desk) byGRPC(ctx context.Context, cycle string) error {
	i := d.turn()
	request := d.update(i)
	request.Authority, request.Cycle, request.Agency, request.Item = "bench", cycle, d.agency, item(i)
	answer, err := d.service.UpdateEntry(ctx, request)
	d.etags[i] = answer.GetEntry().GetEtag()
	return err
}

// byREST writes the next item over REST.
func (d *desk) byREST(ctx context.Context) error {
	i := d.turn()
	body, err := protojson.Marshal(d.update(i))
	if err != nil {
		return err
	}
	var answer struct{ Etag string }
	err = send(ctx, http.MethodPatch, d.gateway+authority+"/cycles/"+played+"/sheets/"+d.agency+"/entries/"+item(i), d.token, body, &answer)
	d.etags[i] = answer.Etag
	return err
}

func (d *desk) turn() int {
	i := d.next
	d.next = (i + 1) % entered
	return i
}

// update returns the entry that an editor writes for item i.
func (d *desk) update(i int) *assessmentv1.UpdateEntryRequest {
	input := &rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{Done: "1234", Planned: "1300"}}}
	if i%2 == 0 {
		input = &rulev1.Input{Facts: &rulev1.Input_Option{Option: "timely"}}
	}
	return &assessmentv1.UpdateEntryRequest{
		Round: 1, Input: input, Justification: "Đã thực hiện đầy đủ theo kế hoạch được phê duyệt.",
		Evidence: []*assessmentv1.Evidence{{
			Title: "Báo cáo kết quả thực hiện kế hoạch", DocumentNumber: "12/BC-UBND", Issuer: "Ủy ban nhân dân", IssueDate: "2024-11-30",
		}},
		Etag: d.etags[i], RequestId: uuid.NewString(),
	}
}
