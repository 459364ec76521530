//go:build !linux && !darwin

package agent

import "net"

// samePeer cannot be asked here: the folder of the socket keeps others out.
func samePeer(net.Conn) bool { return true }
