//go:build !race

package pdf

// raceDetector says that this is a build in which times mean nothing.
const raceDetector = false
