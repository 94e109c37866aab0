package child

import "syscall"

// processAttributes keep Ctrl-C from the operator, which is needed until everything is taken down. If the parent is
// killed, so is the operator.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
