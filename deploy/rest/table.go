package rest

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// notPrinted is written in place of a figure that the source does not print.
const notPrinted = "—"

// WriteLeaderboard writes a leaderboard as a table of fixed columns.
func WriteLeaderboard(w io.Writer, b *scoringv1.Leaderboard) error {
	if _, err := fmt.Fprintf(w, "%s · %s %s\n", b.GetGroupName(), b.GetAuthority(), b.GetCycle()); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	write := func(cells ...any) {
		for _, c := range cells {
			_, _ = fmt.Fprintf(t, "%v\t", c) // the tabwriter keeps its first error for Flush
		}
		_, _ = fmt.Fprintln(t)
	}
	write("Hạng", "Đơn vị", "Điểm chuẩn", "Tự đánh giá", "Khảo sát", "SIPAS", "Tổng điểm", "Chỉ số %", "Xếp loại")
	for _, e := range b.GetEntries() {
		rank := notPrinted
		if e.Rank != nil {
			rank = strconv.Itoa(int(e.GetRank()))
		}
		write(rank, e.GetAgencyName(), figure(e.StandardPoints), figure(e.SelfPoints), figure(e.OfficialsPoints),
			figure(e.SatisfactionPoints), figure(e.TotalPoints), figure(e.Index), figure(e.ClassName))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	s := b.GetStatistics()
	_, err := fmt.Fprintf(w, "Trung bình %s · cao nhất %s · thấp nhất %s · chênh lệch %s\n\n",
		figure(s.MeanIndex), figure(s.Highest), figure(s.Lowest), figure(s.Gap))
	return err
}

func figure(f *string) string {
	if f == nil {
		return notPrinted
	}
	return *f
}
