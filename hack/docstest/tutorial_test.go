package docstest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/operatorrole"
	"github.com/securedapi/securedapi/hack/visitor"
)

const (
	tutorial = "docs/tutorial/eks.md"
	// blockTimeout bounds a block of commands, kubectl's own waits in it.
	blockTimeout = 3 * time.Minute
	// askedToken is the input of a block that reads a token.
	askedToken = "tested; input: ID token"
	// most is how many shell blocks of a document are not run.
	most = 5
)

// TestTutorial runs the tutorial's commands, as they are written and in one shell, against the local control plane and the
// local AWS.
func TestTutorial(t *testing.T) {
	d := documents(t, tutorial)[0]
	r := startReader(t)
	ran, checked := r.follow(d, d.blocks)
	t.Logf("%d commands run, %d checked only", ran, checked)
}

// reader is who follows a document: a shell, an account of AWS, and the operator where it was installed.
type reader struct {
	*shell

	aws     *awslocal.Server
	printed string // by the last block that ran
}

func startReader(t *testing.T) *reader {
	t.Helper()
	server := awslocal.Start(t)
	server.Lambda.Handle("Hello", hello)
	operatorrole.LetRoutesCall(server, "Hello") // as the tutorial tags it
	s := startShell(t)
	startNode(t, server, s.dir)
	return &reader{shell: s, aws: server}
}

// follow runs blocks of a document, and compares what they print with what is shown.
func (r *reader) follow(d *document, blocks []block) (ran, checked int) {
	r.t.Helper()
	r.document = d.path
	report(r.t, unmarked(d))
	if r.t.Failed() {
		r.t.FailNow()
	}
	for _, b := range blocks {
		switch {
		case b.language == "sh" && strings.HasPrefix(b.mark, "tested"):
			input := ""
			if b.mark == askedToken {
				input = token(r.t, r.aws, r.value("LOGIN_URL")) + "\n"
			}
			r.printed = r.run(b, input)
			ran += len(commands(b.piece))
			r.permit()
		case b.language == "sh":
			checked += len(commands(b.piece))
		case b.mark == "output" && !like(b.text, r.printed):
			r.t.Fatalf("%s:%d: the commands before it print\n%s", d.path, b.line, r.printed)
		}
	}
	return ran, checked
}

// permit gives the operator's role the policy of adoptions, once the reader has it.
func (r *reader) permit() {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "adopt.json"))
	if err != nil || len(text) == 0 {
		return
	}
	policy, err := iam.Parse("adopt.json", text)
	if err != nil {
		r.t.Fatal(err)
	}
	r.aws.IAM.Attach(roleARN(r.aws), policy)
}

// unmarked finds shell blocks that nobody decided about, and too many that are not run.
func unmarked(d *document) (problems []problem) {
	left := 0
	for _, b := range d.blocks {
		if b.language != "sh" {
			continue
		}
		reason, notRun := strings.CutPrefix(b.mark, "not run:")
		switch {
		case notRun && strings.TrimSpace(reason) != "":
			left++
		case b.mark == "tested", b.mark == askedToken:
		default:
			problems = append(problems, problem{d.path, b.line, fmt.Sprintf("the comment before the block is %q, want tested, %s, or not run: a reason", b.mark, askedToken)})
		}
	}
	if left > most {
		problems = append(problems, problem{d.path, 1, fmt.Sprintf("%d shell blocks are not run, want %d at most", left, most)})
	}
	return problems
}

