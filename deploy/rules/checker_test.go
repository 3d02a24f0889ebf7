package rules_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The two documents, from the top of the repository.
const (
	rulesFile     = "services/RULES.md"
	decisionsFile = "ARCHITECTURE.md"
)

// problem is a wrong citation or definition, at a line (from 1) of a file.
type problem struct {
	file string
	line int
	text string
}

func (p problem) String() string { return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.text) }

// citation is a name that a file cites: a rule "G5", a decision "4", an rpc
// "XService.Y", or a test of a folder.
type citation struct {
	file   string
	line   int
	kind   string
	name   string
	folder string
}

// checker collects the definitions and the citations of a checkout.
type checker struct {
	// defined holds "rule C6", "rule C6.1" and "decision 4".
	defined map[string]bool
	// tests are the folders that have a test, by its name; rpcs hold "XService.Y".
	tests    map[string][]string
	rpcs     map[string]bool
	cited    []citation
	problems []problem
}

// check reads a checkout and returns its problems by file and line, and all its
// citations.
func check(checkout fs.FS) ([]problem, []citation, error) {
	c := &checker{defined: map[string]bool{}, tests: map[string][]string{}, rpcs: map[string]bool{}}
	if err := fs.WalkDir(checkout, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipped(file) {
				return fs.SkipDir
			}
			return nil
		}
		return c.read(checkout, file)
	}); err != nil {
		return nil, nil, err
	}
	for _, cited := range c.cited {
		if why := c.missing(cited); why != "" {
			c.problems = append(c.problems, problem{cited.file, cited.line, why})
		}
	}
	slices.SortFunc(c.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	return c.problems, c.cited, nil
}

// skipped reports whether the files of a folder are generated, downloaded or test data.
func skipped(folder string) bool {
	base := path.Base(folder)
	return base != "." && strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" ||
		folder == "bin" || folder == "proto/gen" || folder == "proto/third_party"
}

// read collects the definitions and citations of one file.
func (c *checker) read(checkout fs.FS, file string) error {
	kind := path.Ext(file)
	if !slices.Contains([]string{".go", ".proto", ".sql", ".sh", ".md"}, kind) {
		return nil
	}
	content, err := fs.ReadFile(checkout, file)
	if err != nil {
		return err
	}
	text := string(content)
	switch file {
	case rulesFile:
		c.define(file, text, ruleHeading, "**Source:**", "**Kept:**", "**Not yet:**")
		c.parts(file, text)
		c.named(file, text)
	case decisionsFile:
		c.define(file, text, decisionHeading, "Reason:")
	}
	switch kind {
	case ".go":
		return c.readGo(file, text)
	case ".proto":
		c.contract(text)
		c.cite(file, text, 0, comments(text), true)
	default:
		c.cite(file, text, 0, text, false)
	}
	return nil
}

var (
	ruleHeading     = regexp.MustCompile(`(?m)^### ()([A-Z]\d+[a-z]?)\. .*$`)
	decisionHeading = regexp.MustCompile(`(?m)^### (Decision )(\d+[a-z]?)\. .*$`)
	rulePart        = regexp.MustCompile(`(?m)^- \*\*([A-Z]\d+[a-z]?\.\d+)\*\* `)
)

// define collects the sections of a document. It reports those that are there twice,
// that lack the first word, or that have none of the others.
func (c *checker) define(file, text string, heading *regexp.Regexp, first string, others ...string) {
	kind := "rule "
	if heading == decisionHeading {
		kind = "decision "
	}
	found := heading.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		name, section := text[at[4]:at[5]], text[at[1]:]
		if i+1 < len(found) {
			section = text[at[1]:found[i+1][0]]
		}
		c.add(file, text, at[0], kind+name)
		if !strings.Contains(section, first) {
			c.report(file, text, at[0], kind+name+" has no "+first)
		}
		if len(others) > 0 && !slices.ContainsFunc(others, func(word string) bool { return strings.Contains(section, word) }) {
			c.report(file, text, at[0], kind+name+" has no "+strings.Join(others, " and no "))
		}
	}
}

