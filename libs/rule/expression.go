package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
)

// The limits of an expression. Its cost is the number of its operations: without
// loops none is done twice.
const (
	maxExpression = 2000
	maxOperations = 200
	maxNesting    = maxOperations
	maxReported   = 10
	maxCompiled   = 200
)

// The names that every expression can use besides its inputs.
const (
	maxPointsID = "max_points"
	decFunction = "dec"
	divFunction = "div"
	minFunction = "min"
	maxFunction = "max"
)

// reserved are the names that inputs must not have: the names above, and the words
// and types of CEL.
var reserved = func() map[string]bool {
	words := strings.Fields(`max_points dec div min max has all exists exists_one map filter
		true false null in as break const continue else for function if import let loop package namespace return var void while
		bool bytes double int list null_type string type uint decimal`)
	names := make(map[string]bool, len(words))
	for _, word := range words {
		names[word] = true
	}
	return names
}()

// Violations found while an expression is read and type-checked; each names a line
// and a column. Violations of the bounds of its results are in bounds.go.
var (
	expressionUnreadable = fault.Invalid.Reason("FORMULA_UNREADABLE",
		"Dòng %d, cột %d: không đọc được (%s). Hãy viết lại chỗ này.",
		"Line %d, column %d: this cannot be read (%s). Write it otherwise.")
	expressionEnds = fault.Invalid.Reason("FORMULA_UNFINISHED",
		"Dòng %d, cột %d: công thức kết thúc giữa chừng. Hãy thêm phần còn thiếu hoặc đóng ngoặc.",
		"Line %d, column %d: the formula ends too early. Add what is missing, or close a parenthesis.")
	expressionUnexpected = fault.Invalid.Reason("FORMULA_WORD_MISPLACED",
		"Dòng %d, cột %d: “%s” không thể đứng ở đây. Hãy xem trước đó có thừa hoặc thiếu số, phép tính hay dấu ngoặc không.",
		"Line %d, column %d: “%s” cannot stand here. See whether a figure, an operation or a parenthesis is missing or too many before it.")
	expressionSign = fault.Invalid.Reason("FORMULA_SIGN_UNKNOWN",
		"Dòng %d, cột %d: công thức không có ký hiệu “%s”. Hãy bỏ đi hoặc viết bằng chữ không dấu.",
		"Line %d, column %d: a formula has no sign “%s”. Remove it, or write it in letters from a to z.")
	expressionUnknown = fault.Invalid.Reason("FORMULA_NAME_UNKNOWN",
		"Dòng %d, cột %d: không có số liệu hay phép tính “%s”. Hãy khai báo số liệu này hoặc sửa tên.",
		"Line %d, column %d: there is no input and no operation “%s”. Declare the input, or correct its name.")
	expressionTypes = fault.Invalid.Reason("FORMULA_TYPES_WRONG",
		"Dòng %d, cột %d: phép tính “%s” không dùng được với (%s). Hãy xem chỗ nào cần số, chỗ nào cần điều kiện.",
		"Line %d, column %d: the operation “%s” does not go with (%s). See where it takes a figure and where a condition.")
	expressionKind = fault.Invalid.Reason("FORMULA_KIND_WRONG",
		"Dòng %d, cột %d: ở đây cần %s, nhưng có %s. Hãy xem chỗ nào cần số, chỗ nào cần điều kiện.",
		"Line %d, column %d: this takes a %s and not a %s. See where it takes a figure and where a condition.")
	expressionDeep = fault.Invalid.Reason("FORMULA_TOO_DEEP",
		"Dòng %d, cột %d: công thức lồng quá sâu. Hãy bỏ bớt ngoặc và các trường hợp lồng nhau.",
		"Line %d, column %d: the formula is nested too deeply. Remove parentheses and cases within cases.")
	expressionSlash = fault.Invalid.Reason("FORMULA_DIVISION_WRONG",
		"Dòng %d, cột %d: phép chia phải ghi số chữ số thập phân để làm tròn. Hãy viết dạng div(a, b, 2).",
		"Line %d, column %d: a division needs the number of places to which it rounds. Write it as div(a, b, 2).")
	expressionDouble = fault.Invalid.Reason("FORMULA_FLOAT",
		"Dòng %d, cột %d: số thập phân phải nằm trong dec(…). Hãy viết dạng dec(\"0.5\").",
		"Line %d, column %d: a decimal must be inside dec(…). Write it as dec(\"0.5\").")
	expressionForeign = fault.Invalid.Reason("FORMULA_FOREIGN",
		"Dòng %d, cột %d: công thức chỉ gồm số nguyên, dec(\"0.5\"), số liệu đã khai báo và các phép tính. Hãy viết lại bằng những thứ đó.",
		"Line %d, column %d: a formula has whole numbers, dec(\"0.5\"), declared inputs and calculations only. Write it with these.")
	expressionFigure = fault.Invalid.Reason("FORMULA_FIGURE_MALFORMED",
		"Dòng %d, cột %d: số không đúng dạng. Hãy viết dạng dec(\"12.5\"), tối đa 12 chữ số ở mỗi bên dấu chấm.",
		"Line %d, column %d: the figure is malformed. Write it as dec(\"12.5\"), with at most 12 digits on either side of the point.")
	expressionPlaces = fault.Invalid.Reason("FORMULA_PLACES_WRONG",
		"Dòng %d, cột %d: div cần số chữ số thập phân từ 0 đến 12, viết bằng chữ số. Hãy viết lại, ví dụ div(a, b, 2).",
		"Line %d, column %d: div needs its places written as a number from 0 to 12. Write it as div(a, b, 2).")
	expressionNoFigure = fault.Invalid.Reason("FORMULA_NO_FIGURE",
		"Dòng %d, cột %d: công thức cho ra một điều kiện, không phải số. Hãy viết thêm số cho mỗi trường hợp: … ? max_points : 0.",
		"Line %d, column %d: the result of the formula is a condition and not a figure. Write a figure for each case: … ? max_points : 0.")
	expressionCostly = fault.Invalid.Reason("FORMULA_OPERATIONS_TOO_MANY",
		"Công thức có %d phép tính, nhiều hơn %d. Hãy viết gọn lại hoặc tách nội dung chấm điểm.",
		"The formula has %d operations, more than %d. Write it shorter, or split the item.")
)

