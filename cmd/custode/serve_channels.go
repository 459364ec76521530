package main

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/alert"
	"custode/internal/fault"
	"custode/internal/secret"
)

// serviceAddress is the address of a service, made of what its page asks for.
func serviceAddress(f web.ServiceForm, key secret.Bytes) secret.Bytes {
	k := strings.TrimSpace(string(key.Reveal()))
	switch f.Kind {
	case "telegram":
		k = "telegram://" + k + "@telegram?chats=" + f.To
	case "ntfy":
		_, k = ntfyAddress(ntfyServer(f), k)
	}
	return secret.FromString(k)
}

// ntfyServer is the server that was typed for ntfy; "": none.
func ntfyServer(f web.ServiceForm) string {
	return strings.TrimSuffix(strings.TrimPrefix(f.To, "https://"), "/")
}

// ntfyAddress takes the name of a topic, or its address as ntfy shows it (https://ntfy.sh/topic, ntfy.sh/topic) or with a
// password (ntfy://user:password@server/topic), and gives its server, too: that of the address, else the one that was
// typed, else ntfy.sh. "": that is no topic.
func ntfyAddress(typed, key string) (server, address string) {
	if u, err := url.Parse(key); err == nil && u.Scheme == "ntfy" {
		return u.Host, key
	}
	bare, whole := strings.CutPrefix(key, "https://")
	server, topic, found := strings.Cut(strings.TrimSuffix(bare, "/"), "/")
	if !found && !whole {
		server, topic = cmp.Or(typed, "ntfy.sh"), server
	}
	if server == "" || topic == "" || strings.ContainsAny(topic, " /?#@:") {
		return server, ""
	}
	return server, "ntfy://" + server + "/" + topic
}

// WholeService implements [web.Channeler].
func (o *office) WholeService(f web.ServiceForm, key secret.Bytes) map[string]string {
	wrong, t := map[string]string{}, o.sh.words.T
	if f.Kind == "telegram" && strings.Trim(f.To, "-0123456789") != "" || f.Kind == "telegram" && f.To == "" {
		wrong["to"] = t("web.channel.telegram.to.wrong")
		return wrong
	}
	if f.Kind == "ntfy" && strings.ContainsAny(ntfyServer(f), " /?#@") {
		wrong["to"] = t("web.channel.ntfy.to.wrong")
		return wrong
	}
	if typed := ntfyServer(f); f.Kind == "ntfy" && typed != "" {
		if server, is := ntfyAddress(typed, strings.TrimSpace(string(key.Reveal()))); is != "" && !strings.EqualFold(server, typed) {
			wrong["to"] = t("web.channel.ntfy.to.differs")
			return wrong
		}
	}
	address := serviceAddress(f, key)
	defer address.Wipe()
	made, err := alert.NewService(address)
	switch id, args := serviceFault(err); {
	case id != "" && f.Kind == "any":
		wrong["key"] = capital(t("fault.settings."+id, args...)) + "."
	case id != "" || f.Kind != "any" && made.Name() != f.Kind:
		wrong["key"] = t("web.channel.wrong")
	}
	return wrong
}

// AddService implements [web.Channeler].
func (o *office) AddService(ctx context.Context, f web.ServiceForm, key secret.Bytes, tell func(web.Progress)) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	set, err := sh.settings()
	if err != nil {
		return out, err
	}
	if len(set.Alerts.Services) >= maxServices {
		return out, fault.New(fault.CannotMake, "fault.channel.many")
	}
	address := serviceAddress(f, key)
	defer address.Wipe()
	made, err := alert.NewService(address)
	if err != nil {
		return out, fault.New(fault.Usage, "web.channel.wrong")
	}
	tell(web.Progress{Note: w.T("alerts.test.sending")})
	r := sh.triedHere(sh.try(ctx, set, made, sh.testMessage(set)))
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	out = web.Outcome{Title: w.T("web.mail.not"), Next: "/settings/service?kind=" + f.Kind}
	if r.Sent {
		if err := o.keepService(ctx, made.Name(), address); err != nil {
			return out, err
		}
		out.Title, out.Next = w.T("web.channel.set"), "/settings#alerts"
	}
	if out.Lines, err = said(func(p *page) error { return sh.showTried(p, alertsTestDoc{Channels: []tried{r}}) }); err != nil {
		return out, err
	}
	if r.Sent {
		out.Lines = append(out.Lines, w.T("web.channel.kept"))
	} else {
		out.Lines = append(out.Lines, w.T("web.channel.not"))
	}
	return out, nil
}

