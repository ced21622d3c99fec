package console

import "slices"

// Forms is the table of all forms, in the order in which their actions are offered.
func Forms() []Form { return slices.Clone(forms) }

// Root begins the addresses of the form's case: on the desk if the case is decided there, and elsewhere the parties' own.
func (f Form) Root(desk bool) string {
	if root := deskRoots[f.Kind]; desk && root != "" {
		return root
	}
	return kinds[f.Kind].path
}

// Typed are the names of the fields into which people type words.
func (f Form) Typed() []string {
	var names []string
	for _, field := range f.Fields {
		if !field.Linked && (field.Type == Words || field.Type == Line || field.Type == Sum) {
			names = append(names, field.Name)
		}
	}
	return names
}