// decimal is the CEL type of every figure in a formula; its values are
// points.Points. Whole numbers in the source are ints until an operation uses them.
var decimal = cel.OpaqueType("decimal")

// language is the CEL environment of all formulas. It has no standard library and
// no macros, so that formulas have only the functions declared here.
var language = sync.OnceValues(func() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.ParserExpressionSizeLimit(maxExpression), cel.ParserRecursionLimit(maxNesting), cel.ParserErrorRecoveryLimit(maxReported),
		cel.Variable(maxPointsID, decimal),
		cel.Function(decFunction, cel.Overload(decFunction, []*cel.Type{cel.StringType}, decimal)),
		figures(operators.Negate, decimal, nil, 1, nil),
		figures(divFunction, decimal, nil, 2, []*cel.Type{cel.IntType}),
		figures(operators.Conditional, decimal, []*cel.Type{cel.BoolType}, 2, nil),
		cel.Function(operators.Conditional, cel.Overload("choose_condition", []*cel.Type{cel.BoolType, cel.BoolType, cel.BoolType}, cel.BoolType)),
		cel.Function(operators.LogicalNot, cel.Overload(operators.LogicalNot, []*cel.Type{cel.BoolType}, cel.BoolType)),
	}
	for _, name := range []string{operators.LogicalAnd, operators.LogicalOr} {
		options = append(options, cel.Function(name, cel.Overload(name, []*cel.Type{cel.BoolType, cel.BoolType}, cel.BoolType)))
	}
	for _, name := range []string{operators.Add, operators.Subtract, operators.Multiply, minFunction, maxFunction} {
		options = append(options, figures(name, decimal, nil, 2, nil))
	}
	for name := range comparisons {
		options = append(options, figures(name, cel.BoolType, nil, 2, nil))
	}
	return cel.NewCustomEnv(options...)
})

