package docstest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Programs of others, whose flags cannot be looked up here, and words of shells.
var (
	others = strings.Fields("argocd aws python3 curl docker eksctl flux git helm npm terraform serverless sls apt-get go fleet")
	shells = strings.Fields("cat cd cp date echo export grep ls mkdir openssl printf read rm sed test true wc alias source jq sleep zip unzip")
	// elsewhere are flags and paths that are not of this repository, and whose they are.
	elsewhere = map[string]string{
		"--all":                      "kubectl has it",
		"--capabilities":             "the AWS CLI has it",
		"--endpoint-url":             "the AWS CLI has it",
		"--platform":                 "docker build has it",
		"dist/install.yaml":          "make build-installer writes it",
		"bin/securedapi":             "make build writes it",
		"install/kustomization.yaml": "the reader writes it",
	}
)

var (
	makeTarget = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
	longFlag   = regexp.MustCompile(`^--([a-z][a-z0-9-]*)`)
	helpFlag   = regexp.MustCompile(`(?m)^\s*(?:-\w, )?--?([a-z][a-z0-9-]*)`)
	subcommand = regexp.MustCompile(`(?m)^  ([a-z-]+)  +\S`)
	flagInCode = regexp.MustCompile(`\b(?:flag|flags|fs)\.\w+\((?:&[\w.]+, )?"([a-z][a-z0-9-]*)"`)
	testFunc   = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	testName   = regexp.MustCompile(`^Test[A-Z]\w+$`)
	filePath   = regexp.MustCompile(`^\.?/?[\w.-]+(/[\w.*-]+)*/?$`)
	fileSuffix = regexp.MustCompile(`\.(go|md|yaml|json|sh|txt|pml|mjs)$`)
	alternates = regexp.MustCompile(`^(.*)\{(.*)\}(.*)$`)
)

// names are those that documents may use.
type names struct {
	targets []string
	flags   []string // of the operator
	// defaults are those of the flags.
	defaults map[string]string
	iam      []string // flags of its command iam-policy
	iamSubs  []string
	hack     []string // flags of programs in hack
	tests    []string
	folders  []string          // at the root
	help     map[string]string // of kubectl's commands
}

// TestNames looks for what the documents name. The reference is generated, and only looked at for links.
func TestNames(t *testing.T) {
	n := newNames(t)
	checked := 0
	for _, d := range documents(t, "README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "config") {
		if strings.HasPrefix(d.path, "docs/reference/") {
			continue
		}
		problems, count := n.check(d)
		checked += count
		report(t, problems)
	}
	t.Logf("%d names", checked)
}

// TestFlagsAreInTheTable compares the operator's flags and their defaults with those of README.md. Others' flags are left out: those
// of the logger, and of controller-runtime.
func TestFlagsAreInTheTable(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := newNames(t)
	for _, flag := range n.flags {
		if strings.HasPrefix(flag, "zap-") || flag == "kubeconfig" || flag == "version" {
			continue
		}
		row := regexp.MustCompile("(?m)^\\| `--" + flag + "` \\| (?:`([^`]*)`)?").FindSubmatch(readme)
		if row == nil {
			t.Errorf("README.md: the flag --%s is missing", flag)
			continue
		}
		if got, want := string(row[1]), n.defaults[flag]; got != want {
			t.Errorf("README.md: the default of --%s is %q, want %q", flag, got, want)
		}
	}
}

// defaultsOf are the defaults that the help of Go's flags tells, by flag. It leaves out false and what is empty.
func defaultsOf(help string) map[string]string {
	defaults := map[string]string{}
	for _, part := range strings.Split("\n"+help, "\n  -")[1:] {
		name := strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' })[0]
		if !strings.Contains(strings.SplitN(part, "\n", 2)[0], " ") {
			defaults[name] = "false"
		}
		if m := regexp.MustCompile(`\(default "?([^")]*)"?\)\s*$`).FindStringSubmatch(part); m != nil {
			// Durations have all their units there.
			defaults[name] = regexp.MustCompile(`([hm])0m?0?s$`).ReplaceAllString(m[1], "$1")
		}
	}
	return defaults
}

