// Package verify recomputes a release bundle offline (rule G12). It is what an
// outsider runs: no database, no service, no network.
package verify
