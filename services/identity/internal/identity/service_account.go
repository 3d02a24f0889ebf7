package identity

import (
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
)

// ServiceAccount is an account of software. The software of an authority has the role
// System there, or for one of its agencies; the platform's own services have no role.
type ServiceAccount struct {
	// Name is a slug, unique in the platform.
	Name string
	// Authority is empty for a service of the platform.
	Authority string
	// Agency is empty for every agency of the authority.
	Agency     string
	State      State
	CreateTime time.Time
}

// services are the names of the platform's own services. They are reserved, because a
// token of the kind service is identified by its name only.
var services = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring", "gateway"}

// Platform reports whether a is one of the platform's own services.
func (a ServiceAccount) Platform() bool { return a.Authority == "" }

// Check fails with ServiceAccountTaken if software of an authority has the name of a
// service of the platform, and with fault.BadRequest for an invalid name or scope.
func (a ServiceAccount) Check() error {
	ours := slices.Contains(services, a.Name)
	switch {
	case !text.IsSlug(a.Name):
		return fault.BadRequest.List(fault.Validation("name", "string.slug", ""))
	case a.Platform() && !ours, a.Authority != "" && !text.IsSlug(a.Authority):
		return fault.BadRequest.List(fault.Validation("authority", "string.slug", ""))
	case a.Agency != "" && (a.Platform() || !text.IsSlug(a.Agency)):
		return fault.BadRequest.List(fault.Validation("agency", "string.slug", ""))
	case !a.Platform() && ours:
		return ServiceAccountTaken
	}
	return nil
}

// Secret authenticates a service account. It is 256 random bits: unlike a password it
// cannot be guessed from its SHA-256, so no slow hash is needed.
type Secret [32]byte

// String returns the secret in the form that is shown once: 43 characters.
func (s Secret) String() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// Hash returns the hash that is stored.
func (s Secret) Hash() []byte { return hash([]byte(s.String())) }

// SecretMatches reports whether sent is the secret with the stored Hash.
func SecretMatches(sent string, stored []byte) bool {
	return subtle.ConstantTimeCompare(hash([]byte(sent)), stored) == 1
}
