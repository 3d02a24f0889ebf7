package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// goTo opens an address of the platform.
func (v *visitor) goTo(path string) {
	v.t.Helper()
	ask(v, chromedp.Navigate(v.at+path))
}

// reload loads the page again.
func (v *visitor) reload() {
	v.t.Helper()
	ask(v, chromedp.Reload())
}

// back presses the browser's button.
func (v *visitor) back() {
	v.t.Helper()
	js[any](v, `history.back()`)
}

// heading waits for the page with this heading.
func (v *visitor) heading(name string) {
	v.t.Helper()
	v.element("heading", name)
}

// sees waits until the page says something.
func (v *visitor) sees(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the page does not say %q", text), func() (bool, error) { return strings.Contains(v.text(), text), nil })
}

// seesNo waits until the page says something no longer.
func (v *visitor) seesNo(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the page says %q", text), func() (bool, error) { return !strings.Contains(v.text(), text), nil })
}

// fieldRoles are the roles of what a person fills in.
var fieldRoles = []string{"textbox", "combobox", "searchbox", "spinbutton"}

// elements returns what has a role and a name to a screen reader. A name may be followed
// by a remark in parentheses, such as "(không bắt buộc)".
func (v *visitor) elements(role, name string) ([]*accessibility.Node, error) {
	document, err := chromedp.Run(v.tab, chromedp.Evaluate[*runtime.RemoteObject](`document`))
	if err != nil {
		return nil, err
	}
	found, err := chromedp.Run(v.tab, call(accessibility.QueryAXTree, accessibility.QueryAXTreeParams{ObjectID: document.ObjectID, Role: role}))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found.Nodes, func(n *accessibility.Node) bool {
		has := said(n.Name)
		return n.Ignored || has != name && !strings.HasPrefix(has, name+" (")
	}), nil
}

// said returns the text of a property to a screen reader.
func said(value *accessibility.Value) string {
	var text string
	if value == nil || json.Unmarshal(value.Value, &text) != nil {
		return ""
	}
	return text
}

// one waits for an element of one of the roles with the name: the first, if one page has
// several forms.
func (v *visitor) one(name string, roles ...string) *accessibility.Node {
	v.t.Helper()
	var found *accessibility.Node
	v.until(fmt.Sprintf("there is no %s %q", strings.Join(roles, " or "), name), func() (bool, error) {
		var all []*accessibility.Node
		for _, role := range roles {
			some, err := v.elements(role, name)
			if err != nil {
				return false, err
			}
			all = append(all, some...)
		}
		if len(all) == 0 {
			return false, nil
		}
		found = all[0]
		return true, nil
	})
	return found
}

// element waits for the element with a role and a name.
func (v *visitor) element(role, name string) {
	v.t.Helper()
	v.one(name, role)
}

// field waits for the field with a label.
func (v *visitor) field(label string) *accessibility.Node {
	v.t.Helper()
	return v.one(label, fieldRoles...)
}

// on calls a function of JavaScript with the element as its this.
func on[T any](v *visitor, n *accessibility.Node, function string, arguments ...any) (T, error) {
	return chromedp.Run(v.tab, func(ctx context.Context, tab *chromedp.Target) (T, error) {
		var none T
		resolved, err := cdp.Call(ctx, tab, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: n.BackendDOMNodeID})
		if err != nil {
			return none, err
		}
		here := func(p *runtime.CallFunctionOnParams) { p.ObjectID = resolved.Object.ObjectID }
		return chromedp.CallFunctionOn[T](function, here, arguments...)(ctx, tab)
	})
}

type point struct{ X, Y float64 }

// aim returns where an element can be pressed. While it is covered or out of sight it
// scrolls to it and returns null; it does not scroll otherwise, which closes lists.
const aim = `function() {
	const box = this.getClientRects()[0]
	if (!box || box.width === 0) return null
	const at = {X: box.x + box.width / 2, Y: box.y + box.height / 2}
	if (this.contains(document.elementFromPoint(at.X, at.Y))) return at
	this.scrollIntoView({block: this.role === 'option' ? 'nearest' : 'center', behavior: 'instant'})
	return null
}`

// click presses an element with the mouse, as soon as it stands still and uncovered: the
// only one with the name, or the first of several links.
func (v *visitor) click(role, name string) {
	v.t.Helper()
	v.press(role, name, 1)
}

// doubleClick presses an element twice, as people do who are used to icons.
func (v *visitor) doubleClick(role, name string) {
	v.t.Helper()
	v.press(role, name, 2)
}

func (v *visitor) press(role, name string, times int) {
	v.t.Helper()
	var before *point
	v.until(fmt.Sprintf("the %s %q cannot be pressed", role, name), func() (bool, error) {
		found, err := v.elements(role, name)
		if err != nil || len(found) == 0 || len(found) > 1 && role != "link" {
			return false, errors.Join(err, fmt.Errorf("there are %d", len(found)))
		}
		now, err := on[*point](v, found[0], aim)
		still := now != nil && before != nil && *now == *before
		before = now
		return still, err
	})
	for n := range times {
		ask(v, chromedp.MouseClickXY(before.X, before.Y, chromedp.ClickCount(n+1)))
	}
}

