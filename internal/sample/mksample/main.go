// Command mksample writes the made-up shop, or a heap of made-up files for
// benchmarks, into a folder that is empty or not there yet.
//
//	mksample [-seed N] [-now TIME] [-bulk FILES,BYTES] DIR
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"custode/internal/sample"
)

func main() {
	//nolint:forbidigo // this is the main of its program
	if err := run(os.Args[1:], os.Stderr, time.Now); err != nil {
		fmt.Fprintln(os.Stderr, "mksample:", err) //nolint:forbidigo // this is the main of its program
		os.Exit(1)                                //nolint:forbidigo // this is the main of its program
	}
}

// run does what the arguments say and reports to w.
func run(args []string, w io.Writer, clock func() time.Time) error {
	flags := flag.NewFlagSet("mksample", flag.ContinueOnError)
	flags.SetOutput(w)
	seed := flags.Uint64("seed", 1, "one seed makes one shop")
	now := flags.String("now", "", "count the ages of the files from this `time` (RFC 3339), not from today")
	bulk := flags.String("bulk", "", "write a heap of about `FILES,BYTES` instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("which folder? (one, after the flags)")
	}
	dir := flags.Arg(0)
	if *bulk != "" {
		files, size, err := amounts(*bulk)
		if err != nil {
			return err
		}
		return sample.WriteBulk(dir, *seed, files, size)
	}
	at := clock()
	if *now != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, *now); err != nil {
			return fmt.Errorf("-now: %w", err)
		}
	}
	truth, err := sample.Write(dir, sample.Options{Seed: *seed, Now: at})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %d files about %d people, none of whom exists\n", dir, len(truth.Files), truth.People)
	return nil
}

// amounts reads FILES,BYTES.
func amounts(s string) (files int, size int64, err error) {
	first, second, _ := strings.Cut(s, ",")
	if files, err = strconv.Atoi(first); err == nil {
		size, err = strconv.ParseInt(second, 10, 64)
	}
	if err != nil || files < 1 || size < 0 {
		return 0, 0, fmt.Errorf("-bulk %q: not FILES,BYTES", s)
	}
	return files, size, nil
}