// parts collects the numbered parts of rules.
func (c *checker) parts(file, text string) {
	for _, at := range rulePart.FindAllStringSubmatchIndex(text, -1) {
		c.add(file, text, at[0], "rule "+text[at[2]:at[3]])
	}
}

func (c *checker) add(file, text string, offset int, name string) {
	if c.defined[name] {
		c.report(file, text, offset, name+" is defined twice")
	}
	c.defined[name] = true
}

func (c *checker) report(file, text string, offset int, what string) {
	c.problems = append(c.problems, problem{file, line(text, offset), what})
}

func line(text string, offset int) int { return 1 + strings.Count(text[:offset], "\n") }

var (
	inline     = regexp.MustCompile("`[^`\n]+`")
	namedRPC   = regexp.MustCompile("^`(\\w+Service\\.\\w+)`$")
	namedTests = regexp.MustCompile("^`([\\w./-]+): ((?:(?:Test|Fuzz|Example)\\w* ?)+)`$")
)

// named collects the rpcs and tests that RULES.md names. In the lines that begin with
// **Kept:** nothing else may be between backquotes.
func (c *checker) named(file, text string) {
	for _, at := range inline.FindAllStringIndex(text, -1) {
		quoted, n := text[at[0]:at[1]], line(text, at[0])
		beginning := strings.LastIndex(text[:at[0]], "\n") + 1
		if m := namedRPC.FindStringSubmatch(quoted); m != nil {
			c.cited = append(c.cited, citation{file, n, "rpc", m[1], ""})
		} else if m := namedTests.FindStringSubmatch(quoted); m != nil {
			for test := range strings.FieldsSeq(m[2]) {
				c.cited = append(c.cited, citation{file, n, "test", test, m[1]})
			}
		} else if strings.HasPrefix(text[beginning:], "**Kept:**") {
			c.report(file, text, at[0], quoted+" is neither `XService.Rpc` nor `folder: TestX TestY`")
		}
	}
}

var testName = regexp.MustCompile(`^(Test|Fuzz|Example)`)

// readGo collects the tests of a Go file and the citations of its comments.
func (c *checker) readGo(name, text string) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Recv == nil && strings.HasSuffix(name, "_test.go") && testName.MatchString(f.Name.Name) {
			c.tests[f.Name.Name] = append(c.tests[f.Name.Name], path.Dir(name))
		}
	}
	for _, group := range file.Comments {
		from, to := set.Position(group.Pos()).Offset, set.Position(group.End()).Offset
		c.cite(name, text, from, text[from:to], true)
	}
	return nil
}

var (
	declaration = regexp.MustCompile(`(?m)^service (\w+)|^\s+rpc (\w+)`)
	protoLine   = regexp.MustCompile(`(?m)^.*$`)
)

// contract collects the rpcs of a proto file.
func (c *checker) contract(text string) {
	service := ""
	for _, m := range declaration.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			service = m[1]
			continue
		}
		c.rpcs[service+"."+m[2]] = true
	}
}

// comments returns a proto file with blanks in place of all but its comments.
func comments(text string) string {
	return protoLine.ReplaceAllStringFunc(text, func(l string) string {
		code, _, _ := strings.Cut(l, "//")
		return strings.Repeat(" ", len(code)) + l[len(code):]
	})
}

const (
	oneRule     = `[A-Z]\d{1,2}[a-z]?(?:\.\d+)?`
	oneDecision = `\d{1,2}[a-z]?`
	between     = `(?:,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|\s+to\s+|–)`
)

