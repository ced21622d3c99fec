package media_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"recourse/internal/media"
)

func TestAFileIsClassifiedAsItPasses(t *testing.T) {
	photo := append(chatty(t, quarters(40, 20), 3), maker(strings.Repeat("block", 40000))...)
	c := media.Check(bytes.NewReader(photo), media.Said{Name: "lamp.jpg"}, media.Defaults())
	defer c.Close()
	passed, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Equal(t, photo, passed)
	require.Equal(t, media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 3, Frames: 1}, c.Class())
	n, err := c.Read(make([]byte, 1))
	require.Zero(t, n)
	require.ErrorIs(t, err, io.EOF)
}

// counting counts what was asked of it.
type counting struct {
	from io.Reader
	read int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.read += n
	return n, err
}

func TestTheEndOfAFileThatIsRefusedIsTheRefusal(t *testing.T) {
	for name, file := range map[string][]byte{"at its end": append(jpegOf(t, quarters(40, 20)), archive...), "cut": jpegOf(t, quarters(40, 20))[:200], "empty": nil} {
		t.Run(name, func(t *testing.T) {
			c := media.Check(bytes.NewReader(file), media.Said{}, media.Defaults())
			defer c.Close()
			_, err := io.Copy(io.Discard, c)
			_, refusal := errors.AsType[*media.Refusal](err)
			require.True(t, refusal, "%v", err)
		})
	}
	from := &counting{from: &long{left: 64 << 20}}
	c := media.Check(from, media.Said{Name: "lamp.jpg"}, media.Defaults())
	defer c.Close()
	_, err := io.Copy(io.Discard, c)
	require.ErrorContains(t, err, "not what its name")
	require.Less(t, from.read, 1<<20, "what is refused at once is not read on")
}

func TestASenderThatBreaksOffIsNotTheFilesFault(t *testing.T) {
	c := media.Check(io.MultiReader(bytes.NewReader(jpegOf(t, quarters(40, 20))[:200]), iotest.ErrReader(io.ErrUnexpectedEOF)), media.Said{}, media.Defaults())
	defer c.Close()
	_, err := io.Copy(io.Discard, c)
	require.Equal(t, io.ErrUnexpectedEOF, err)
}

func TestACheckThatNobodyReadsToItsEndEnds(t *testing.T) {
	c := media.Check(&long{left: 1 << 30}, media.Said{}, media.Defaults())
	_, err := io.CopyN(io.Discard, c, 100<<10)
	require.NoError(t, err)
	c.Close() // returns only when nothing runs any more
	c.Close()
}
