package canonical_test

import (
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/canonical"
)

// The same content always has the same bytes and the same hash.
func Example() {
	content, err := canonical.JSON(struct {
		Agency string `json:"agency"`
		Time   string `json:"time"`
		Points string `json:"points"`
	}{"my-xuyen", canonical.Instant(time.Date(2023, 10, 31, 16, 59, 0, 0, time.UTC)), "51.34"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n%s\n", content, canonical.Hash(content))
	// Output:
	// {"agency":"my-xuyen","time":"2023-10-31T16:59:00.000000Z","points":"51.34"}
	// d7f3cdd7e00e8e5c8d47c654bd0271e99f3e760328a676348c793107955d30cb
}