// comparisons holds, for each comparison, its symbol and the orders of two figures
// for which it is true.
var comparisons = map[string]comparison{
	operators.Equals:        {"=", func(order int) bool { return order == 0 }},
	operators.NotEquals:     {"≠", func(order int) bool { return order != 0 }},
	operators.Less:          {"<", func(order int) bool { return order < 0 }},
	operators.LessEquals:    {"≤", func(order int) bool { return order <= 0 }},
	operators.Greater:       {">", func(order int) bool { return order > 0 }},
	operators.GreaterEquals: {"≥", func(order int) bool { return order >= 0 }},
}

type comparison struct {
	sign  string
	holds func(order int) bool
}

// figures declares all variants of a function of n figures, each a decimal or a
// whole number; before and after are the types of its other arguments.
func figures(name string, result *cel.Type, before []*cel.Type, n int, after []*cel.Type) cel.EnvOption {
	var overloads []cel.FunctionOpt
	for mask := range 1 << n {
		args := slices.Clone(before)
		for i := range n {
			kind := decimal
			if mask>>i&1 == 1 {
				kind = cel.IntType
			}
			args = append(args, kind)
		}
		overloads = append(overloads, cel.Overload(fmt.Sprintf("%s_%d", name, mask), append(args, after...), result))
	}
	return cel.Function(name, overloads...)
}

// expression is an expression that CEL has checked.
type expression struct {
	tree   *ast.AST
	source string
}

func (x expression) root() ast.Expr { return x.tree.Expr() }

// compiled caches compiled expressions by their source and inputs, because a run
// evaluates few formulas for many agencies. The entries are read only.
var compiled = struct {
	sync.Mutex

	byText map[string]expression
}{byText: map[string]expression{}}

// compile reads and checks the expression. It fails with RuleInvalid; each
// violation has the field "expression" and names its position.
func (r Formula) compile() (expression, error) {
	key := r.key()
	compiled.Lock()
	x, ok := compiled.byText[key]
	compiled.Unlock()
	if ok {
		return x, nil
	}
	var found findings
	x, err := r.read(&found)
	switch {
	case err != nil:
		return expression{}, fmt.Errorf("preparing the language of formulas: %w", err)
	case len(found.violations) > 0:
		return expression{}, RuleInvalid.List(found.violations...)
	}
	compiled.Lock()
	defer compiled.Unlock()
	if len(compiled.byText) >= maxCompiled {
		clear(compiled.byText)
	}
	compiled.byText[key] = x
	return x, nil
}

// key returns everything that the compiled expression depends on, as a string.
func (r Formula) key() string {
	var b []byte
	for _, in := range r.Inputs {
		b = strconv.AppendBool(strconv.AppendQuote(b, in.ID), in.Kind == ConditionInput)
	}
	return string(append(b, r.Expression...))
}

func (r Formula) read(found *findings) (expression, error) {
	switch {
	case strings.TrimSpace(r.Expression) == "":
		found.add("expression", text.Missing, kind{"công thức, ví dụ min(max_points, a)", "a formula such as min(max_points, a)"})
		return expression{}, nil
	case utf8.RuneCountInString(r.Expression) > maxExpression:
		found.add("expression", text.TooLong, maxExpression)
		return expression{}, nil
	}
	env, err := r.env()
	if err != nil {
		return expression{}, err
	}
	parsed, issues := env.Parse(r.Expression)
	if found.unreadable(r.Expression, issues) {
		return expression{}, nil
	}
	expression{parsed.NativeRep(), r.Expression}.vet(parsed.NativeRep().Expr(), found)
	if len(found.violations) > 0 {
		return expression{}, nil
	}
	checked, issues := env.Check(parsed)
	if found.unreadable(r.Expression, issues) {
		return expression{}, nil
	}
	x := expression{checked.NativeRep(), r.Expression}
	x.vetTypes(found)
	if len(found.violations) == 0 {
		x.vetLength(x.root(), found)
	}
	return x, nil
}