// fill types into the field with a label, in place of what stands there.
func (v *visitor) fill(label, value string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the field %q does not take %q", label, value), func() (bool, error) {
		field := v.field(label)
		if _, err := on[any](v, field, `function() { this.focus(); this.select() }`); err != nil {
			return false, err
		}
		if value == "" {
			ask(v, chromedp.KeyEvent(kb.Delete))
		} else {
			ask(v, call(input.InsertText, input.InsertTextParams{Text: value}))
		}
		now, err := on[string](v, field, `function() { return this.value }`)
		return now == value, err
	})
}

// filled waits until a field holds a value.
func (v *visitor) filled(label, value string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the field %q does not hold %q", label, value), func() (bool, error) {
		now, err := on[string](v, v.field(label), `function() { return this.value }`)
		return now == value, err
	})
}

// choose takes one of the options of a field: of a list, or of those that typing finds.
func (v *visitor) choose(label, option string) {
	v.t.Helper()
	listed, err := on[bool](v, v.field(label), `function(name) {
		if (this.tagName !== 'SELECT') return false
		this.selectedIndex = [...this.options].findIndex((o) => o.text === name)
		this.dispatchEvent(new Event('change', {bubbles: true}))
		return true
	}`, option)
	if err != nil {
		v.t.Fatalf("%s: choosing %q: %v", v.name, option, err)
	}
	if listed {
		v.until(fmt.Sprintf("the field %q has no option %q", label, option), func() (bool, error) {
			return on[bool](v, v.field(label), `function(name) { return this.selectedOptions[0]?.text === name }`, option)
		})
		return
	}
	v.fill(label, option)
	v.click("option", option)
}

// faultAt waits until a field is marked as wrong and describes what to do; the summary
// above says the same, has the focus, and the title begins with the word for a fault.
func (v *visitor) faultAt(label, text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the field %q does not say %q", label, text), func() (bool, error) {
		field := v.field(label)
		if !strings.Contains(said(field.Description), text) {
			return false, fmt.Errorf("it says %q", said(field.Description))
		}
		return on[bool](v, field, `function() { return this.getAttribute('aria-invalid') === 'true' }`)
	})
	v.summary(text)
}

// summary waits until the summary of what is wrong has the focus and says a text.
func (v *visitor) summary(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the summary does not say %q", text), func() (bool, error) {
		return chromedp.Run(v.tab, chromedp.Evaluate[bool](fmt.Sprintf(
			`document.activeElement.matches('.summary') && document.activeElement.innerText.includes(%q) && /^(Lỗi|Error):/.test(document.title)`, text)))
	})
}

// done waits until the page says that something was done, and has the focus there.
func (v *visitor) done(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf("the page does not say that it is done: %q", text), func() (bool, error) {
		return chromedp.Run(v.tab, chromedp.Evaluate[bool](fmt.Sprintf(`[...document.querySelectorAll('.done')].some((e) => e.innerText.includes(%q))`, text)))
	})
}

// tabTo presses Tab until the element with a role and a name has the focus, and checks
// that a person can see where the focus is.
func (v *visitor) tabTo(role, name string) {
	v.t.Helper()
	for range 100 {
		ask(v, chromedp.KeyEvent(kb.Tab))
		found, err := v.elements(role, name)
		if err != nil {
			v.t.Fatalf("%s: %v", v.name, err)
		}
		for _, n := range found {
			if focused, err := on[bool](v, n, `function() { return this === document.activeElement }`); err == nil && focused {
				if seen, err := on[bool](v, n, `function() { const s = getComputedStyle(this); return s.outlineStyle !== 'none' && s.outlineWidth !== '0px' }`); err != nil || !seen {
					v.t.Errorf("%s: the focus on the %s %q cannot be seen (%v)", v.name, role, name, err)
				}
				return
			}
		}
	}
	v.t.Fatalf("%s: Tab never reaches the %s %q", v.name, role, name)
}

// keys presses keys where the focus is.
func (v *visitor) keys(keys string) {
	v.t.Helper()
	ask(v, chromedp.KeyEvent(keys))
}

// signIn signs in on the page that stands there.
func (v *visitor) signIn(login, password string) {
	v.t.Helper()
	v.fill("Tên đăng nhập", login)
	v.fill("Mật khẩu", password)
	v.click("button", "Đăng nhập")
}

// signedIn opens the pages of officials and signs in with the password that accounts of
// the journeys begin with.
func (v *visitor) signedIn(login string) {
	v.t.Helper()
	v.goTo("/official/")
	v.signIn(login, password)
	v.element("button", "Đăng xuất")
}
