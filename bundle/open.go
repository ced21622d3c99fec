package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// What a reader takes. A bundle comes from anybody, so each of these is looked at before anything is unpacked.
const (
	maxBundle   = 4<<30 - 1 // bytes of the zip; more would need its second format
	maxContent  = 6 << 30   // bytes of all parts together
	maxParts    = 20_000
	maxRows     = 256 << 20 // bytes of one part that is no evidence
	maxManifest = 16 << 20
	maxLine     = 8 << 20 // bytes of one row
)

// Unreadable is the error of a file that is no bundle, or one that nobody should unpack.
type Unreadable struct{ Why string }

// Error says why.
func (e *Unreadable) Error() string { return "this is no bundle that can be read: " + e.Why }

func unreadable(format string, args ...any) error { return &Unreadable{fmt.Sprintf(format, args...)} }

// Reader is an opened bundle. Nothing of it has been believed yet; Verify does that.
type Reader struct {
	Manifest Manifest
	signed   signature
	text     []byte // of the manifest, as it was signed
	from     io.ReaderAt
	size     int64       // of all of it
	inOrder  []*zip.File // as the directory names them
	parts    map[string]*zip.File
	sizes    map[string]Part
}

// plainPath is what a part may be called: no way out of a folder, nothing hidden, nothing that a system reads differently.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*){0,3}$`)

// Open reads the manifest of a bundle of the given size and sees that the zip holds what it says, and nothing else. Parts are
// unpacked when they are asked for, never all at once. The error is an *Unreadable, or what the reader answered.
func Open(from io.ReaderAt, size int64) (*Reader, error) {
	r, err := unpack(from, size)
	if err != nil {
		return r, err
	}
	return r, r.readManifest()
}

// unpack reads the directory of a zip of ours, and believes nothing of it.
func unpack(from io.ReaderAt, size int64) (*Reader, error) {
	if err := directory(from, size); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(from, size)
	if err != nil {
		return nil, unreadable("the zip is damaged: %v", err)
	}
	r := &Reader{from: from, size: size, inOrder: archive.File, parts: make(map[string]*zip.File, len(archive.File)), sizes: map[string]Part{}}
	var content uint64
	for _, f := range archive.File {
		if err := r.take(f); err != nil {
			return nil, err
		}
		if content += f.UncompressedSize64; content > maxContent {
			return nil, unreadable("unpacked it would have more than %d bytes", int64(maxContent))
		}
	}
	return r, nil
}

// directory looks at the end of the zip, before anybody makes room for as many entries as it has.
func directory(from io.ReaderAt, size int64) error {
	const end = 22
	if size < end || size > maxBundle {
		return unreadable("it has %d bytes, and a bundle has between %d and %d", size, end, int64(maxBundle))
	}
	var b [end]byte
	if _, err := from.ReadAt(b[:], size-end); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the end of the bundle: %w", err)
	}
	entries := int64(binary.LittleEndian.Uint16(b[10:]))
	length, offset := int64(binary.LittleEndian.Uint32(b[12:])), int64(binary.LittleEndian.Uint32(b[16:]))
	switch {
	case !bytes.Equal(b[:4], []byte("PK\x05\x06")) || binary.LittleEndian.Uint16(b[20:]) != 0:
		return unreadable("it does not end as a zip does")
	case entries > maxParts:
		return unreadable("it has %d parts, and at most %d are taken", entries, maxParts)
	case offset+length != size-end:
		return unreadable("the zip's directory is not where it should be")
	case length > entries*(46+256):
		return unreadable("the zip's directory is larger than %d parts need", entries)
	}
	return nil
}

// take keeps an entry of the zip if it is one that a bundle has.
func (r *Reader) take(f *zip.File) error {
	most := uint64(maxRows)
	if isContent(f.Name) {
		most = maxContent
	}
	switch {
	case len(f.Name) > 256 || !plainPath.MatchString(f.Name):
		return unreadable("a part has the name %.80q, which no part has", f.Name)
	case r.parts[f.Name] != nil:
		return unreadable("it has two parts named %s", f.Name)
	case f.Flags&1 != 0:
		return unreadable("%s is encrypted", f.Name)
	case f.Method != zip.Store:
		return unreadable("%s is packed, and nothing in a bundle is", f.Name)
	case f.UncompressedSize64 > most:
		return unreadable("%s would have %d bytes, and at most %d are taken", f.Name, f.UncompressedSize64, most)
	case f.UncompressedSize64 != f.CompressedSize64:
		return unreadable("%s says that it is %d bytes, and of %d", f.Name, f.UncompressedSize64, f.CompressedSize64)
	}
	r.parts[f.Name] = f
	return nil
}

// readManifest reads what the bundle says of itself, and holds the zip against it.
func (r *Reader) readManifest() error {
	if err := r.readSigned(&r.Manifest); err != nil {
		return err
	}
	m := r.Manifest
	switch {
	case m.Format != Format:
		return unreadable("its form is %.40q, and %q is known here", m.Format, Format)
	case len(m.Parts) > maxParts || len(m.Cases) > maxParts:
		return unreadable("the manifest names more parts than a bundle has")
	case len(m.Cases) == 0 || m.Cases[0].ID != m.Case:
		return unreadable("the manifest does not say of which case it is")
	}
	return r.takeParts(m.Parts)
}

// readSigned reads the manifest, of whichever form, and its signature.
func (r *Reader) readSigned(manifest any) error {
	var err error
	if r.text, err = r.whole(manifestPart, maxManifest); err != nil {
		return err
	}
	if err := strict(r.text, manifest); err != nil {
		return unreadable("%s: %v", manifestPart, err)
	}
	signed, err := r.whole(signaturePart, 4<<10)
	if err != nil {
		return err
	}
	if err := strict(signed, &r.signed); err != nil {
		return unreadable("%s: %v", signaturePart, err)
	}
	return nil
}

// takeParts takes the parts that the manifest names.
func (r *Reader) takeParts(parts []Part) error {
	for _, p := range parts {
		if _, twice := r.sizes[p.Path]; twice {
			return unreadable("the manifest names %.80q twice", p.Path)
		}
		r.sizes[p.Path] = p
	}
	return nil
}

// whole reads a small part.
func (r *Reader) whole(path string, most int64) ([]byte, error) {
	f := r.parts[path]
	if f == nil {
		return nil, unreadable("it has no %s", path)
	}
	from, err := f.Open()
	if err != nil {
		return nil, unreadable("%s: %v", path, err)
	}
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err = errors.Join(err, from.Close()); err != nil {
		return nil, unreadable("%s: %v", path, err)
	}
	if int64(len(text)) > most {
		return nil, unreadable("%s has more than %d bytes", path, most)
	}
	return text, nil
}

// strict reads one JSON document without floats. A member that is not known is an error: it could say something that is not
// checked.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the document")
	}
	return nil
}
