package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is a transport that compares every answer which the tests get with the
// OpenAPI document: an outsider knows nothing else of the platform.
type contract struct {
	http.RoundTripper

	operations []operation
	compiler   *jsonschema.Compiler

	mu     sync.Mutex
	broken map[string]bool
}

// operation is one operation of the document.
type operation struct {
	path     *regexp.Regexp
	template string
	methods  map[string]any
}

func newContract() (*contract, error) {
	content, err := os.ReadFile("../../gateway/internal/openapi/platform.openapi.json")
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	c := &contract{RoundTripper: http.DefaultTransport, compiler: jsonschema.NewCompiler(), broken: map[string]bool{}}
	if err := c.compiler.AddResource("platform.json", document); err != nil {
		return nil, err
	}
	var described struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal(content, &described); err != nil {
		return nil, err
	}
	variable := regexp.MustCompile(`\\\{\w+\\\}`)
	for template, methods := range described.Paths {
		form := variable.ReplaceAllString(regexp.QuoteMeta(template), `[^/:]+`)
		c.operations = append(c.operations, operation{regexp.MustCompile("^" + form + "$"), template, methods})
	}
	return c, nil
}

// CloseIdleConnections lets http.Client close those of the transport.
func (c *contract) CloseIdleConnections() {
	if t, ok := c.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper.
func (c *contract) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.RoundTripper.RoundTrip(r)
	i := slices.IndexFunc(c.operations, func(o operation) bool { return o.path.MatchString(r.URL.EscapedPath()) })
	if err != nil || i < 0 || c.operations[i].methods[strings.ToLower(r.Method)] == nil {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if err == nil && answer.StatusCode != http.StatusNotModified {
		c.compare(fmt.Sprintf("%s %s %d", r.Method, c.operations[i].template, answer.StatusCode), c.operations[i], strings.ToLower(r.Method), body)
	}
	return answer, err
}

// compare records an answer that its schema does not describe. A status without a
// schema of its own is a fault.
func (c *contract) compare(what string, o operation, method string, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	status := what[strings.LastIndex(what, " ")+1:]
	escaped := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(o.template)
	schema, err := c.compiler.Compile("platform.json#/paths/" + escaped + "/" + method + "/responses/" + status + "/content/application~1json/schema")
	if err != nil {
		if schema, err = c.compiler.Compile("platform.json#/components/schemas/google.rpc.Status"); err != nil {
			c.broken[err.Error()] = true
			return
		}
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = schema.Validate(parsed)
	}
	if err != nil {
		c.broken[fmt.Sprintf("%s: %v", what, err)] = true
	}
}

// report writes what was not as described and reports whether everything was.
func (c *contract) report(w io.Writer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for what := range c.broken {
		_, _ = fmt.Fprintln(w, "not as the OpenAPI document says:", what)
	}
	return len(c.broken) == 0
}
