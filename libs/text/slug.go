package text

// Slug returns id if it has the form of parindex.type.v1.slug, which the ids of
// authorities, cycles, groups, agencies and fields have. It fails with NotSlug. An id
// is never changed, and compared byte by byte.
func Slug(id string) (string, error) {
	if !IsSlug(id) {
		return "", NotSlug.With(clip(id))
	}
	return id, nil
}

// IsSlug reports whether id is 1 to 64 small letters of ASCII, digits and inner
// hyphens.
func IsSlug(id string) bool {
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == '-' && i > 0 && i < len(id)-1:
		default:
			return false
		}
	}
	return len(id) > 0 && len(id) <= 64
}
