package signing

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func block(t *testing.T, kind string, key any) []byte {
	t.Helper()
	marshal := x509.MarshalPKCS8PrivateKey
	if kind == publicBlock {
		marshal = x509.MarshalPKIXPublicKey
	}
	der, err := marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestRead(t *testing.T) {
	newPublic, newKey, _ := ed25519.GenerateKey(rand.Reader)
	oldPublic, oldKey, _ := ed25519.GenerateKey(rand.Reader)
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	signs, retired, retiredPublic := block(t, privateBlock, newKey), block(t, privateBlock, oldKey), block(t, publicBlock, oldPublic)
	for name, tt := range map[string]struct {
		content   []byte
		published []ed25519.PublicKey
		fault     string
	}{
		"one key":             {signs, []ed25519.PublicKey{newPublic}, ""},
		"a retired key":       {slices.Concat(signs, retired), []ed25519.PublicKey{newPublic, oldPublic}, ""},
		"a retired public":    {slices.Concat(signs, retiredPublic), []ed25519.PublicKey{newPublic, oldPublic}, ""},
		"public first":        {slices.Concat(retiredPublic, signs), nil, "block 1 is a public key, but the first"},
		"nothing":             {nil, nil, "holds no key"},
		"no PEM":              {[]byte("secret-ish text"), nil, "holds no key"},
		"another kind of key": {slices.Concat(signs, block(t, privateBlock, curve)), nil, "block 2 is not an Ed25519 key"},
		"another kind of PEM": {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE"}), nil, `block 1 is a "CERTIFICATE"`},
		"half a key":          {pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: []byte{48, 1}}), nil, "block 1 cannot be read"},
	} {
		path := filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(path, tt.content, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := Read(path)
		switch {
		case tt.fault != "":
			if err == nil || !strings.Contains(err.Error(), tt.fault) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "secret-ish") {
				t.Errorf("%s: %v, want %q", name, err, tt.fault)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case !k.Signing.Equal(newKey) || !slices.EqualFunc(k.Published, tt.published, func(a, b ed25519.PublicKey) bool { return a.Equal(b) }):
			t.Errorf("%s: signs with %x, publishes %x", name, k.Signing, k.Published)
		}
	}
}

// The pepper depends on the first key only.
func TestPepper(t *testing.T) {
	_, first, _ := ed25519.GenerateKey(rand.Reader)
	_, second, _ := ed25519.GenerateKey(rand.Reader)
	a, b := block(t, privateBlock, first), block(t, privateBlock, second)
	var peppers [][]byte
	for _, content := range [][]byte{a, slices.Concat(a, b), slices.Concat(b, a)} {
		path := filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		peppers = append(peppers, k.Pepper)
	}
	if len(peppers[0]) != 32 || !bytes.Equal(peppers[0], peppers[1]) || bytes.Equal(peppers[0], peppers[2]) {
		t.Errorf("peppers %x", peppers)
	}
}