func newNames(t *testing.T) *names {
	t.Helper()
	operator, err := program()
	if err != nil {
		t.Fatal(err)
	}
	n := &names{help: map[string]string{}}
	output := func(args ...string) string {
		text, _ := exec.CommandContext(t.Context(), operator, args...).CombinedOutput() // --help is an error to some
		return string(text)
	}
	help := output("--help")
	n.flags, n.defaults = matches(helpFlag, help), defaultsOf(help)
	iam := output("iam-policy", "--help")
	n.iam = matches(helpFlag, iam)
	n.iamSubs = matches(subcommand, iam)
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	n.targets = matches(makeTarget, string(makefile))
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			n.folders = append(n.folders, e.Name())
		}
	}
	err = filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") {
			return err
		}
		text, err := os.ReadFile(file)
		if strings.HasSuffix(file, "_test.go") {
			n.tests = append(n.tests, matches(testFunc, string(text))...)
		} else if strings.Contains(filepath.ToSlash(file), "/hack/") {
			n.hack = append(n.hack, matches(flagInCode, string(text))...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, found := range map[string][]string{"targets": n.targets, "flags": n.flags, "flags of iam-policy": n.iam, "tests": n.tests, "policies": n.iamSubs} {
		if len(found) < 5 {
			t.Fatalf("%s: found %v only", what, found)
		}
	}
	return n
}

func matches(pattern *regexp.Regexp, text string) []string {
	var all []string
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// check returns what a document names that there is not, and how many names it has.
func (n *names) check(d *document) (problems []problem, count int) {
	add := func(line int, texts ...string) {
		count++
		for _, text := range texts {
			problems = append(problems, problem{d.path, line, text})
		}
	}
	for _, b := range d.blocks {
		if b.language != "sh" && b.language != "console" {
			continue
		}
		p := b.piece
		if b.language == "console" {
			p.text = prompts(p.text)
		}
		for _, c := range commands(p) {
			add(c.line, n.command(c.words, true)...)
		}
	}
	for _, s := range d.spans {
		words := strings.Fields(s.text)
		switch {
		case testName.MatchString(s.text):
			if !slices.Contains(n.tests, s.text) {
				add(s.line, "there is no test "+s.text)
			}
		case longFlag.MatchString(s.text):
			add(s.line, n.flag(words[0])...)
		case slices.Contains([]string{"kubectl", "make", "securedapi", "iam-policy", "go"}, words[0]) && len(words) > 1:
			add(s.line, n.command(words, false)...)
		case n.isPath(s.text):
			add(s.line, n.path(d, s.text)...)
		}
	}
	return problems, count
}

// prompts keeps the lines of a console that a person types.
func prompts(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if typed, ok := strings.CutPrefix(line, "$ "); ok {
			lines[i] = typed
		} else {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// flag looks for a flag that stands alone.
func (n *names) flag(text string) []string {
	name := longFlag.FindStringSubmatch(text)[1]
	if _, ok := elsewhere["--"+name]; ok || slices.Contains(slices.Concat(n.flags, n.iam, n.hack), name) {
		return nil
	}
	return []string{"no program here has the flag --" + name}
}

// command looks for the sub-command, target, folder and flags of a command.
func (n *names) command(words []string, known bool) []string {
	name, rest := words[0], words[1:]
	switch {
	case name == "kubectl":
		return n.kubectl(rest)
	case name == "make":
		return n.make(rest)
	case name == "securedapi", name == "bin/securedapi":
		return n.operator(rest)
	case name == "iam-policy":
		return n.operator(words)
	case name == "go" && len(rest) > 1 && rest[0] == "run" && rest[1] == ".":
		return n.operator(rest[2:])
	case name == "go" && len(rest) > 1 && rest[0] == "run":
		return n.goRun(rest[1], rest[2:])
	case !known || slices.Contains(others, name) || slices.Contains(shells, name):
		return nil
	default:
		return []string{fmt.Sprintf("no program %s is known here (others and shells in hack/docstest/names_test.go)", name)}
	}
}

func (n *names) make(words []string) (wrong []string) {
	for _, word := range words {
		if strings.Contains(word, "=") || strings.HasPrefix(word, "-") {
			continue
		}
		if word == "…" || word == ">" {
			break
		}
		if !slices.Contains(n.targets, word) {
			wrong = append(wrong, "the Makefile has no target "+word)
		}
	}
	return wrong
}

func (n *names) operator(words []string) []string {
	if len(words) == 0 || words[0] != "iam-policy" {
		return unknownFlags("securedapi", words, n.flags)
	}
	wrong := unknownFlags("securedapi iam-policy", words[1:], n.iam)
	if len(words) > 1 && regexp.MustCompile(`^[a-z-]+$`).MatchString(words[1]) && !strings.HasPrefix(words[1], "-") &&
		!slices.Contains(n.iamSubs, words[1]) {
		wrong = append(wrong, "securedapi iam-policy has no policy "+words[1])
	}
	return wrong
}

func (n *names) goRun(folder string, words []string) []string {
	if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
		return []string{folder + " does not exist"}
	}
	return unknownFlags("go run "+folder, words, n.hack)
}

// kubectl asks kubectl for its commands and their flags.
func (n *names) kubectl(words []string) []string {
	name := []string{}
	for _, word := range words {
		if !regexp.MustCompile(`^[a-z-]+$`).MatchString(word) || strings.HasPrefix(word, "-") {
			break
		}
		if len(name) == 1 && !strings.Contains(n.kubectlHelp(name...), "\n  "+word+" ") {
			break
		}
		if name = append(name, word); len(name) == 2 { //nolint:mnd // kubectl create rolebinding
			break
		}
	}
	help := n.kubectlHelp(name...)
	if !strings.Contains(help, "Usage:") {
		return []string{"kubectl has no command " + strings.Join(name, " ")}
	}
	return unknownFlags("kubectl "+strings.Join(name, " "), words, matches(helpFlag, help+n.kubectlHelp("options")))
}

func (n *names) kubectlHelp(name ...string) string {
	key := strings.Join(name, " ")
	if _, ok := n.help[key]; !ok {
		args := name
		if key != "options" {
			args = append(slices.Clone(name), "--help")
		}
		text, _ := cluster.Kubectl(context.Background(), args...).CombinedOutput()
		n.help[key] = string(text)
	}
	return n.help[key]
}

func unknownFlags(program string, words, flags []string) (wrong []string) {
	for _, word := range words {
		if word == "--" {
			break
		}
		m := longFlag.FindStringSubmatch(word)
		if m != nil && !slices.Contains(flags, m[1]) && m[1] != "help" {
			wrong = append(wrong, program+" has no flag --"+m[1])
		}
	}
	return wrong
}

// isPath tells whether code is the path of a file here: it begins with one of our folders, or ends like a source.
func (n *names) isPath(text string) bool {
	text = strings.TrimPrefix(text, "./")
	if m := alternates.FindStringSubmatch(text); m != nil {
		text = m[1] + "x" + m[3]
	}
	if !filePath.MatchString(text) {
		return false
	}
	first, _, inFolder := strings.Cut(text, "/")
	return inFolder && (slices.Contains(n.folders, first) || fileSuffix.MatchString(text))
}

// path looks for a file at the root, beside the document, in controllers and in hack/awslocal.
func (n *names) path(d *document, text string) []string {
	if _, ok := elsewhere[text]; ok {
		return nil
	}
	for _, dir := range []string{".", path.Dir(d.path), "controllers", "hack/awslocal", "config"} {
		if found, _ := filepath.Glob(filepath.Join(root, dir, text)); len(found) > 0 {
			return nil
		}
	}
	return []string{"there is no file " + text}
}

// TestWrongNamesAreFound holds the check to finding each kind of mistake.
func TestWrongNamesAreFound(t *testing.T) {
	n := newNames(t)
	for text, want := range map[string]string{
		"`--drift-check-intervall`":                            "no program here has the flag --drift-check-intervall",
		"`make tset`":                                          "the Makefile has no target tset",
		"`config/iam/polcy.json`":                              "there is no file config/iam/polcy.json",
		"`securedapi iam-policy trust-pod`":                    "securedapi iam-policy has no policy trust-pod",
		"`TestNothingOfTheKind`":                               "there is no test TestNothingOfTheKind",
		"```sh\nsecuredapi iam-policy --acount 1\n```":         "securedapi iam-policy has no flag --acount",
		"```sh\nkubectl wiat sapi/notes\n```":                  "kubectl has no command wiat",
		"```sh\nkubectl wait sapi/notes --four=x\n```":         "kubectl wait has no flag --four",
		"```sh\nkubectl rollout status x --timeot=1m\n```":     "kubectl rollout status has no flag --timeot",
		"```sh\ngo run ./hack/demos\n```":                      "./hack/demos does not exist",
		"```console\n$ kubectl get sapi --outptu=wide\nx\n```": "kubectl get has no flag --outptu",
		"```sh\nkubctl get sapi\n```":                          "no program kubctl is known here (others and shells in hack/docstest/names_test.go)",
		"`make docs-test` and `kubectl get sapi -A -o wide`":   "",
	} {
		problems, _ := n.check(parse("docs/a.md", text))
		var got []string
		for _, p := range problems {
			got = append(got, p.text)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
