// Package signing reads and writes the PEM file with the keys that sign and verify
// tokens.
package signing

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

const (
	privateBlock = "PRIVATE KEY"
	publicBlock  = "PUBLIC KEY"
)

// Keys are the keys of one file.
type Keys struct {
	// Signing is the first of the file.
	Signing ed25519.PrivateKey
	// Published are the public keys of all, that of Signing first.
	Published []ed25519.PublicKey
	// Pepper is 32 secret bytes derived from Signing, the same in every replica with
	// the same file. They cannot be found from the database.
	Pepper []byte
}

// Read returns the keys of a PEM file: Ed25519 private keys in PKCS #8, and public keys
// (PKIX) of keys that no longer sign. The first key must be private. Errors name the
// file and never its content.
func Read(path string) (Keys, error) {
	if path == "" {
		return Keys{}, errors.New("no signing key: set PARINDEX_IDENTITY_SIGNING_KEY_FILE to a PEM file with an Ed25519 key")
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return Keys{}, fmt.Errorf("reading the signing key, which PARINDEX_IDENTITY_SIGNING_KEY_FILE names: %w", err)
	}
	var k Keys
	for n := 1; ; n++ {
		block, rest := pem.Decode(content)
		if block == nil {
			break
		}
		content = rest
		if err := k.add(block); err != nil {
			return Keys{}, fmt.Errorf("signing key file %s: block %d %w", path, n, err)
		}
	}
	if k.Signing == nil {
		return Keys{}, fmt.Errorf("signing key file %s holds no key: it must be PEM that begins with an Ed25519 private key (PKCS #8)", path)
	}
	k.Pepper, err = hkdf.Key(sha256.New, k.Signing.Seed(), nil, "parindex identity pepper", sha256.Size)
	if err != nil {
		return Keys{}, fmt.Errorf("deriving the pepper from the signing key: %w", err)
	}
	return k, nil
}

func (k *Keys) add(block *pem.Block) error {
	var key any
	var err error
	switch block.Type {
	case privateBlock:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case publicBlock:
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	default:
		return fmt.Errorf("is a %q, not a %s or %s", block.Type, privateBlock, publicBlock)
	}
	switch key := key.(type) {
	case ed25519.PrivateKey:
		if k.Signing == nil {
			k.Signing = key
		}
		public, _ := key.Public().(ed25519.PublicKey)
		k.Published = append(k.Published, public)
	case ed25519.PublicKey:
		if k.Signing == nil {
			return errors.New("is a public key, but the first key must be the private one that signs")
		}
		k.Published = append(k.Published, key)
	default:
		if err != nil {
			return errors.New("cannot be read as a key")
		}
		return errors.New("is not an Ed25519 key")
	}
	return nil
}

// NewFile writes a file with one new key, readable by its owner only. It never
// overwrites: tokens signed by the old key would be refused.
func NewFile(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("making a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("making a signing key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("signing key file %s exists and is kept; remove it first to make another: %w", path, err)
	}
	if err != nil {
		return fmt.Errorf("making the signing key file: %w", err)
	}
	err = errors.Join(pem.Encode(f, &pem.Block{Type: privateBlock, Bytes: der}), f.Sync(), f.Close())
	if err != nil {
		return errors.Join(fmt.Errorf("writing the signing key file: %w", err), os.Remove(path))
	}
	return nil
}
