package assessment_test

import (
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/fault"
)

// TestRefusalsSayWhatToDo goes through a cycle and checks the messages for requests at
// the wrong time and for the wrong item.
func TestRefusalsSayWhatToDo(t *testing.T) {
	w := newWorld(t, preparation)
	wantMessage := func(err error, code string, words ...string) {
		t.Helper()
		f := fault.From(err)
		if f == nil || f.Code != code {
			t.Fatalf("got %v, want %s", err, code)
		}
		for _, word := range append(words, "ãy ") {
			if !strings.Contains(f.Message("vi"), word) {
				t.Errorf("%q does not say %q", f.Message("vi"), word)
			}
		}
	}
	write := func(item string, round int32) error {
		req := update(item, nil)
		req.Round = round
		_, err := w.UpdateEntry(editor(t, "home"), req)
		return err
	}
	wantMessage(write("i.1.1", 1), "WINDOW_NOT_OPEN", "tự đánh giá lần 1", "chưa được lưu")
	w.move(t, self1)
	wantMessage(write("ii.1", 1), "ITEM_NOT_ENTERED", "cơ quan thường trực")
	wrong := report("home", ratio("1", "2"))
	wrong.Item = "i.1.1"
	_, err := w.ReportValue(reporter(t), wrong)
	wantMessage(err, "ITEM_NOT_REPORTED")
	w.submit(t, "home", 1)
	wantMessage(write("i.1.1", 1), "ROUND_SUBMITTED", "cơ quan thường trực")
	w.move(t, self2)
	wantMessage(write("i.1.1", 1), "WINDOW_CLOSED", "tự đánh giá lần 1", "cơ quan thường trực")
	wantMessage(write("i.1.1", 2), "HAND_BACK_MISSING", "cơ quan thường trực")
	w.take(t, outcome(1))
	wantMessage(write("i.1.1", 2), "ITEM_CLOSED", "các nội dung đang mở")
	other := outcome(1)
	other.DecisionNumber = "13/QĐ-HĐTĐ"
	_, err = w.TakeHandBack(asService(t, "appraisal"), handBack(t, other))
	wantMessage(err, "HAND_BACK_DIFFERS", "quản trị viên")
	other.Agency = "finance"
	_, err = w.TakeHandBack(asService(t, "appraisal"), handBack(t, other))
	wantMessage(err, "HAND_BACK_MISPLACED", "gửi lại")
	_, err = w.TakeHandBack(asService(t, "appraisal"), sent(1, []byte("{]")))
	wantMessage(err, "HAND_BACK_BROKEN", "gửi lại")
}
