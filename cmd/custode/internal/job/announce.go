package job

// Announcer tells custode's own watch what is about to be done: which files are sealed,
// opened or sealed anew where they lie, and below which folders everything is read. It
// gives what ends that. Nil: there is no watch.
type Announcer func(files, roots []string) (end func())

func (a Announcer) say(files, roots []string) (end func()) {
	if a == nil {
		return func() {}
	}
	return a(files, roots)
}