// keepService writes the address into a file of its own, and that into the settings; not one that is kept already.
func (o *office) keepService(ctx context.Context, name string, address secret.Bytes) error {
	path, failed := "", error(nil)
	_, err := o.changeSettings(ctx, func(set *settings) bool {
		if o.sh.hasService(*set, address) {
			return false
		}
		if len(set.Alerts.Services) >= maxServices {
			failed = fault.New(fault.CannotMake, "fault.channel.many")
			return false
		}
		for n := 1; path == "" || exists(path); n++ { // nobody else chooses one meanwhile
			path = filepath.Join(o.sh.home, servicePrefix+name+"-"+strconv.Itoa(n)+serviceSuffix)
		}
		if failed = o.sh.keepSecret(path, address); failed != nil {
			return false
		}
		set.Alerts.Services = append(slices.Clone(set.Alerts.Services), serviceSetting{File: path})
		return true
	})
	if err != nil && path != "" && !o.sh.namesService(path) {
		err = errors.Join(err, os.Remove(path))
	}
	return cmp.Or(failed, err)
}

// hasService reports whether the page keeps that address already.
func (sh *shell) hasService(set settings, address secret.Bytes) bool {
	return slices.ContainsFunc(set.Alerts.Services, func(s serviceSetting) bool {
		if pageServiceKind(s.File) == "" {
			return false
		}
		kept, err := sh.keptSecret(s.File, "")
		defer kept.Wipe()
		return err == nil && subtle.ConstantTimeCompare(kept.Reveal(), address.Reveal()) == 1
	})
}

// namesService reports whether the settings as they stand name that file; true where they cannot be read.
func (sh *shell) namesService(path string) bool {
	set, err := sh.settings()
	return err != nil || slices.ContainsFunc(set.Alerts.Services, func(s serviceSetting) bool { return s.File == path })
}

// The names of the files in the home in which the page keeps addresses of services.
const (
	servicePrefix = "alerts-"
	serviceSuffix = ".address"
)

// pageServiceKind is the kind of service whose address the page keeps in a file of that path; "": it is none of those.
func pageServiceKind(path string) string {
	name, ours := strings.CutPrefix(filepath.Base(path), servicePrefix)
	name, ends := strings.CutSuffix(name, serviceSuffix)
	at := strings.LastIndexByte(name, '-')
	if !ours || !ends || at < 1 {
		return ""
	}
	return name[:at]
}

// DropService implements [web.Channeler].
func (o *office) DropService(ctx context.Context, place int, mark string) (web.Dropped, error) {
	var gone serviceSetting
	done, err := o.changeSettings(ctx, func(set *settings) bool {
		if mark != o.sh.settingsMark() || place < 0 || place >= len(set.Alerts.Services) {
			return false
		}
		gone = set.Alerts.Services[place]
		set.Alerts.Services = slices.Delete(slices.Clone(set.Alerts.Services), place, place+1)
		return true
	})
	switch {
	case err != nil || !done:
		return web.DroppedNothing, err
	case gone.URL.Len() > 0: // it stood in the settings themselves
		return web.DroppedAll, nil
	case filepath.Dir(gone.File) != o.sh.home || pageServiceKind(gone.File) == "" || o.sh.namesService(gone.File): // not the page's
		return web.DroppedWay, nil
	}
	switch err := os.Remove(gone.File); {
	case errors.Is(err, fs.ErrNotExist):
		return web.DroppedBare, nil
	case err != nil:
		return web.DroppedWay, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.settings.write", gone.File, err)
	}
	return web.DroppedAll, nil
}

// ShowOnScreen implements [web.Channeler].
func (o *office) ShowOnScreen(ctx context.Context, on bool) error {
	_, err := o.changeSettings(ctx, func(set *settings) bool { set.Alerts.Desktop = &on; return true })
	return err
}

// SetBeat implements [web.Channeler].
func (o *office) SetBeat(ctx context.Context, at string) (bool, error) {
	next := cmp.Or(at, "off")
	if d, ok := (alertSettings{Heartbeat: next}).heartbeat(); !ok || at != "" && d < 0 {
		return false, nil
	}
	_, err := o.changeSettings(ctx, func(set *settings) bool { set.Alerts.Heartbeat = next; return true })
	return true, err
}

// triedHere says what to do about a test as the page does, where a terminal has a file to edit.
func (sh *shell) triedHere(r tried) tried {
	key := "alert." + r.Cause
	if r.Name == "mail" && sh.words.Has("web.do.mail."+r.Cause) {
		key = "mail." + r.Cause
	}
	r.Do, r.shown = sh.onPage(key, r.Do), sh.wayName(r.Name)
	return r
}

// wayName is what the page calls a kind of way: that of the choice where it is one, else its own name.
func (sh *shell) wayName(kind string) string {
	if key := "web.channel." + kind; sh.words.Has(key) {
		return sh.words.T(key)
	}
	return capital(kind)
}
