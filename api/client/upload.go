package client

import (
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
)

// Upload is evidence that is a file.
type Upload struct {
	Type    EvidenceType
	Request string // the request that it answers; empty: none
	Text    string
	Name    string // the file's name; its ending must fit the content
	Upload  string // as which it was announced; empty: it was not
	Content io.Reader
}

// Upload hands in a file as evidence. The content is streamed, and not read any more when Upload returns.
func (c *Client) Upload(ctx context.Context, dispute string, upload Upload, editors ...RequestEditorFn) (*http.Response, error) {
	content, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	written := make(chan struct{})
	go func() {
		defer close(written)
		writer.CloseWithError(upload.write(form))
	}()
	resp, err := c.SubmitEvidenceWithBody(ctx, dispute, nil, form.FormDataContentType(), content, editors...)
	// Whatever the server left unread must not keep the writer waiting.
	content.CloseWithError(io.ErrClosedPipe)
	<-written
	return resp, err
}

func (u Upload) write(form *multipart.Writer) error {
	for _, field := range [][2]string{{"type", string(u.Type)}, {"request", u.Request}, {"text", u.Text}, {"upload", u.Upload}} {
		if field[1] == "" {
			continue
		}
		if err := form.WriteField(field[0], field[1]); err != nil {
			return fmt.Errorf("write the field %s: %w", field[0], err)
		}
	}
	name := u.Name
	if name == "" {
		name = "file"
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		return fmt.Errorf("begin the file: %w", err)
	}
	if _, err := io.Copy(part, u.Content); err != nil {
		return fmt.Errorf("send the file: %w", err)
	}
	return form.Close()
}
