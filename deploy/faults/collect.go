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

// visit collects the calls of Kind.Reason. It refuses a literal that has a code and
// texts of its own, which no index would list.
func (r *reader) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Reason" && len(n.Args) == 3 {
			r.define(n, called.X)
		}
	case *ast.CompositeLit:
		if _, written := field(n, "Code").(*ast.BasicLit); written && field(n, "Vi") != nil {
			r.refuse(n, "a code and its texts are defined by Kind.Reason")
		}
	}
	return true
}

// field returns the value that a literal gives to a field; nil if it gives none.
func field(literal *ast.CompositeLit, name string) ast.Expr {
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok && nameOf(pair.Key) == name {
			return pair.Value
		}
	}
	return nil
}

// define takes the reason of a call kind.Reason(code, vi, en).
func (r *reader) define(call *ast.CallExpr, of ast.Expr) {
	kind, knownKind := kinds[nameOf(of)]
	code, knownCode := constant(call.Args[0])
	vi, knownVi := constant(call.Args[1])
	en, knownEn := constant(call.Args[2])
	if !knownKind || !knownCode || !knownVi || !knownEn {
		r.refuse(call, "a reason needs its kind, code and both texts, all written out")
		return
	}
	r.found = append(r.found, definition{Reason: kind.Reason(code, vi, en), Service: serviceOf(r.file), Place: r.place(call)})
}

func (r *reader) refuse(n ast.Node, why string) {
	r.problems = append(r.problems, r.place(n)+": "+why)
}

func (r *reader) place(n ast.Node) string {
	return fmt.Sprintf("%s:%d", r.file, r.fset.Position(n.Pos()).Line)
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
