package criteria

import (
	"encoding/json"

	"github.com/parindex/parindex/libs/rule"
)

// Class is a class with its range of the index. The classes of a group cover 0 to 100
// without gap or overlap (rule G5). The zero End is the end of the scale.
type Class struct {
	ID, Name  string
	Low, High rule.End
}

// classJSON is the JSON form of a Class in sealed and hashed contents.
type classJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	rule.RangeJSON
}

// MarshalJSON writes c as {"id", "name"} with the ends that it has: "from" or "above",
// "to" or "below".
func (c Class) MarshalJSON() ([]byte, error) {
	return json.Marshal(classJSON{c.ID, c.Name, rule.NewRangeJSON(c.Low, c.High)})
}

// UnmarshalJSON reads the form that MarshalJSON writes.
func (c *Class) UnmarshalJSON(data []byte) error {
	var form classJSON
	err := json.Unmarshal(data, &form)
	low, high := form.Ends()
	*c = Class{form.ID, form.Name, low, high}
	return err
}
