package decoy

// Temp is where a decoy is written first.
func Temp(d Draft) string { return d.temp() }
