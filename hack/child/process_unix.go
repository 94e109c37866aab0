//go:build unix && !linux

package child

import "syscall"

// processAttributes keep Ctrl-C from the operator, which is needed until everything is taken down.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
