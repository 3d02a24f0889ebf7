package rpc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/fault"
)

// It is noon on 8 January 2024 in UTC, and evening of that day in Việt Nam.
func TestDatesOfRequests(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	for sent, want := range map[string]string{
		`signed: "2024-01-08" signed: "1945-09-02" in_force: "2034-01-08"`: "",
		`in_force: ""`:                              "",
		`in_force: "2034-01-09"`:                    "inForce DATE_OUT_OF_RANGE",
		`in_force: "2026-02-31"`:                    "inForce DATE_NOT_REAL",
		`in_force: "0000-12-31"`:                    "inForce DATE_NOT_REAL",
		`in_force: "0000-01-01"`:                    "inForce DATE_NOT_REAL",
		`in_force: "9999-12-31"`:                    "inForce DATE_NOT_REAL",
		`in_force: "31/12/2024"`:                    "inForce DATE_NOT_REAL",
		`signed: "2024-01-08" signed: "2024-01-09"`: "signed[1] DATE_OUT_OF_RANGE",
		`drafts { notice { number: "1" } } drafts { notice { number: "1" date: "1945-09-01" } }`: "drafts[1].notice.date DATE_OUT_OF_RANGE",
		`close_time { seconds: 1704715200 } end_time { seconds: 3282595200 }`:                    "",
		`close_time { seconds: 3282595200 }`:                                                     "closeTime INSTANT_OUT_OF_RANGE",
		`close_time { seconds: -62135596800 }`:                                                   "closeTime INSTANT_OUT_OF_RANGE",
		`close_time {}`:                                                                          "closeTime INSTANT_OUT_OF_RANGE",
		`close_time { seconds: 1704715200 nanos: -1 }`:                                           "closeTime timestamp",
		`close_time { seconds: -62135596801 }`:                                                   "closeTime timestamp",
		`end_time { seconds: -62135596800 } close_time { seconds: 253402300799 }`:                "closeTime INSTANT_OUT_OF_RANGE, endTime INSTANT_OUT_OF_RANGE",
	} {
		err := ask(t.Context(), t, o.client(t, nil), "Look", `authority: "soc-trang" title: "a" notice { number: "1" } `+sent)
		var got []string
		if err != nil {
			for _, v := range fault.From(err).Violations {
				if !strings.HasSuffix(v.Code, "min_len") {
					got = append(got, v.Field+" "+v.Code)
				}
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: %s", sent, diff)
		}
	}
}
