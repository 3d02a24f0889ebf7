// Package data holds the import files of the trial: published results of an earlier
// year. The header of each file names its source.
package data

import _ "embed" // the files below

// SocTrang is the catalog of Sóc Trăng: the authority, its agencies and the
// groups of 2023.
//
//go:embed soc-trang/catalog.yaml
var SocTrang []byte

// SocTrang2023 is the published result of Sóc Trăng for 2023.
//
//go:embed soc-trang/history-2023.yaml
var SocTrang2023 []byte
