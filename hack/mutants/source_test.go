package main

import (
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The source moves on: this says at once which mutant has to be adjusted, where `make mutants` takes minutes.
func TestEveryMutantCanBeMade(t *testing.T) {
	const root = "../.."
	found, err := findTests(root)
	if err != nil {
		t.Fatal(err)
	}
	var placed []mutant
	seen := map[string]bool{}
	rules := map[int]int{}
	for _, m := range mutants {
		if seen[m.breaks] {
			t.Errorf("two mutants are called %q", m.breaks)
		}
		seen[m.breaks] = true
		rules[m.rule]++
		if m.at.pkg == "" {
			t.Errorf("it has no place: %s", m.breaks)
			continue
		}
		placed = append(placed, m)
		if _, err := found.folders(m.caughtBy); err != nil {
			t.Errorf("%s: %v", m.breaks, err)
		}
	}
	for rule := 1; rule <= 9; rule++ {
		if rules[rule] == 0 {
			t.Errorf("rule %d is not broken", rule)
		}
	}
	if len(mutants) < 100 {
		t.Errorf("%d mutants are too few", len(mutants))
	}
	sources, err := load(root, placed)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range placed {
		if _, _, err := sources[m.at.pkg].mutate(m); err != nil {
			t.Error(err)
		}
	}
}

const sample = `package sample

import (
	"context"
	"errors"
	"slices"
	"time"
)

type Users interface {
	List(ctx context.Context) ([]string, error)
	Delete(ctx context.Context, id string) error
}

type Kind struct {
	Guard func() error
	Name  string
	Retry time.Duration
}

var kinds = []Kind{
	{Name: "pool", Retry: 10 * time.Minute},
	{Name: "client"},
}

const retry = 10 * time.Minute

func TooLong() error { return errors.New("too long") }

func Remove(ctx context.Context, users Users, k *Kind) (string, error) {
	list, err := users.List(ctx)
	if err != nil {
		return "", err
	}
	if len(list) > 0 || retry < k.Retry {
		return k.Name, TooLong()
	}
	if err := k.Guard(); err != nil {
		return "", err
	}
	k.Name = "gone"
	slices.Sort(list)
	if err := users.Delete(ctx, k.Name); err != nil {
		return "", err
	}
	switch {
	case k.Retry > retry, k.Retry == 0:
		return "never", nil
	default:
		return k.Name + "!", nil
	}
}
`

func TestMutate(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/sample\n\ngo 1.26\n", "sample/sample.go": sample} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logging := []string{`slog "log/slog"`}
	sources, err := load(dir, []mutant{{at: place{pkg: "sample"}, imports: logging}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		reason  string
		at      place
		do      change
		imports []string
		want    string // what the mutant has and the source has not
		err     string
	}{
		{
			reason: "the if whose body calls a function never holds",
			at:     in("sample", ifStmt, the(then, calls("sample.TooLong"))), do: to(condition, never),
			want: "if (false && (len(list) > 0 || retry < k.Retry)) {",
		},
		{
			reason: "a guard, found by the call of a member, always holds",
			at:     in("sample", ifStmt, the(then, has(returnStmt)), has(call, calls("Kind.Guard"))), do: to(condition, always),
			want: "err := k.Guard(); (true || (err != nil)) {",
		},
		{
			reason: "the statement before the call of an interface's method is left out",
			at:     in("sample", statement, calls("slices.Sort"), before(calls("Users.Delete"))), do: undone,
			want: `if false { slices.Sort(list) }`,
		},
		{
			reason: "a comparison with a constant by its value, whatever its name",
			at:     in("sample", binary, operator(token.LSS), the(left, worth(10*time.Minute))), do: with(token.GTR),
			want: "retry > k.Retry",
		},
		{
			reason: "the operand of an or",
			at:     in("sample", binary, is(right, operator(token.LOR))), do: negated,
			want: "|| !(retry < k.Retry) {",
		},
		{
			reason: "a case of a switch",
			at:     in("sample", caseClause, the(does, worth("never"))), do: to(cases, never),
			want: "case (false && (k.Retry > retry)), (false && (k.Retry == 0)):",
		},
		{
			reason: "a member of a literal is removed, and the one beside it stays",
			at:     in("sample", keyValue, the(key, mentions("Kind.Name")), the(value, worth("pool"))), do: removed,
			want: "{ Retry: 10 * time.Minute},",
		},
		{
			reason: "an argument becomes the zero value of its type",
			at:     in("sample", call, calls("Users.Delete")), do: to(argument(1), zeroed),
			want: `users.Delete(ctx, "")`,
		},
		{
			reason: "a function returns before it does anything",
			at:     in("sample", function, calls("Users.Delete")), do: returnsEarly,
			want: `{ if true { return "", nil };`,
		},
		{
			reason: "two statements change places",
			at:     in("sample", ifStmt, calls("Kind.Guard")), do: swapped,
			want: "\tk.Name = \"gone\"\n\tif err := k.Guard(); err != nil {\n\t\treturn \"\", err\n\t}\n\tslices.Sort",
		},
		{
			reason: "a statement more, before the one that follows another",
			at:     in("sample", statement, after(mentions("Kind.Name"))), do: precededBy("list = nil"),
			want: "list = nil; slices.Sort(list)",
		},
		{
			reason: "a constant",
			at:     in("sample", constSpec, mentions("sample.retry")), do: to(value, become("10 * time.Second")),
			want: "const retry = 10 * time.Second",
		},
		{
			reason: "a literal of a type",
			at:     in("sample", literal, not(has(literal, mentions("Kind.Retry"))), mentions("Kind.Name")), do: zeroed,
			want: "\tKind{},\n",
		},
		{
			reason: "a statement more, and an import for it",
			at:     in("sample", assignment, the(left, mentions("Kind.Name"))), do: followedBy(`slog.InfoContext(ctx, "set", "name", k.Name)`), imports: logging,
			want: `k.Name = "gone"; slog.InfoContext(`,
		},
		{
			reason: "a result of a return",
			at:     in("sample", returnStmt, calls("TooLong")), do: to(result(1), zeroed),
			want: "return k.Name, nil",
		},
		{
			reason: "within a function, and not where it calls something else",
			at:     in("sample", returnStmt, within(function, calls("Users.List")), the(value, mentions("Kind.Name")), not(calls("TooLong"))),
			do:     to(result(0), become(`$ + "?"`)),
			want:   `return k.Name + "!" + "?", nil`,
		},
		{
			reason: "a call itself, inside a function of a name, and not the calls around it",
			at:     in("sample", call, callee("Kind.Guard"), inside("sample.Remove")), do: become("error(nil)"),
			want: "if err := error(nil); err != nil {",
		},
		{
			reason: "two places, each changed in its way",
			at:     each(2, in("sample", assignment, not(within(ifStmt)))), do: either(calls("Users.List"), followedBy("list = nil"), undone),
			want: "if false { k.Name = \"gone\" }",
		},
		{
			reason: "several places, all changed",
			at:     each(3, in("sample", returnStmt, the(result(0), worth("")))), do: to(result(0), become(`"?"`)),
			want: `return "?", err`,
		},
		{reason: "no place", at: in("sample", ifStmt, calls("Users.Create")), do: to(condition, never), err: "has 0 like it, want 1"},
		{
			reason: "more places than one", at: in("sample", ifStmt, the(then, has(returnStmt))), do: to(condition, never),
			err: "has 4 like it, want 1",
		},
		{
			reason: "fewer places than it says", at: each(2, in("sample", ifStmt, calls("Users.Delete"))), do: to(condition, never),
			err: "has 1 like it, want 2",
		},
		{
			reason: "what does not compile is no mutant", at: in("sample", ifStmt, calls("Users.Delete")), do: to(condition, become("1")),
			err: "it does not compile",
		},
		{
			reason: "nothing has the role", at: in("sample", ifStmt, calls("Users.Delete")), do: to(argument(7), zeroed),
			err: "nothing to change",
		},
		{
			reason: "a place in a place", at: each(2, in("sample", binary, within(ifStmt), mentions("Kind.Retry"))), do: negated,
			err: "one is in another",
		},
	} {
		m := mutant{breaks: "a rule", at: tc.at, do: tc.do, imports: tc.imports}
		_, text, err := sources["sample"].mutate(m)
		switch {
		case tc.err == "" && err != nil:
			t.Errorf("%s: %v", tc.reason, err)
		case tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)):
			t.Errorf("%s: got %v, want an error that says %q", tc.reason, err, tc.err)
		case tc.err == "" && (!strings.Contains(text, tc.want) || strings.Contains(sample, tc.want)):
			t.Errorf("%s: got\n%s\nwant %q in it", tc.reason, text, tc.want)
		}
	}
}
