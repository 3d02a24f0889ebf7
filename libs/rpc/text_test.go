package rpc_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/fault"
)

func TestTextsAreCleaned(t *testing.T) {
	var taken proto.Message
	o := open(t, publicKeys, desk(t, "Desk", func(_ context.Context, req proto.Message) (proto.Message, error) {
		taken = req
		return req, nil
	}))
	const sent = `authority: "soc-trang" title: "a" remark: " Sở\u200b Một \u00a0\r\nHuyê\u0323n " names: "Sở\nMột" names: "Huyện"
		notice { number: "12/QĐ\u00a0" } drafts { notice { number: "Së Néi  vô" } } drafts {}`
	if err := ask(t.Context(), t, o.client(t, nil), "Look", sent); err != nil {
		t.Fatal(err)
	}
	want := question(t, `authority: "soc-trang" title: "a" remark: "Sở Một\nHuyện" names: "Sở Một" names: "Huyện"
		notice { number: "12/QĐ" } drafts { notice { number: "Së Néi vô" } } drafts {}`)
	if diff := cmp.Diff(proto.Message(want), taken, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedTexts(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	err := ask(t.Context(), t, o.client(t, nil), "Look", `authority: "soc-trang" title: "a" remark: "\007 of more than 20 characters" names: "a" names: "\u200b"
		notice { number: "Së Néi vô" } drafts { notice { number: "a\nb" } } drafts { notice {} }`)
	var got []string
	for _, v := range fault.From(err).Violations {
		got = append(got, v.Field+" "+v.Code)
	}
	want := []string{
		"drafts[0].notice.number TEXT_NOT_ONE_LINE", "names[1] TEXT_MISSING", "notice.number TEXT_LEGACY_ENCODING", "remark TEXT_UNPRINTABLE",
		"drafts[1].notice.number string.min_len",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Lengths and doubles are those of the cleaned texts.
func TestRulesHoldForCleanedTexts(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	for sent, want := range map[string]string{
		`remark: "ệệệệệệệệệệệệệệệệệệệệ"`:                                                                         "",
		`remark: "e\u0323\u0302e\u0323\u0302e\u0323\u0302e\u0323\u0302e\u0323\u0302e\u0323\u0302e\u0323\u0302 "`: "",
		`remark: "ệệệệệệệệệệệệệệệệệệệệệ"`:                                                                        "remark string.max_len",
		`names: "a" names: "a\u200b"`: "names repeated.unique",
	} {
		err := ask(t.Context(), t, o.client(t, nil), "Look", `authority: "soc-trang" title: "a" `+sent)
		got := ""
		if err != nil {
			got = fault.From(err).Violations[0].Field + " " + fault.From(err).Violations[0].Code
		}
		if got != want {
			t.Errorf("%s: %q, want %q", sent, got, want)
		}
	}
}
