package criteria

import (
	"encoding/json"

	"github.com/parindex/parindex/libs/rule"
)

// Class is a range of the index; the classes of a group together cover 0 to 100 once
// (rule G5). The zero End is the end of the scale.
type Class struct {
	ID, Name  string
	Low, High rule.End
}

// classJSON is a Class as contents are sealed and hashed.
type classJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	rule.RangeJSON
}

// MarshalJSON writes c as {"id", "name"} with the ends that are stated: "from" or
// "above", "to" or "below".
func (c Class) MarshalJSON() ([]byte, error) {
	return json.Marshal(classJSON{c.ID, c.Name, rule.NewRangeJSON(c.Low, c.High)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Class) UnmarshalJSON(data []byte) error {
	var form classJSON
	err := json.Unmarshal(data, &form)
	low, high := form.Ends()
	*c = Class{form.ID, form.Name, low, high}
	return err
}
