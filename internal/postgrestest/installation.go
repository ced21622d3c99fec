package postgrestest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

var errNotInstalled = errors.New("no PostgreSQL: neither " + EnvDSN + " nor initdb and postgres in PATH or /usr/lib/postgresql")

// installation is the machine's PostgreSQL, and the user to run it as.
type installation struct {
	bin string
	// runAs is nil unless we are root: PostgreSQL refuses to run as root, so it runs as the user "postgres".
	runAs *syscall.Credential
}

// Available tells whether Start can work at all here.
func Available() bool {
	if os.Getenv(EnvDSN) != "" {
		return true
	}
	_, err := findInstallation()
	return err == nil
}

func findInstallation() (installation, error) {
	bin, err := findBinaries()
	if err != nil {
		return installation{}, err
	}
	if os.Geteuid() != 0 {
		return installation{bin: bin}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return installation{}, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return installation{}, fmt.Errorf("read the user id of %s: %w", account.Username, err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return installation{}, fmt.Errorf("read the group id of %s: %w", account.Username, err)
	}
	return installation{bin: bin, runAs: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// findBinaries returns the folder of both programs: PATH's if it has them, otherwise the newest of Debian's, which
// keeps them out of PATH.
func findBinaries() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if dir := filepath.Dir(initdb); isProgram(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(dirs, func(a, b string) int { return majorVersion(b) - majorVersion(a) })
	for _, dir := range dirs {
		if isProgram(filepath.Join(dir, "initdb")) && isProgram(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", errNotInstalled
}

// majorVersion reads 15 from /usr/lib/postgresql/15/bin, and 0 from what is not a number.
func majorVersion(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// command is a PostgreSQL program that runs as the right user, in a folder which that user may enter, and without
// the caller's PG… variables, which would change what it does.
func (in installation) command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(in.bin, name), args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + in.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=" + dir}
	cmd.SysProcAttr = attributes()
	cmd.SysProcAttr.Credential = in.runAs
	return cmd
}

// writeFile writes a file that only the server's user may read.
func (in installation) writeFile(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return in.give(path)
}

// give makes the server's user the owner.
func (in installation) give(path string) error {
	if in.runAs == nil {
		return nil
	}
	return os.Chown(path, int(in.runAs.Uid), int(in.runAs.Gid))
}
