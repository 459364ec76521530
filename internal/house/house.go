// Package house holds the rules of the house that a test can keep: who may
// import whom, and which standard packages have one home. The rules and the
// test stand in house_test.go; there is nothing to call.
package house
