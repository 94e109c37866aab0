package localcluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAssetsNamesWhatIsMissing(t *testing.T) {
	t.Setenv(assetsVariable, t.TempDir())
	_, err := Assets(t.Context(), t.Logf)
	if err == nil || !strings.Contains(err.Error(), assetsVariable) || !strings.Contains(err.Error(), "etcd") {
		t.Errorf("error %v, want one that names the variable and a program", err)
	}
}

func TestDownload(t *testing.T) {
	assets := t.TempDir()
	for _, p := range controlPlane {
		script(t, filepath.Join(assets, p.name), "")
	}
	tests := map[string]struct {
		setupEnvtest string // a shell script; empty: there is none
		want         string // the folder; empty: an error
	}{
		"it has the release":              {`[ "$*" = "use 1.37.x --print path" ] && echo ` + assets, assets},
		"it is not there":                 {"", ""},
		"it fails":                        {"echo unable to reach the index >&2; exit 1", ""},
		"it names a folder of no use":     {"echo " + t.TempDir(), ""},
		"it finds no release and is calm": {"true", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			command := filepath.Join(t.TempDir(), "setup-envtest")
			if tt.setupEnvtest != "" {
				script(t, command, tt.setupEnvtest)
			}
			dir, err := download(t.Context(), []string{command}, "1.37")
			if (err != nil) != (tt.want == "") || err == nil && dir != tt.want {
				t.Errorf("folder %q and error %v, want folder %q", dir, err, tt.want)
			}
		})
	}
}

func script(t *testing.T, path, body string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}