// env returns the CEL environment with the inputs.
func (r Formula) env() (*cel.Env, error) {
	env, err := language()
	if err != nil {
		return nil, err
	}
	variables := make([]cel.EnvOption, len(r.Inputs))
	for i, in := range r.Inputs {
		kind := decimal
		if in.Kind == ConditionInput {
			kind = cel.BoolType
		}
		variables[i] = cel.Variable(in.ID, kind)
	}
	return env.Extend(variables...)
}

// celMessages are the messages of CEL's parser and type checker that are reported
// in both languages.
var celMessages = []struct {
	message *regexp.Regexp
	reason  fault.Reason
}{
	{regexp.MustCompile(`^undeclared reference to '([^']*)'`), expressionUnknown},
	{regexp.MustCompile(`recursion (?:limit|depth) exceeded`), expressionDeep},
	{regexp.MustCompile(`^Syntax error: .*'<EOF>'`), expressionEnds},
	{regexp.MustCompile(`^Syntax error: (?:extraneous|mismatched) input '(.*?)' expecting`), expressionUnexpected},
	{regexp.MustCompile(`^Syntax error: missing '.*' at '(.*)'$`), expressionUnexpected},
	{regexp.MustCompile(`^Syntax error: token recognition error at: '(.*)'$`), expressionSign},
	{regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '\(([^']*)\)'$`), expressionTypes},
	{regexp.MustCompile(`^expected type '([^']*)' but found '([^']*)'$`), expressionKind},
}

// unreadable adds the messages of CEL's parser or type checker, and reports whether
// there were any.
func (f *findings) unreadable(source string, issues *cel.Issues) bool {
	mistakes := issues.Errors()
	for _, e := range mistakes[:min(len(mistakes), maxReported)] {
		what, args := expressionUnreadable, []any{strings.TrimPrefix(e.Message, "Syntax error: ")}
		for _, t := range celMessages {
			if match := t.message.FindStringSubmatch(e.Message); match != nil {
				what, args = t.reason, nil
				for _, name := range match[1:] {
					if name = symbolOf(name); t.reason.Code == expressionTypes.Code {
						args = append(args, kindOf(name))
					} else {
						args = append(args, name)
					}
				}
				break
			}
		}
		line, column := position(source, e.Location)
		f.add("expression", what, append([]any{line, column}, args...)...)
	}
	return len(mistakes) > 0
}

// callee matches the name before the bracket of a call.
var callee = regexp.MustCompile(`[a-z_][a-zA-Z0-9_]*[ \t]*$`)

// position returns a line and a column, both from 1. CEL places a call at its
// bracket; position returns the place of the name before it.
func position(source string, location common.Location) (line, column int) {
	line, column = max(location.Line(), 1), max(location.Column(), 0)
	if lines := strings.Split(source, "\n"); line <= len(lines) {
		text := []rune(lines[line-1])
		if column < len(text) && text[column] == '(' {
			column -= len(callee.FindString(string(text[:column])))
		}
	}
	return line, column + 1
}

// kinds are the names of the CEL types in both languages.
var kinds = map[string]kind{
	"decimal": {"số", "figure"}, "int": {"số", "figure"}, "bool": {"điều kiện", "condition"}, "string": {"chữ", "text"},
}

// kind is the name of a type in both languages.
type kind struct{ vi, en string }

func (k kind) String() string     { return k.en }
func (k kind) Vietnamese() string { return k.vi }

// kindOf returns the names for a list of types: "figure, condition" for "decimal,
// bool". It leaves other texts, such as the name of an operation, unchanged.
func kindOf(types string) kind {
	var vi, en []string
	for each := range strings.SplitSeq(types, ", ") {
		word, ok := kinds[each]
		if !ok {
			return kind{types, types}
		}
		vi, en = append(vi, word.vi), append(en, word.en)
	}
	return kind{strings.Join(vi, ", "), strings.Join(en, ", ")}
}

// symbol returns the source form of a CEL function: "*" for "_*_".
func symbolOf(function string) string {
	if function == operators.Conditional {
		return "? :"
	}
	if sign, ok := operators.FindReverse(function); ok {
		return sign
	}
	return function
}

