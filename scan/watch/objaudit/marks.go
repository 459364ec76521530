package objaudit

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"

	"custode/internal/safefile"
)

// Settings are the settings of Windows that are changed, as far as Marks needs them.
type Settings interface {
	// Policy tells whether the successful uses of files are audited.
	Policy() (on bool, err error)
	// SetPolicy turns that on or off, and nothing else.
	SetPolicy(on bool) error
	// List reads the list of a folder, SetList writes it; fs.ErrNotExist where there is no such folder.
	List(folder string) (List, error)
	SetList(folder string, l List) error
}

// Marks sets what the auditing needs, and takes back exactly that: what was there before custode came stays. Each step is
// noted in a file before it is done, so that a watch that was killed is tidied up after by the next one.
type Marks struct {
	Settings Settings
	File     string // the note
}

// note is what custode has set.
type note struct {
	Policy  bool     `json:"policy"`
	Folders []string `json:"folders"`
}

func (m *Marks) read() (n note, err error) {
	raw, err := os.ReadFile(m.File)
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &n)
	}
	return n, err
}

// write notes what is set; where nothing is, there is no file.
func (m *Marks) write(n note) error {
	if !n.Policy && len(n.Folders) == 0 {
		if err := os.Remove(m.File); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return safefile.Write(m.File, raw, 0o600)
}

// On turns the policy on.
func (m *Marks) On() error {
	n, err := m.read()
	if err != nil {
		return err
	}
	on, err := m.Settings.Policy()
	if err != nil || on {
		return err
	}
	n.Policy = true
	if err := m.write(n); err != nil {
		return err
	}
	return m.Settings.SetPolicy(true)
}

// Add has a folder audited.
func (m *Marks) Add(folder string) error {
	n, err := m.read()
	if err != nil {
		return err
	}
	list, err := m.Settings.List(folder)
	if err != nil {
		return err
	}
	list, added, err := list.With()
	if err != nil || !added {
		return err
	}
	if !slices.Contains(n.Folders, folder) {
		n.Folders = append(n.Folders, folder)
		if err := m.write(n); err != nil {
			return err
		}
	}
	return m.Settings.SetList(folder, list)
}

// Only takes the entry off every folder that custode has had audited and that is not among these.
func (m *Marks) Only(folders []string) error {
	n, err := m.read()
	if err != nil {
		return err
	}
	var failed error
	for _, folder := range slices.Clone(n.Folders) {
		if slices.Contains(folders, folder) {
			continue
		}
		if err := m.drop(folder); err != nil && !errors.Is(err, fs.ErrNotExist) { // with the folder its list is gone
			failed = errors.Join(failed, err)
			continue
		}
		n.Folders = slices.DeleteFunc(n.Folders, func(f string) bool { return f == folder })
		failed = errors.Join(failed, m.write(n))
	}
	return failed
}

func (m *Marks) drop(folder string) error {
	list, err := m.Settings.List(folder)
	if err != nil {
		return err
	}
	list, there, err := list.Without()
	if err != nil || !there {
		return err
	}
	return m.Settings.SetList(folder, list)
}

// Off takes back all that custode has set.
func (m *Marks) Off() error {
	failed := m.Only(nil)
	n, err := m.read()
	if err != nil || !n.Policy {
		return errors.Join(failed, err)
	}
	if err := m.Settings.SetPolicy(false); err != nil {
		return errors.Join(failed, err)
	}
	n.Policy = false
	return errors.Join(failed, m.write(n))
}
