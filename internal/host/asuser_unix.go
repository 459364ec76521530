//go:build unix

package host

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Owner is whose a folder is.
func Owner(path string) (uid uint32, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return st.Uid, true
}

// Root reports whether this process may do everything.
func Root() bool { return os.Geteuid() == 0 }

// Child is a process that runs as another user, and is spoken with by pipes.
type Child struct {
	In  io.WriteCloser
	Out io.Reader

	cmd *exec.Cmd
}

// Wait waits until it has ended.
func (c *Child) Wait() error { return c.cmd.Wait() }

// Kill ends it.
func (c *Child) Kill() { _ = c.cmd.Process.Kill() }

// AsUser starts a program as another user, with nothing of this process's environment but
// the language and the time zone. It ends when In is closed, or by itself.
func AsUser(ctx context.Context, uid uint32, program string, args ...string) (*Child, error) {
	u, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	var groups []uint32
	if list, err := u.GroupIds(); err == nil {
		for _, g := range list {
			if n, err := strconv.ParseUint(g, 10, 32); err == nil {
				groups = append(groups, uint32(n))
			}
		}
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, args...) //nolint:gosec // our own binary
	cmd.Env = []string{"HOME=" + u.HomeDir, "USER=" + u.Username, "LOGNAME=" + u.Username, "PATH=/usr/local/bin:/usr/bin:/bin", "XDG_RUNTIME_DIR=/run/user/" + u.Uid}
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); name == "LANG" || name == "TZ" || strings.HasPrefix(name, "LC_") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Dir = "/"
	cmd.Stderr = os.Stderr //nolint:forbidigo // what the child says of its own goes where ours does
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: &syscall.Credential{Uid: uid, Gid: uint32(gid), Groups: groups}}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &Child{in, out, cmd}, cmd.Start()
}

// MayLook reports whether a user may list a folder: it is theirs, or their group's or
// everyone's to read, and so are the folders above it.
func MayLook(uid uint32, path string) bool {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	groups := groupsOf(uid)
	for at, need := path, uint32(0o5); ; at, need = filepath.Dir(at), 0o1 {
		info, err := os.Stat(at)
		if err != nil {
			return false
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok || !allows(st, uid, groups, need) {
			return false
		}
		if at == filepath.Dir(at) {
			return true
		}
	}
}

func groupsOf(uid uint32) map[uint32]bool {
	out := map[uint32]bool{}
	u, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return out
	}
	list, err := u.GroupIds()
	if err != nil {
		return out
	}
	for _, g := range list {
		if n, err := strconv.ParseUint(g, 10, 32); err == nil {
			out[uint32(n)] = true
		}
	}
	return out
}

func allows(st *syscall.Stat_t, uid uint32, groups map[uint32]bool, need uint32) bool {
	mode := uint32(st.Mode) //nolint:unconvert // narrower on some systems
	switch {
	case st.Uid == uid:
		return mode>>6&need == need
	case groups[st.Gid]:
		return mode>>3&need == need
	}
	return mode&need == need
}
