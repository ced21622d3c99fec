// Package media says what a file is and makes of an image what may be shown. A file is judged by its content: what its
// sender calls it may not say otherwise, and a file that is two things at once is none that is taken. Everything is read
// once, forward, in bounded memory; an image's dimensions are known before anything of it is decoded.
package media

import "fmt"

// Kind is what a file is, as the media type under which it is kept.
type Kind string

// The kinds that are taken (PROCEDURE 7).
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	WebP Kind = "image/webp"
	GIF  Kind = "image/gif"
	PDF  Kind = "application/pdf"
	MP4  Kind = "video/mp4"
	Text Kind = "text/plain"
)

// Image says whether the kind is shown by a re-encoded derivative, and never itself.
func (k Kind) Image() bool { return k == JPEG || k == PNG || k == WebP || k == GIF }

// Limits bound what an image may be and how large what is made of it is. They are settings: how much memory a machine has
// decides them.
type Limits struct {
	Side       int   // pixels of the longer side of an image, at most
	Pixels     int64 // width × height, of all frames together, at most
	Frames     int   // of an animation, at most
	Derivative int   // longer side of what is shown in place of an image
	Animation  int   // the same of an animation
	Thumbnail  int   // longer side of the thumbnail
}

// Defaults take what a telephone takes, and need less than half a gigabyte for the largest of it.
func Defaults() Limits {
	return Limits{Side: 16384, Pixels: 50_000_000, Frames: 300, Derivative: 2048, Animation: 480, Thumbnail: 256}
}

// Class is what is known of a file by its content. The numbers are those of images.
type Class struct {
	Kind        Kind
	Width       int // as stored, before the orientation is applied
	Height      int
	Orientation int // of EXIF, 1 to 8; 1 where the file says nothing
	Frames      int // above 1: an animation
}

// Reason is why a file is refused.
type Reason string

// The reasons.
const (
	Empty       Reason = "empty"       // it has no bytes
	Unsupported Reason = "unsupported" // it is of a kind that is not taken
	Disagrees   Reason = "disagrees"   // its name or its declared type says something else than its content
	TwoThings   Reason = "two_things"  // it is, or carries, a file of another kind
	Broken      Reason = "broken"      // it is not a whole file of its kind
	TooLarge    Reason = "too_large"   // more pixels or frames than are decoded
)

// Refusal is the error for a file that is not taken. Its detail is a sentence for people without anything of the file.
type Refusal struct {
	Reason Reason
	Detail string
}

// Error is the sentence.
func (r *Refusal) Error() string { return r.Detail }

func refuse(reason Reason, detail string, args ...any) error {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(detail, args...)}
}

func broken(what string) error {
	return refuse(Broken, "The file is not a whole %s. Send it again as it left the camera or the program.", what)
}

func twoThings() error {
	return refuse(TwoThings, "The file carries more than it says it is. Send only the picture, the document or the video.")
}

// fits says whether an image of that size is decoded.
func (l Limits) fits(width, height, frames int) error {
	switch {
	case width <= 0 || height <= 0:
		return broken("image")
	case width > l.Side || height > l.Side:
		return refuse(TooLarge, "The image is %d × %d pixels. No side may be longer than %d.", width, height, l.Side)
	case int64(width)*int64(height)*int64(max(frames, 1)) > l.Pixels:
		return refuse(TooLarge, "The image has more than the %d million pixels that are taken. Send it smaller.", l.Pixels/1_000_000)
	case frames > l.Frames:
		return refuse(TooLarge, "The animation has more than the %d frames that are taken. Send a video.", l.Frames)
	}
	return nil
}
