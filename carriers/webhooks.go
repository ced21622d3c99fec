package carriers

import (
	"errors"
	"fmt"
	"net/http"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// ErrUnsigned is the error of a message that the carrier has not signed, or not lately. It says nothing of why: who is no
// carrier does not learn which carriers there are.
var ErrUnsigned = errors.New("the message has no valid signature of the carrier")

// Webhooks takes what carriers send: Standard Webhooks, HMAC-SHA256, within five minutes of the time that was signed.
type Webhooks struct {
	senders map[string]sender
}

// sender is a carrier that sends. While a secret is being replaced it has two.
type sender struct {
	secrets  []*standardwebhooks.Webhook
	statuses map[string]string
}

// Receive checks the signature of a message and reads it.
func (w *Webhooks) Receive(carrier string, header http.Header, body []byte) ([]Event, error) {
	if err := w.Signed(carrier, header, body); err != nil {
		return nil, err
	}
	return Parse(body, w.senders[plainWord(carrier)].statuses, "")
}

// Signed checks the signature alone.
func (w *Webhooks) Signed(carrier string, header http.Header, body []byte) error {
	if w == nil {
		return ErrUnsigned
	}
	for _, secret := range w.senders[plainWord(carrier)].secrets {
		if secret.Verify(body, header) == nil {
			return nil
		}
	}
	return ErrUnsigned
}

// leastSecret is how many bytes a secret has at least; Standard Webhooks asks for 24 to 64.
const leastSecret = 24

func opened(secret string) (*standardwebhooks.Webhook, error) {
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, errors.New("a secret is whsec_ and base64") // what was given is nobody's to read
	}
	if n := len(secret) - len("whsec_"); n < leastSecret*4/3 {
		return nil, fmt.Errorf("a secret has %d bytes at least", leastSecret)
	}
	return hook, nil
}
