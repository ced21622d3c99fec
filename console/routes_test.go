package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever walks the table of pages walks the router: nothing is registered but from the table, the page of what is not there
// and the files.
func TestNoRouteIsRegisteredBesideTheTable(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var registered []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, declared := range parsed.Decls {
			within, is := declared.(*ast.FuncDecl)
			if !is {
				continue
			}
			ast.Inspect(within, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is {
					return true
				}
				if method, is := call.Fun.(*ast.SelectorExpr); is && (method.Sel.Name == "HandleFunc" || method.Sel.Name == "Handle") {
					registered = append(registered, name+" "+within.Name.Name)
				}
				return true
			})
		}
	}
	require.Equal(t, []string{"console.go Behind", "console.go Behind", // the API beside the pages
		"pages.go routes", "pages.go routes", "pages.go routes"}, registered)
}

// What has a template is looked at by somebody: a page that calls itself a step cannot hide one.
func TestEveryTemplateIsOfAPageWithAnExample(t *testing.T) {
	looked := map[string]bool{"problem": true, "notnow": true} // shown in place of another page
	for _, p := range Pages() {
		if !p.Step && len(p.Examples) > 0 {
			looked[p.Name] = true
		}
	}
	files, err := filepath.Glob("templates/pages/*.html")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		require.True(t, looked[strings.TrimSuffix(filepath.Base(file), ".html")], file)
	}
}
