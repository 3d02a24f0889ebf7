package workbook

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/parindex/parindex/libs/fault"
)

// Limits far above any workbook that people make. They bound the memory that reading
// XML needs: a token is kept as a whole, and an element until it ends. maxListing is the
// largest size of a part that only lists sheets, relations or content types: it is read
// as a whole.
const (
	maxToken      = 1 << 20
	maxAttributes = 100
	maxDepth      = 64
	maxListing    = 4 << 20
	// elementsPerCell are those of a cell, its value and its shared text, and as many
	// for what is around the cells.
	elementsPerCell = 6
)

// decoder reads the XML of a part, within the limits. The part is to be closed.
func (b *book) decoder(name string) (*xml.Decoder, *part, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil, Broken.With(name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, Broken.With(name)
	}
	p := &part{book: b, name: name, file: r, bytes: bufio.NewReader(r)}
	p.raw = xml.NewDecoder(p)
	return xml.NewTokenDecoder(p), p, nil
}

// part reads the XML of one part: raw gives its tokens as they are, and the decoder over
// them matches start and end tags. The size that the file states is not trusted: reading
// stops when the workbook has unpacked more than its limit.
type part struct {
	book  *book
	name  string
	file  io.Closer
	bytes *bufio.Reader
	raw   *xml.Decoder

	read, most int // bytes of the part; most is 0 where only the workbook has a limit
	token      int // bytes of the current token
	depth      int
}

// ReadByte implements io.ByteReader, by which raw reads.
func (p *part) ReadByte() (byte, error) {
	c, err := p.bytes.ReadByte()
	if err != nil {
		return 0, err
	}
	p.read++
	p.token++
	switch p.book.unpacked--; {
	case p.book.unpacked < 0:
		return 0, p.book.tooMuch()
	case p.most > 0 && p.read > p.most:
		return 0, PartTooLarge.With(p.name, p.most)
	case p.token > maxToken:
		return 0, TokenTooLong.With(p.name, maxToken)
	}
	return c, nil
}

// Read implements io.Reader, which xml.NewDecoder needs; raw uses ReadByte only.
func (p *part) Read(into []byte) (int, error) {
	if len(into) == 0 {
		return 0, nil
	}
	c, err := p.ReadByte()
	if err != nil {
		return 0, err
	}
	into[0] = c
	return 1, nil
}

// Token returns the next token unchanged.
func (p *part) Token() (xml.Token, error) {
	p.token = 0
	token, err := p.raw.RawToken()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case xml.Directive: // in which entities are declared
		return nil, HasDirective.With(p.name)
	case xml.StartElement:
		p.depth++
		p.book.elements--
		switch {
		case len(token.Attr) > maxAttributes:
			return nil, TooManyAttributes.With(p.name, maxAttributes)
		case p.depth > maxDepth:
			return nil, TooDeep.With(p.name, maxDepth)
		case p.book.elements < 0:
			return nil, TooManyElements.With(elementsPerCell * p.book.limits.Cells)
		}
	case xml.EndElement:
		p.depth--
	}
	return token, nil
}

// tokens hands each token of a part to see.
func (b *book) tokens(name string, see func(xml.Token) error) error {
	decoder, p, err := b.decoder(name)
	if err != nil {
		return err
	}
	defer p.file.Close()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = see(token)
		}
		if err != nil {
			return unless(err, name)
		}
	}
}

// decode reads a part that lists something into a structure.
func (b *book) decode(name string, into any) error {
	decoder, p, err := b.decoder(name)
	if err != nil {
		return err
	}
	defer p.file.Close()
	p.most = maxListing
	if err := decoder.Decode(into); err != nil {
		return unless(err, name)
	}
	return nil
}

// unless returns err if it is a reason of this package, else that a part is broken.
func unless(err error, name string) error {
	if f := (*fault.Fault)(nil); errors.As(err, &f) {
		return f
	}
	return Broken.With(name)
}
