// Branchlight turns a folder of Markdown about Party branches into a finished
// site of static pages.
//
// This package is the command line: it reads flags, calls the driver, and shows
// what came of it. Each command stands in a file of its own. Only main exits,
// and only this package prints.
//
// Exit status: 0 done, warnings or not; 1 the content has errors; 2 wrong use,
// or a failure of the machine.
package main

import (
	"os"
	"runtime/debug"
	_ "time/tzdata" // Windows brings no time zones along

	_ "branchlight/cmd/branchlight/internal/largepages"

	"github.com/inconshreveable/mousetrap"
	"github.com/spf13/cobra"
)

// commands are all commands, in the order that help shows.
var commands = []func(*app) *cobra.Command{
	newCommand,
	buildCommand,
	serveCommand,
	checkCommand,
	signCommand,
	reportCommand,
	publishCommand,
	packCommand,
	listCommand,
	helpCommand,
	versionCommand,
	completionCommand,
}

func main() {
	a := &app{
		in:    os.Stdin,
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.Getenv,
	}
	if a.env("BRANCHLIGHT_DEBUG") == "" {
		// What no recover can reach ends in a line and not in a page of
		// addresses.
		debug.SetTraceback("none")
	}
	if mousetrap.StartedByExplorer() {
		os.Exit(a.doubleClick(os.Args[1:]))
	}
	os.Exit(a.run(os.Args[1:]))
}
