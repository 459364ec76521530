package place

import "golang.org/x/sys/windows"

// Drives lists where the drives of this computer begin, by their letters. It asks none of them anything.
func Drives(Env) (out []string) {
	there, err := windows.GetLogicalDrives()
	if err != nil {
		return nil
	}
	for i := range 26 {
		if there&(1<<i) != 0 {
			out = append(out, string(rune('A'+i))+`:\`)
		}
	}
	return out
}