// token is the ID token of a person who signs up on the login page.
func token(t *testing.T, server *awslocal.Server, login string) string {
	t.Helper()
	const email = "ada@example.com"
	v := visitor.New("http://localhost:3000")
	steps := []func(context.Context) error{
		func(ctx context.Context) error { return v.Open(ctx, login) },
		func(ctx context.Context) error { return v.Follow(ctx, "Sign up") },
		func(ctx context.Context) error {
			return v.Submit(ctx, map[string]string{"username": email, "password": "Passw0rd!"})
		},
		func(ctx context.Context) error {
			return v.Submit(ctx, map[string]string{"code": server.Cognito.Messages(email)[0].Code})
		},
	}
	for _, step := range steps {
		if err := step(t.Context()); err != nil {
			t.Fatalf("sign up at %s: %v", login, err)
		}
	}
	text, err := v.Token("id_token")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// shell is the tutorial's reader: one shell in a folder with the repository's manifests, the operator's program and kubectl.
type shell struct {
	t        *testing.T
	dir      string
	document string // whose blocks are run
	stdin    io.Writer
	ended    chan string // a word for each block that ended well
}

func startShell(t *testing.T) *shell {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s := &shell{t: t, dir: t.TempDir(), ended: make(chan string)}
	if err := os.CopyFS(filepath.Join(s.dir, "config"), os.DirFS(filepath.Join(root, "config"))); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc")
	cmd.Dir = s.dir
	cmd.Env = cluster.Kubectl(t.Context()).Env
	cmd.Env = append(cmd.Env, "PATH="+strings.Join([]string{filepath.Dir(path), filepath.Dir(cluster.KubectlPath), os.Getenv("PATH")}, ":"))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.stdin = stdin
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{write}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	go func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			s.ended <- lines.Text()
		}
		close(s.ended)
	}()
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait()
		read.Close()
	})
	fmt.Fprintln(s.stdin, `set -Eeuo pipefail; trap 'echo "line $LINENO: $BASH_COMMAND" >&4' ERR; exec 4>failed`)
	return s
}

// run runs a block and returns what it printed. A failure names the document's line and the command.
func (s *shell) run(b block, input string) string {
	s.t.Helper()
	const script, given, out, warnings = "block", "input", "output", "warnings"
	// Lines have the numbers that they have in the document.
	s.write(script, strings.Repeat("\n", b.line-1)+b.text)
	s.write(given, input)
	fmt.Fprintf(s.stdin, "source ./%s <%s >%s 2>%s; echo well >&3\n", script, given, out, warnings)
	var problem string
	select {
	case _, well := <-s.ended:
		if !well {
			problem = "a command failed"
		}
	case <-time.After(blockTimeout):
		problem = "no end within " + blockTimeout.String()
	}
	text, _ := os.ReadFile(filepath.Join(s.dir, out))
	if problem != "" {
		failed, _ := os.ReadFile(filepath.Join(s.dir, "failed"))
		why, _ := os.ReadFile(filepath.Join(s.dir, warnings))
		s.t.Fatalf("%s:%d: %s\n%s%s%s", s.document, b.line, problem, failed, text, why)
	}
	s.t.Logf("%s:%d\n%s", s.document, b.line, text)
	return string(text)
}

// value is that of a variable of the shell.
func (s *shell) value(name string) string {
	s.t.Helper()
	return strings.TrimSpace(s.run(commandsOf(`echo "$`+name+`"`), ""))
}

func (s *shell) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shell) file(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// like compares what is printed with what a document shows: white space is as good as any other, … is any text.
func like(want, got string) bool {
	pattern := regexp.QuoteMeta(strings.Join(strings.Fields(want), " "))
	return regexp.MustCompile("^" + strings.ReplaceAll(pattern, "…", ".*?") + "$").MatchString(strings.Join(strings.Fields(got), " "))
}

func TestUnmarkedBlocksAreFound(t *testing.T) {
	d := parse("docs/a.md", "```sh\na\n```\n<!-- not run: -->\n```sh\na\n```\n<!-- not run: it costs money -->\n```sh\na\n```\n<!-- tested -->\n\n```sh\na\n```\n")
	if got := unmarked(d); len(got) != 2 || got[0].line != 2 || got[1].line != 6 {
		t.Errorf("got %v, want the lines 2 and 6", got)
	}
	if like("a … c", "a c") || !like("a …\nc", "a  b c\n") {
		t.Error("… stands for the wrong text")
	}
}
