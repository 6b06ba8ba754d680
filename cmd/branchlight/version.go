package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is what the program knows of itself.
type release struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // of the source; empty where it is not recorded
	Time     string `json:"time,omitempty"`     // of the revision
	Modified bool   `json:"modified,omitempty"` // built from a changed tree
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func thisRelease() release {
	r := release{Version: "(devel)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return r
	}
	if info.Main.Version != "" {
		r.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			r.Revision = s.Value
		case "vcs.time":
			r.Time = s.Value
		case "vcs.modified":
			r.Modified = s.Value == "true"
		}
	}
	return r
}

func versionCommand(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: a.say("显示程序的版本", "show the version of the program"),
		Args:  a.atMost(0),
		RunE: func(*cobra.Command, []string) error {
			r := thisRelease()
			if asJSON {
				return writeJSON(a.out, r)
			}
			_, err := fmt.Fprintf(a.out, "branchlight %s (%s %s/%s)\n", r.Version, r.Go, r.OS, r.Arch)
			return err
		},
	}
	jsonFlag(a, cmd, &asJSON)
	return cmd
}

// jsonFlag adds --json to a command.
func jsonFlag(a *app, cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, a.say("输出 JSON，供别的程序读取", "write JSON, for other programs to read"))
}

// writeJSON writes a value as indented JSON with its Chinese and its signs as
// they are.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
