package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// theZip is where a fault is that lies in no part.
const theZip = "the zip"

// container checks what of the zip is no part: that every byte of it is as this program writes it. A zip says twice what it holds, in
// a directory at its end and beside each part, and readers differ in which they believe; and an entry can be a link, or have a second
// name. None of that is signed, so none of it may say anything of its own.
func (c *check) container() error {
	at, directory := int64(0), []byte(nil)
	for _, f := range c.inOrder {
		if f.CompressedSize64 > uint64(c.size) {
			return fault(theZip, "it says that %s is larger than all of it", f.Name)
		}
		directory = append(directory, headOf(f, at)...)
		if err := c.asWritten(&at, besideOf(f), f.Name); err != nil {
			return err
		}
		at += int64(f.CompressedSize64)
		if err := c.asWritten(&at, behindOf(f), f.Name); err != nil {
			return err
		}
	}
	end := binary.LittleEndian.AppendUint32(nil, 0x06054b50)
	end = append(end, 0, 0, 0, 0) // one disk
	end = binary.LittleEndian.AppendUint16(end, uint16(len(c.inOrder)))
	end = binary.LittleEndian.AppendUint16(end, uint16(len(c.inOrder)))
	end = binary.LittleEndian.AppendUint32(end, uint32(len(directory)))
	end = append(binary.LittleEndian.AppendUint32(end, uint32(at)), 0, 0) // no remark
	if err := c.asWritten(&at, append(directory, end...), "its directory"); err != nil {
		return err
	}
	if at != c.size {
		return fault(theZip, "it has bytes that belong to no part")
	}
	return nil
}

// asWritten compares the bytes of the zip at a place and moves behind them.
func (c *check) asWritten(at *int64, want []byte, what string) error {
	got := make([]byte, len(want))
	if _, err := c.from.ReadAt(got, *at); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Equal(got, want) {
		return fault(theZip, "what it says of %s, or where that is, is not as the platform wrote it", what)
	}
	*at += int64(len(want))
	return nil
}

// common is what both heads of an entry have: version, flags (sizes behind the part), method, and the epoch.
func common(f *zip.File) []byte {
	b := []byte{20, 0, 8, 0}
	b = binary.LittleEndian.AppendUint16(b, f.Method)
	return append(b, 0, 0, 0x21, 0)
}

// stamp is the epoch as unzip reads it, in both heads.
var stamp = append([]byte{'U', 'T', 5, 0, 1}, binary.LittleEndian.AppendUint32(nil, uint32(epoch.Unix()))...)

// sums are the check sum and the two sizes of an entry.
func sums(b []byte, f *zip.File) []byte {
	b = binary.LittleEndian.AppendUint32(b, f.CRC32)
	b = binary.LittleEndian.AppendUint32(b, uint32(f.CompressedSize64))
	return binary.LittleEndian.AppendUint32(b, uint32(f.UncompressedSize64))
}

func named(b []byte, f *zip.File) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(len(f.Name)))
	return binary.LittleEndian.AppendUint16(b, uint16(len(stamp)))
}

// besideOf is the head of an entry before its part.
func besideOf(f *zip.File) []byte {
	b := append([]byte("PK\x03\x04"), common(f)...)
	b = named(append(b, make([]byte, 12)...), f) // the sums come behind
	return append(append(b, f.Name...), stamp...)
}

// behindOf is what follows a part.
func behindOf(f *zip.File) []byte { return sums([]byte("PK\x07\x08"), f) }

// headOf is the head of an entry in the directory: no remark, one disk, an ordinary file, and where it begins.
func headOf(f *zip.File, at int64) []byte {
	b := append([]byte("PK\x01\x02\x14\x00"), common(f)...)
	b = append(named(sums(b, f), f), make([]byte, 10)...)
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	return append(append(b, f.Name...), stamp...)
}
