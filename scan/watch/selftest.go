package watch

// ProbePrefix begins the name of every file of a self-test.
const ProbePrefix = ".custode-probe-"
