package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/spf13/cobra"

	"recourse/api/identity"
	"recourse/domain/casefile"
	"recourse/internal/settings"
)

// claim is what a token says.
type claim struct {
	Issuer, Audience, Subject, Role string
	TTL                             time.Duration
}

func tokenCommand() *cobra.Command {
	var c claim
	var keyFile string
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Mint a token with a key of one's own, for trials and for operators",
		Long: help("token", "Mint a token with a key of one's own. In production the marketplace's issuer mints them; this is for trials, "+
			"for operators, and for machines whose key is in the issuer's key set.", false),
		Example: "recourse token key --out ./keys\n" +
			"recourse token --key ./keys/private.pem --issuer https://issuer.example --subject acc_01J… --role buyer",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings.Load()
			if err != nil {
				return err
			}
			if c.Issuer == "" {
				c.Issuer = s.Issuer
			}
			if c.Audience == "" {
				c.Audience = s.Audience
			}
			document, err := os.ReadFile(keyFile)
			if err != nil {
				return fmt.Errorf("read the key: %w", err)
			}
			token, err := mint(document, c, time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&keyFile, "key", "", "private key (PKCS #8, PEM: Ed25519)")
	flags.StringVar(&c.Issuer, "issuer", "", "who issues it; default: "+settings.Prefix+"ISSUER")
	flags.StringVar(&c.Audience, "audience", "", "for whom it is; default: "+settings.Prefix+"AUDIENCE")
	flags.StringVar(&c.Subject, "subject", "", "the account, or the name of a machine")
	flags.StringVar(&c.Role, "role", "", "buyer, seller, reviewer, supervisor, operator, platform, carrier or auditor")
	flags.DurationVar(&c.TTL, "ttl", time.Hour, "how long it is good for")
	for _, name := range []string{"key", "subject", "role"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // a flag that was just defined
		}
	}
	cmd.AddCommand(tokenKeyCommand())
	return cmd
}

func tokenKeyCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make a key to mint tokens with: private.pem, and jwks.json for " + settings.Prefix + "KEYS",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return errors.New("say with --out in which folder the key is to be: a secret does not belong just anywhere")
			}
			private, set, err := newKey()
			if err != nil {
				return err
			}
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return fmt.Errorf("make the folder for the key: %w", err)
			}
			if err := writeNew(filepath.Join(dir, "private.pem"), private, 0o600); err != nil {
				return err
			}
			if err := writeNew(filepath.Join(dir, "jwks.json"), set, 0o644); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "Wrote "+filepath.Join(dir, "private.pem")+", which is secret, and "+filepath.Join(dir, "jwks.json")+", which is for "+settings.Prefix+"KEYS.")
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "out", "", "folder to write to; it is made if it is not there")
	return cmd
}

// mint signs a token that is good from the given instant.
func mint(key []byte, c claim, now time.Time) (string, error) {
	if c.Issuer == "" || c.Audience == "" || c.Subject == "" || c.Role == "" || c.TTL <= 0 {
		return "", errors.New("mint a token: it needs an issuer, an audience, a subject, a role and a time above zero")
	}
	if !identity.KnownRole(casefile.Role(c.Role)) {
		return "", fmt.Errorf("mint a token: there is no role %q", c.Role)
	}
	private, err := jwt.ParseEdPrivateKeyFromPEM(key)
	if err != nil {
		return "", fmt.Errorf("read the key: it must be an Ed25519 key as PKCS #8 in PEM: %w", err)
	}
	kid, err := keyID(private.(ed25519.PrivateKey).Public())
	if err != nil {
		return "", err
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": c.Issuer, "aud": c.Audience, "sub": c.Subject, "role": c.Role,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(c.TTL).Unix(),
	})
	token.Header["kid"] = kid
	signed, err := token.SignedString(private)
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	return signed, nil
}

// newKey makes a private key in PEM and the key set with its public half.
func newKey() (private, set []byte, err error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("write the key: %w", err)
	}
	kid, err := keyID(public)
	if err != nil {
		return nil, nil, err
	}
	set, err = json.MarshalIndent(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: public, KeyID: kid, Algorithm: string(jose.EdDSA), Use: "sig"},
	}}, "", "  ")
	if err != nil {
		return nil, nil, fmt.Errorf("write the key set: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), append(set, '\n'), nil
}

// keyID names a key by its own bytes (RFC 7638), so that key sets can be put together.
func keyID(public crypto.PublicKey) (string, error) {
	key := jose.JSONWebKey{Key: public}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("name the key: %w", err)
	}
	return fmt.Sprintf("%x", sum[:12]), nil
}

// writeNew writes a file that must not exist: a key that is overwritten is lost.
func writeNew(path string, data []byte, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write a key: %w", err)
	}
	if _, err := file.Write(data); err != nil {
		return errors.Join(fmt.Errorf("write a key: %w", err), file.Close())
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("write a key: %w", err)
	}
	return nil
}
