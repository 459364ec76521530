package host

import (
	"net"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// What a service tells the system that started it: systemd on Linux, by the socket that
// it names in $NOTIFY_SOCKET (sd_notify). Where nobody is told, nothing happens.

// TellReady says that the service does its work now. status is one line for people.
func TellReady(env Env, status string) error { return tell(env, "READY=1", "STATUS="+oneLine(status)) }

// TellStatus says in one line how it goes.
func TellStatus(env Env, status string) error { return tell(env, "STATUS="+oneLine(status)) }

// TellAlive says that the service is not stuck; see AliveEvery.
func TellAlive(env Env) error { return tell(env, "WATCHDOG=1") }

// TellStopping says that the service is about to end.
func TellStopping(env Env) error { return tell(env, "STOPPING=1") }

// AliveEvery is how often TellAlive must be said, or the system starts the service anew:
// half of the time that the system waits. 0: nobody waits for it.
func AliveEvery(env Env) time.Duration {
	if pid := env("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	us, err := strconv.ParseInt(env("WATCHDOG_USEC"), 10, 64)
	if err != nil || us <= 0 || env("NOTIFY_SOCKET") == "" {
		return 0
	}
	return time.Duration(us) * time.Microsecond / 2
}

// tellTimeout is how long the system may be busy.
const tellTimeout = time.Second

func tell(env Env, lines ...string) error {
	at := env("NOTIFY_SOCKET")
	if at == "" || at[0] != '/' && at[0] != '@' {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: at, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer c.Close()                                                         // nothing waits in it
	if err := c.SetWriteDeadline(time.Now().Add(tellTimeout)); err != nil { //nolint:forbidigo // of the system's clock, not of custode's
		return err
	}
	_, err = c.Write([]byte(strings.Join(lines, "\n")))
	return err
}

func oneLine(s string) string { return strings.Join(strings.FieldsFunc(s, unicode.IsControl), " ") }
