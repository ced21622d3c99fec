package policy

import (
	"reflect"
	"slices"
	"sync"
)

// Keys returns the names of all keys of a policy, such as dispute.hearing, sorted.
func Keys() []string { return slices.Clone(keys()) }

// Known says whether the policy has a key of that name.
func Known(key string) bool {
	_, known := slices.BinarySearch(keys(), key)
	return known
}

// keys are read from the structs once: what can be given is what can be named.
var keys = sync.OnceValue(func() []string {
	var names []string
	document := reflect.TypeFor[Policy]()
	for i := range document.NumField() {
		section := document.Field(i)
		name := section.Tag.Get("yaml")
		if name == "-" || section.Type.Kind() != reflect.Struct {
			continue
		}
		for j := range section.Type.NumField() {
			names = append(names, join(name, section.Type.Field(j).Tag.Get("yaml")))
		}
	}
	slices.Sort(names)
	return names
})
