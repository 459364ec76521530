package web

import "context"

// WatchRunner starts and ends the watch.
type WatchRunner interface {
	// StartWatch starts it, with always as a service of this system, else within this program, and waits
	// a few seconds until it is heard. It does nothing where one runs already. Errors: a fault that says
	// why there is none; then all is as it was.
	StartWatch(ctx context.Context, always bool) error
	// EndWatch ends it, with always also the service. It does nothing where none runs.
	EndWatch(ctx context.Context, always bool) error
}

// Where a watch runs.
const (
	WatchNowhere   = ""
	WatchHere      = "here"      // within this program
	WatchService   = "service"   // the system started it
	WatchElsewhere = "elsewhere" // in a terminal, or for another user
)

// WatchRun is where the watch runs, and what can be done about it.
type WatchRun struct {
	Where  string
	Said   []string // what the system does by itself, and why the last watch ended
	Always bool     // the system can be told to start it
	Set    bool     // the system was told
	Cannot string   // why it cannot be told, in words; "" it can
	Starts bool     // this computer can start things by itself
	Hourly bool     // it asks each hour whether the daily check is due
}

func watchRunRoutes() []route {
	return []route{
		{"POST", "/watch/start", present, startWatch, false},
		{"POST", "/watch/end", present, endWatch, false},
	}
}

func startWatch(v *visit) error { return v.runWatch(v.office.StartWatch) }

func endWatch(v *visit) error { return v.runWatch(v.office.EndWatch) }

// runWatch does one of both, as the button says, and goes on with how it stands then.
func (v *visit) runWatch(do func(context.Context, bool) error) error {
	how := v.field("how")
	if how != WatchHere && how != "always" {
		return refusal{400, "web.broken-form"}
	}
	if err := do(v.ctx(), how == "always"); err != nil {
		return err
	}
	return v.see("/watch#stands")
}