var (
	// A comment has several lines: the beginning of each counts as space.
	margin         = regexp.MustCompile(`\n[ \t]*(//|--|#|\*)?[ \t]*`)
	rulesCited     = regexp.MustCompile(`\b[Rr]ules?\s+(` + oneRule + `(?:` + between + oneRule + `)*)\b`)
	decisionsCited = regexp.MustCompile(`\b[Dd]ecisions?\s+(` + oneDecision + `(?:` + between + oneDecision + `)*)\b(/?)`)
	// Without the word it is a rule if it begins like one; a cell of a workbook is
	// called a cell.
	bareRule = regexp.MustCompile(`(\bcells?\s+)?\b([ACGQUVY]\d{1,2}[a-z]?(?:\.\d+)?)\b`)
	ruleName = regexp.MustCompile(oneRule)
	// In "rule G6, S2 IV.1" a document follows.
	document = regexp.MustCompile(`^S[0-4]$`)
	number   = regexp.MustCompile(oneDecision)
	span     = regexp.MustCompile(`([A-Z])(\d+)(?:\s+to\s+|–)([A-Z])(\d+)\b`)
)

// cite collects the citations in piece, which is the text of a file from an offset on:
// rules and decisions after these words, and if bare also rules by their numbers
// alone. A decision of an authority ("25/QĐ-UBND") is not one of the architecture.
func (c *checker) cite(file, text string, from int, piece string, bare bool) {
	piece = margin.ReplaceAllStringFunc(piece, func(s string) string { return strings.Repeat(" ", len(s)) })
	add := func(kind, name string, offset int) {
		cited := citation{file, line(text, from+offset), kind, name, ""}
		if !slices.Contains(c.cited, cited) {
			c.cited = append(c.cited, cited)
		}
	}
	for _, at := range rulesCited.FindAllStringSubmatchIndex(piece, -1) {
		list := piece[at[2]:at[3]]
		for _, one := range ruleName.FindAllStringIndex(list, -1) {
			if name := list[one[0]:one[1]]; !document.MatchString(name) {
				add("rule", name, at[2]+one[0])
			}
		}
		for _, name := range within(list) {
			add("rule", name, at[2])
		}
	}
	for _, at := range decisionsCited.FindAllStringSubmatchIndex(piece, -1) {
		list := piece[at[2]:at[3]]
		for _, one := range number.FindAllStringIndex(list, -1) {
			if at[4] == at[5] {
				add("decision", list[one[0]:one[1]], at[2]+one[0])
			}
		}
	}
	for _, at := range bareRule.FindAllStringSubmatchIndex(piece, -1) {
		if bare && at[2] < 0 {
			add("rule", piece[at[4]:at[5]], at[4])
		}
	}
}

// within returns the rules between the ends of each "C1 to C7" of a list.
func within(list string) []string {
	var all []string
	for _, m := range span.FindAllStringSubmatch(list, -1) {
		low, _ := strconv.Atoi(m[2])
		high, _ := strconv.Atoi(m[4])
		if m[1] != m[3] || low >= high {
			all = append(all, m[0])
		}
		for n := low + 1; n < high; n++ {
			all = append(all, m[1]+strconv.Itoa(n))
		}
	}
	return all
}

// missing returns why a citation is wrong, or "".
func (c *checker) missing(cited citation) string {
	switch cited.kind {
	case "rpc":
		if !c.rpcs[cited.name] {
			return cited.name + " is not an rpc of the contracts"
		}
	case "test":
		folders := c.tests[cited.name]
		switch {
		case slices.Contains(folders, cited.folder):
		case len(folders) == 0:
			return "there is no " + cited.name
		default:
			return fmt.Sprintf("%s is not in %s but in %s", cited.name, cited.folder, strings.Join(folders, ", "))
		}
	case "rule":
		if !c.defined["rule "+cited.name] {
			return cited.name + " is not in " + rulesFile
		}
	case "decision":
		if !c.defined["decision "+cited.name] {
			return "decision " + cited.name + " is not in " + decisionsFile
		}
	}
	return ""
}
