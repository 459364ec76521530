package keyring_test

import (
	"errors"
	"testing"

	system "github.com/zalando/go-keyring"

	"custode/internal/keyring"
	"custode/internal/secret"
)

func TestKeyring(t *testing.T) {
	system.MockInit()
	if _, err := keyring.Get("shop"); !errors.Is(err, keyring.ErrNone) {
		t.Errorf("empty: %v", err)
	}
	for _, want := range []string{"one", "two"} {
		if err := keyring.Set("shop", secret.FromString(want)); err != nil {
			t.Fatal(err)
		}
		got, err := keyring.Get("shop")
		if err != nil || string(got.Reveal()) != want {
			t.Errorf("%v", err)
		}
	}
	for range 2 {
		if err := keyring.Delete("shop"); err != nil {
			t.Error(err)
		}
	}
	if _, err := keyring.Get("shop"); !errors.Is(err, keyring.ErrNone) {
		t.Errorf("deleted: %v", err)
	}
}

func TestAway(t *testing.T) {
	system.MockInitWithError(errors.New("no session bus"))
	if err := keyring.Set("shop", secret.FromString("x")); !errors.Is(err, keyring.ErrAway) {
		t.Errorf("%v", err)
	}
	if _, err := keyring.Get("shop"); !errors.Is(err, keyring.ErrAway) {
		t.Errorf("%v", err)
	}
	if err := keyring.Delete("shop"); !errors.Is(err, keyring.ErrAway) {
		t.Errorf("%v", err)
	}
}
