package rule

// Operation is the operation of a step.
type Operation uint8

// The operations, with the numbers of parindex.rule.v1.Operation. Unless stated
// otherwise, an operand is a figure in canonical form. Figures in a formula have up
// to 1000 digits; other figures are those that points.Parse reads.
const (
	// OpTake takes a figure as it was given: x.
	OpTake Operation = iota + 1
	// OpCount counts: a of b conditions or targets are met. The result is a.
	OpCount
	// OpGive gives the points that the regulation states for the case: x.
	OpGive
	// OpMultiply computes a × b.
	OpMultiply
	// OpScale computes a × b ÷ c, rounded once. The fourth operand is the number of
	// places, the fifth the name of the points.Mode.
	OpScale
	// OpCap takes the smaller of a and b.
	OpCap
	// OpPercent computes a ÷ b × 100, rounded for people to read. The third operand is
	// the number of places, the fourth the name of the points.Mode. The result is used
	// in no further computation; comparisons use a and b.
	OpPercent
	// OpNotApplicable states that the item is not applicable. It has no result and is
	// the last step.
	OpNotApplicable
	// OpAdd computes a + b.
	OpAdd
	// OpSubtract computes a - b.
	OpSubtract
	// OpDivide computes a ÷ b, rounded once. The third operand is the number of
	// places, the fourth the name of the points.Mode.
	OpDivide
	// OpRaise takes the larger of a and b.
	OpRaise
	// OpCompare returns -1, 0 or 1 if a is below, equal to or above b.
	OpCompare
	// OpRound rounds a. The second operand is the number of places, the third the name
	// of the points.Mode.
	OpRound
)

// Step is one step of an explanation. A person can read it, and a program can
// compute it again (rule G8).
type Step struct {
	Operation Operation
	// Operands are the operands of the operation.
	Operands []string
	// Result is the result; empty if the item is not applicable.
	Result string
	// Vi and En describe the step in a sentence. They quote the texts of the rule as
	// printed.
	Vi, En string
}
