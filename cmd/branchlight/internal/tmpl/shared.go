package tmpl

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"sync"
)

// Limits of what shared makes and keeps.
const (
	maxShared      = 4096    // parts kept; beyond that the memory starts anew
	maxSharedBytes = 1 << 20 // of one part
	maxSharedSteps = 1 << 18
)

// shared makes parts of pages once and remembers them. It holds the only thing
// in a Set that grows, and what it remembers is a function of its key.
type shared struct {
	units map[string]*unit // the partials, by name

	mu    sync.RWMutex
	parts map[part]template.HTML
}

// part is a partial with the value that it is made of. A pointer stands for what
// it points to, which does not change, and is kept from being freed.
type part struct {
	name  string
	value any
}

func newShared() *shared {
	return &shared{units: map[string]*unit{}, parts: map[part]template.HTML{}}
}

// html gives the HTML that a partial makes of a value: a pointer to a struct, or
// a struct that can be compared.
func (s *shared) html(name string, value any) (template.HTML, error) {
	switch v := reflect.ValueOf(value); {
	case v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct:
	case v.Kind() == reflect.Struct && v.Comparable():
	default:
		return "", fmt.Errorf("shared %q wants a value such as .Frame, not %T", name, value)
	}
	key := part{name, value}
	s.mu.RLock()
	made, found := s.parts[key]
	s.mu.RUnlock()
	if found {
		return made, nil
	}
	u := s.units[name]
	if u == nil {
		return "", fmt.Errorf("no template %q", name)
	}
	// Two goroutines may make the same part; it is the same HTML.
	var w bytes.Buffer
	if err := u.execute(&w, maxSharedBytes, maxSharedSteps, value); err != nil {
		return "", err
	}
	// The partial was escaped as a template that begins and ends in plain HTML
	// text, and its data with it.
	made = template.HTML(w.String())
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.parts) >= maxShared {
		clear(s.parts)
	}
	s.parts[key] = made
	return made, nil
}
