package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/fault"
)

// roots lists the folders whose faults reach a client.
var roots = []string{"libs", "gateway", "services"}

// faultFolder is the package that defines fault.Reason.
const faultFolder = "libs/fault"

// definition is a reason and the place where the source defines it.
type definition struct {
	fault.Reason

	// Service is the service that gives the reason ("survey", "gateway"). It is empty
	// for reasons of libs, which all services give.
	Service string
	// Place is "file:line".
	Place string
}

var kinds = map[string]fault.Kind{
	"Internal": fault.Internal, "Invalid": fault.Invalid, "NotFound": fault.NotFound, "Exists": fault.Exists, "Conflict": fault.Conflict,
	"Precondition": fault.Precondition, "Denied": fault.Denied, "Unauthenticated": fault.Unauthenticated,
	"Unavailable": fault.Unavailable, "Exhausted": fault.Exhausted,
}

// collect returns the reasons that the Go files in folders define, in the order of
// files and lines, and a problem for each that is not written out. It leaves out test
// files and the packages that serve tests, whose names end in "test".
func collect(source fs.FS, folders ...string) (found []definition, problems []string, err error) {
	for _, folder := range folders {
		err := fs.WalkDir(source, folder, func(file string, _ fs.DirEntry, err error) error {
			if err != nil || path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(path.Dir(file), "test") {
				return err
			}
			text, err := fs.ReadFile(source, file)
			if err != nil {
				return err
			}
			r := reader{file: file, fset: token.NewFileSet()}
			tree, err := parser.ParseFile(r.fset, file, text, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(tree, r.visit)
			found, problems = append(found, r.found...), append(problems, r.problems...)
			return nil
		})
		if err != nil {
			return nil, nil, fmt.Errorf("reading the faults of %s: %w", folder, err)
		}
	}
	return found, problems, nil
}

// reader collects the definitions of one file.
type reader struct {
	file     string
	fset     *token.FileSet
	found    []definition
	problems []string
}

// visit collects the literals of fault.Reason and refuses literals of fault.Violation
// with a code of their own.
func (r *reader) visit(n ast.Node) bool {
	literal, ok := n.(*ast.CompositeLit)
	if !ok {
		return true
	}
	switch {
	case r.is(literal.Type, "Reason"):
		r.define(literal)
	case r.is(literal.Type, "Violation"):
		if _, written := fields(literal)["Code"].(*ast.BasicLit); written {
			r.refuse(literal, "a violation takes its code and texts from a fault.Reason")
		}
	case r.is(elements(literal.Type), "Reason"):
		for _, e := range literal.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				e = pair.Value
			}
			if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil {
				r.define(inner)
			}
		}
	}
	return true
}

// is reports whether a type is fault.Reason, or another one of that package.
func (r *reader) is(t ast.Expr, name string) bool {
	switch t := t.(type) {
	case *ast.SelectorExpr:
		from, ok := t.X.(*ast.Ident)
		return ok && from.Name == "fault" && t.Sel.Name == name
	case *ast.Ident:
		return path.Dir(r.file) == faultFolder && t.Name == name
	}
	return false
}

// elements returns the type of the elements of a list or map; nil for others.
func elements(t ast.Expr) ast.Expr {
	switch t := t.(type) {
	case *ast.ArrayType:
		return t.Elt
	case *ast.MapType:
		return t.Value
	}
	return nil
}

func (r *reader) define(literal *ast.CompositeLit) {
	parts := fields(literal)
	if r.file == "libs/rpc/status.go" {
		return // the fault in the answer of another service
	}
	kind, knownKind := kinds[nameOf(parts["Kind"])]
	code, knownCode := constant(parts["Code"])
	vi, knownVi := constant(parts["Vi"])
	en, knownEn := constant(parts["En"])
	if !knownKind || !knownCode || !knownVi || !knownEn {
		r.refuse(literal, "a reason needs its kind, code and both texts, all written out")
		return
	}
	r.found = append(r.found, definition{
		Reason: fault.Reason{Kind: kind, Code: code, Vi: vi, En: en}, Service: serviceOf(r.file), Place: r.place(literal),
	})
}

func (r *reader) refuse(n ast.Node, why string) {
	r.problems = append(r.problems, r.place(n)+": "+why)
}

func (r *reader) place(n ast.Node) string {
	return fmt.Sprintf("%s:%d", r.file, r.fset.Position(n.Pos()).Line)
}

// fields returns the values of a literal by the names of its fields.
func fields(literal *ast.CompositeLit) map[string]ast.Expr {
	values := map[string]ast.Expr{}
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			values[nameOf(pair.Key)] = pair.Value
		}
	}
	return values
}

// nameOf returns the last name of an expression: "Invalid" of fault.Invalid.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// constant returns the text of string literals, joined with +.
func constant(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, leftOK := constant(e.X)
		right, rightOK := constant(e.Y)
		return left + right, leftOK && rightOK && e.Op == token.ADD
	}
	return "", false
}

// serviceOf returns the service that a file belongs to.
func serviceOf(file string) string {
	switch parts := strings.Split(file, "/"); parts[0] {
	case "services":
		return parts[1]
	case "gateway":
		return "gateway"
	}
	return ""
}