// at returns the line and the column of e, both from 1; for a call, those of its
// function's name.
func (x expression) at(e ast.Expr) (line, column int) {
	return position(x.source, x.tree.SourceInfo().GetStartLocation(e.ID()))
}

// vet refuses the CEL features that a formula must not have: floats, lists, message
// fields, texts outside dec, and computed numbers of places.
func (x expression) vet(e ast.Expr, found *findings) {
	line, column := x.at(e)
	add := func(what fault.Reason) { found.add("expression", what, line, column) }
	switch e.Kind() {
	case ast.IdentKind:
	case ast.LiteralKind:
		switch literal := e.AsLiteral().(type) {
		case types.Int:
			if !fits(points.FromInt(int64(literal)).String()) {
				add(expressionFigure)
			}
		case types.Double:
			add(expressionDouble)
		default:
			add(expressionForeign)
		}
	case ast.CallKind:
		x.vetCall(e.AsCall(), add, found)
	default:
		add(expressionForeign)
	}
}

func (x expression) vetCall(call ast.CallExpr, add func(fault.Reason), found *findings) {
	args := call.Args()
	switch name := call.FunctionName(); {
	case call.IsMemberFunction():
		add(expressionForeign)
		return
	case name == decFunction && len(args) == 1:
		if _, err := points.Parse(literalText(args[0])); err != nil {
			add(expressionFigure)
		}
		return
	case name == divFunction && len(args) == 3:
		if places, ok := literal(args[2]); !ok || places < 0 || places > points.MaxScale {
			add(expressionPlaces)
		}
		args = args[:2]
	case name == operators.Divide:
		add(expressionSlash)
	}
	for _, arg := range args {
		x.vet(arg, found)
	}
}

// literalText is the text that e is; empty if it is none.
func literalText(e ast.Expr) string {
	if e.Kind() != ast.LiteralKind {
		return ""
	}
	s, _ := e.AsLiteral().(types.String)
	return string(s)
}

// literal returns the value of a whole number literal.
func literal(e ast.Expr) (int64, bool) {
	if e.Kind() != ast.LiteralKind {
		return 0, false
	}
	n, ok := e.AsLiteral().(types.Int)
	return int64(n), ok
}

// vetTypes refuses an expression whose result is not a figure, and any part with a
// type that formulas do not have. This keeps binary floats out.
func (x expression) vetTypes(found *findings) {
	visit(x.root(), func(e ast.Expr) {
		line, column := x.at(e)
		switch kind := x.tree.GetType(e.ID()); {
		case kind.IsExactType(decimal), kind.IsExactType(cel.BoolType):
		case kind.IsExactType(cel.IntType), kind.IsExactType(cel.StringType):
			if e.Kind() != ast.LiteralKind {
				found.add("expression", expressionForeign, line, column)
			}
		default:
			found.add("expression", expressionForeign, line, column)
		}
	})
	if x.tree.GetType(x.root().ID()).IsExactType(cel.BoolType) {
		line, column := x.at(x.root())
		found.add("expression", expressionNoFigure, line, column)
	}
}

// visit calls do for e and everything below it, from left to right.
func visit(e ast.Expr, do func(ast.Expr)) {
	do(e)
	if e.Kind() == ast.CallKind {
		for _, arg := range e.AsCall().Args() {
			visit(arg, do)
		}
	}
}

// check checks an expression that could be read: its cost, the inputs it does not
// use, and the bounds of its results.
func (x expression) check(item Item, inputs []FormulaInput, found *findings) {
	operations, used := 0, map[string]bool{}
	visit(x.root(), func(e ast.Expr) {
		switch e.Kind() {
		case ast.CallKind:
			operations++
		case ast.IdentKind:
			used[e.AsIdent()] = true
		default:
		}
	})
	for i, in := range inputs {
		if !used[in.ID] {
			found.add(fmt.Sprintf("inputs[%d]", i), inputUnused, in.ID)
		}
	}
	if operations > maxOperations {
		found.add("expression", expressionCostly, operations, maxOperations)
		return
	}
	x.checkBounds(item, inputs, found)
}
