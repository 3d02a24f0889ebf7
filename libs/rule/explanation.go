package rule

// Operation is what a step does with its operands.
type Operation uint8

// The operations, numbered as in parindex.rule.v1.Operation. Where nothing else
// is said, an operand is a figure in its canonical form. Those inside a formula
// have up to 1000 digits, others are as points.Parse reads them.
const (
	// OpTake takes a figure as it was given: x.
	OpTake Operation = iota + 1
	// OpCount counts: a of b are met. The result is a.
	OpCount
	// OpGive gives the points that the regulation states for the case: x.
	OpGive
	// OpMultiply gives a × b.
	OpMultiply
	// OpScale gives a × b ÷ c, rounded once. The fourth operand is the number
	// of places, the fifth the name of the points.Mode.
	OpScale
	// OpCap gives the smaller of a and b.
	OpCap
	// OpPercent gives a ÷ b × 100, rounded for people. The third operand is the
	// number of places, the fourth the name of the points.Mode. Nothing is
	// computed from the result, and comparisons are made with a and b.
	OpPercent
	// OpNotApplicable gives nothing and is the last step.
	OpNotApplicable
	// OpAdd gives a + b.
	OpAdd
	// OpSubtract gives a - b.
	OpSubtract
	// OpDivide gives a ÷ b, rounded once. The third operand is the number of
	// places, the fourth the name of the points.Mode.
	OpDivide
	// OpRaise gives the larger of a and b.
	OpRaise
	// OpCompare gives -1, 0 or 1 as a is below, equal to or above b.
	OpCompare
	// OpRound gives a, rounded. The second operand is the number of places, the
	// third the name of the points.Mode.
	OpRound
)

// Step is one step of an account: readable by a person, and enough to be
// computed again (G8).
type Step struct {
	Operation Operation
	// Operands are what it works on.
	Operands []string
	// Result is the figure it gives; empty if the item is not applicable.
	Result string
	// Vi and En say the step in a sentence. Texts of the rule are quoted in
	// them as printed.
	Vi, En string
}
