package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func TestPaging(t *testing.T) {
	w := newWorld(t)
	w.load(t, "soc-trang", socTrang(t))
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "soc-trang"}, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"})
	var ids []string
	var sizes []int
	token := ""
	for {
		page, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: "soc-trang", PageSize: 10, PageToken: token})
		if err != nil {
			t.Fatal(said(err))
		}
		sizes = append(sizes, len(page.GetAgencies()))
		for _, a := range page.GetAgencies() {
			if len(ids) > 0 && a.GetId() <= ids[len(ids)-1] {
				t.Errorf("%s comes after %s", a.GetId(), ids[len(ids)-1])
			}
			ids = append(ids, a.GetId())
		}
		if page.GetNextPageToken() == "" {
			break
		}
		token = page.GetNextPageToken()
	}
	if fmt.Sprint(sizes) != "[10 10 10 10 7]" {
		t.Errorf("pages of %v, want 10 10 10 10 7", sizes)
	}
	refused := map[string]func() error{
		"another authority": func() error {
			_, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: "an-binh", PageToken: token})
			return err
		},
		"another list": func() error {
			_, err := w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "soc-trang", Cycle: "2023", PageToken: token})
			return err
		},
		"cycles": func() error {
			_, err := w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: "soc-trang", PageToken: token})
			return err
		},
		"authorities": func() error {
			_, err := w.ListAuthorities(ctx, &catalogv1.ListAuthoritiesRequest{PageToken: token})
			return err
		},
		"a token made up": func() error {
			_, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: "soc-trang", PageToken: "AAAA"})
			return err
		},
	}
	for name, call := range refused {
		t.Run(name, func(t *testing.T) { wantFault(t, call(), fault.PageTokenInvalid) })
	}
}

func TestPagingTheOthers(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies+strings.NewReplacer("2023", "2024").Replace(twoAgencies[strings.Index(twoAgencies, `- id: "2023"`):])))
	w.load(t, "soc-trang", socTrang(t))
	ctx := root(t)
	cycles, err := w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: "an-binh", PageSize: 1})
	if err != nil || len(cycles.GetCycles()) != 1 || cycles.GetCycles()[0].GetId() != "2024" {
		t.Fatalf("the newest cycle: %v %v", cycles, err)
	}
	cycles, err = w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: "an-binh", PageSize: 1, PageToken: cycles.GetNextPageToken()})
	if err != nil || len(cycles.GetCycles()) != 1 || cycles.GetCycles()[0].GetId() != "2023" || cycles.GetNextPageToken() != "" {
		t.Errorf("the cycle before: %v %v", cycles, err)
	}
	members, err := w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2023", PageSize: 1})
	if err != nil || len(members.GetCycleAgencies()) != 1 || members.GetCycleAgencies()[0].GetAgency().GetId() != "finance" {
		t.Fatalf("the first agency: %v %v", members, err)
	}
	_, err = w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2024", PageToken: members.GetNextPageToken()})
	wantFault(t, err, fault.PageTokenInvalid)
	members, err = w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2023", PageToken: members.GetNextPageToken()})
	if err != nil || len(members.GetCycleAgencies()) != 1 || members.GetCycleAgencies()[0].GetAgency().GetId() != "home" || members.GetNextPageToken() != "" {
		t.Errorf("the second agency: %v %v", members, err)
	}
	authorities, err := w.ListAuthorities(ctx, &catalogv1.ListAuthoritiesRequest{PageSize: 1})
	if err != nil || len(authorities.GetAuthorities()) != 1 || authorities.GetNextPageToken() == "" {
		t.Fatalf("the first authority: %v %v", authorities, err)
	}
	// The scope is looked at again: the token shows nothing beyond it.
	mine := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"})
	authorities, err = w.ListAuthorities(mine, &catalogv1.ListAuthoritiesRequest{PageToken: authorities.GetNextPageToken()})
	if err != nil || len(authorities.GetAuthorities()) != 0 {
		t.Errorf("with a token from a wider scope: %v %v", authorities, err)
	}
}

// TestCyclesByYear lists the cycles by year and not by id, page by page.
func TestCyclesByYear(t *testing.T) {
	w := newWorld(t)
	w.run(t)
	for id, year := range map[string]int32{"a": 2025, "z": 2023, "b": 2024, "c": 2024} {
		opening := createCycle(id)
		opening.Year = year
		if _, err := w.CreateCycle(coordinator(t), opening); err != nil {
			t.Fatal(said(err))
		}
	}
	var ids []string
	for token := ""; ; {
		page, err := w.ListCycles(coordinator(t), &catalogv1.ListCyclesRequest{Authority: "an-binh", PageSize: 1, PageToken: token})
		if err != nil {
			t.Fatal(said(err))
		}
		for _, c := range page.GetCycles() {
			ids = append(ids, fmt.Sprint(c.GetYear(), " ", c.GetId()))
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if got := strings.Join(ids, ", "); got != "2025 a, 2024 c, 2024 b, 2023 z, 2023 2023" {
		t.Errorf("the cycles are %s", got)
	}
}

func TestListAuthorities(t *testing.T) {
	w := newWorld(t)
	w.load(t, "soc-trang", socTrang(t))
	w.load(t, "an-binh", anBinh(""))
	service := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "scoring"}, "")
	observer := auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"}
	ended := auth.Binding{Role: authv1.Role_ROLE_INSPECTOR, Authority: "soc-trang", End: w.Clock.Now().Add(-time.Second)}
	for want, ctx := range map[string]context.Context{
		"an-binh soc-trang ": root(t),
		"an-binh soc-trang":  service,
		"an-binh":            as(t, observer, ended),
		"":                   as(t, ended),
	} {
		answer, err := w.ListAuthorities(ctx, &catalogv1.ListAuthoritiesRequest{})
		if err != nil {
			t.Fatal(said(err))
		}
		var ids []string
		for _, a := range answer.GetAuthorities() {
			ids = append(ids, a.GetId())
		}
		if got := strings.Join(ids, " "); got != strings.TrimSpace(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
