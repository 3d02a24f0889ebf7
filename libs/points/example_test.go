package points_test

import (
	"fmt"

	"github.com/parindex/parindex/libs/points"
)

// The index of an agency: the sum of its points divided by its standard points,
// rounded once (S4 II.1 prints 88,26 and 90,06%).
func Example() {
	total := points.Sum(points.MustParse("37.25"), points.MustParse("35.42"), points.MustParse("15.59"))
	policy := points.DefaultPolicy()
	index, err := policy.Index(total, points.FromInt(98))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(total, index, policy.Display(index)+"%")
	// Output: 88.26 90.061224 90.06%
}

// A figure is a decimal as it is written and travels without loss; what is no
// plain decimal is refused.
func ExampleParse() {
	for _, s := range []string{"12.50", "1e3", "1,5"} {
		x, err := points.Parse(s)
		fmt.Println(x, err != nil)
	}
	// Output:
	// 12.5 false
	// 0 true
	// 0 true
}

// Sums are exact, so that no figure depends on the order of its parts.
func ExampleSum() {
	fmt.Println(points.Sum(points.MustParse("0.1"), points.MustParse("0.2")).Equal(points.MustParse("0.3")))
	// Output: true
}
