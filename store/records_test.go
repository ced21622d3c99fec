package store

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"

	"recourse/domain/casefile"
)

func TestAccountsAreMadeOnceAndLinkedBothWays(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		ada, bolt := fresh("acc"), fresh("acc")
		_, err := f.CreateAccount(f.ctx, Account{ID: ada, Role: casefile.Buyer, Name: "Ada", Country: "FR"}, Once{})
		require.NoError(f.t, err)
		once := Once{Caller: "acc_platform", Key: "k", BodyHash: []byte("a")}
		_, err = f.CreateAccount(f.ctx, Account{ID: bolt, Role: casefile.Reviewer, Name: "Bolt", Links: []string{ada}}, once)
		require.NoError(f.t, err)
		again, err := f.CreateAccount(f.ctx, Account{ID: fresh("acc"), Role: casefile.Reviewer, Name: "Bolt", Links: []string{ada}}, once)
		require.NoError(f.t, err)
		require.Equal(f.t, bolt, again.ID)
		once.BodyHash = []byte("b")
		_, err = f.CreateAccount(f.ctx, Account{ID: fresh("acc"), Role: casefile.Reviewer}, once)
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch)
		_, err = f.CreateAccount(f.ctx, Account{ID: bolt, Role: casefile.Reviewer}, Once{})
		require.ErrorIs(f.t, err, ErrDuplicate)
		a, err := f.Account(f.ctx, ada)
		require.NoError(f.t, err)
		require.Equal(f.t, []string{bolt}, a.Links)
		require.Equal(f.t, "FR", a.Country)
		_, err = f.Account(f.ctx, "acc_none")
		require.ErrorIs(f.t, err, ErrNotFound)
		list, err := f.Accounts(f.ctx, "", casefile.Reviewer)
		require.NoError(f.t, err)
		require.Len(f.t, list, 1)
		roles, err := f.Roles(f.ctx, []string{ada, bolt, "acc_none"})
		require.NoError(f.t, err)
		require.Equal(f.t, map[string]casefile.Role{ada: casefile.Buyer, bolt: casefile.Reviewer}, roles)
		none, err := f.Roles(f.ctx, nil)
		require.NoError(f.t, err)
		require.Empty(f.t, none)
		all, err := f.Accounts(f.ctx, "", "")
		require.NoError(f.t, err)
		require.Equal(f.t, []string{ada, bolt}, []string{all[0].ID, all[1].ID})
	})
}

func TestFileIsStoredOnceUnderItsHash(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{"memory": "mem://", "folder": "file://" + t.TempDir() + "?no_tmp_dir=true"} {
		t.Run(name, func(t *testing.T) {
			blobs, err := OpenBlobs(t.Context(), url)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, blobs.Close()) })
			f := open(t, "sqlite::memory:", func(o *Options) { o.Blobs = blobs })
			photo := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), bytes.Repeat([]byte{7}, 5000)...)
			one, err := f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Name: "lamp.png", By: "acc_buyer", Limit: 10_000, Type: jpegs}, bytes.NewReader(photo), Once{})
			require.NoError(t, err)
			require.Equal(t, "image/jpeg", one.Type, "as whoever read it says")
			require.Equal(t, int64(len(photo)), one.Size)
			two, err := f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), By: "acc_seller", Limit: 10_000, Type: jpegs}, bytes.NewReader(photo), Once{})
			require.NoError(t, err)
			require.Equal(t, one.Hash, two.Hash)
			require.NotEqual(t, one.ID, two.ID)

			found, reader, err := f.OpenFile(f.ctx, one.ID)
			require.NoError(t, err)
			content, err := io.ReadAll(reader)
			require.NoError(t, err)
			require.NoError(t, reader.Close())
			require.Equal(t, photo, content)
			require.Equal(t, one.Hash, found.Hash)

			once := Once{Caller: "acc_buyer", Key: "k"}
			three, err := f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: 10_000, Type: jpegs}, bytes.NewReader(photo), once)
			require.NoError(t, err)
			again, err := f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: 10_000, Type: jpegs}, bytes.NewReader(photo), once)
			require.NoError(t, err)
			require.Equal(t, three.ID, again.ID)

			_, err = f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: 4999, Type: jpegs}, bytes.NewReader(photo), Once{})
			require.ErrorIs(t, err, ErrTooLarge)
			_, err = f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: int64(len(photo)), Type: jpegs}, bytes.NewReader(photo), Once{})
			require.NoError(t, err, "the limit itself is allowed")
			empty, err := f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: 10, Type: jpegs}, strings.NewReader(""), Once{})
			require.NoError(t, err)
			require.Zero(t, empty.Size)
			_, err = f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: 10_000, Type: jpegs}, io.MultiReader(bytes.NewReader(photo), broken{}), Once{})
			require.ErrorIs(t, err, io.ErrClosedPipe, "a sender that goes away leaves no file")
			var n int64
			require.NoError(t, f.db.Model(&fileRow{}).Count(&n).Error)
			require.Equal(t, int64(5), n)
			_, _, err = f.OpenFile(f.ctx, "fil_none")
			require.ErrorIs(t, err, ErrNotFound)

			b, ok := blobs.(interface {
				List(*blob.ListOptions) *blob.ListIterator
			})
			require.True(t, ok)
			left, listed := 0, b.List(&blob.ListOptions{Prefix: "incoming/"})
			for {
				if _, err := listed.Next(f.ctx); err != nil {
					require.ErrorIs(t, err, io.EOF)
					break
				}
				left++
			}
			require.Zero(t, left)
		})
	}
}

func jpegs() string { return "image/jpeg" }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestPoliciesAreKeptByVersionAndPublishedByScope(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		_, err := f.PolicyInForce(f.ctx, "")
		require.ErrorIs(f.t, err, ErrNotFound)
		for _, version := range []string{"v1", "v2", "v1"} {
			require.NoError(f.t, f.KeepPolicy(f.ctx, Policy{Version: version, Document: "a: " + version}))
		}
		require.NoError(f.t, f.PublishPolicy(f.ctx, "v1", "", "acc_op"))
		clock := fresh("clk")
		f.newClock(clock, zero)
		p, err := f.PolicyInForce(f.ctx, clock)
		require.NoError(f.t, err)
		require.Equal(f.t, "v1", p.Version)
		require.NoError(f.t, f.PublishPolicy(f.ctx, "v2", clock, "acc_op"))
		require.NoError(f.t, f.PublishPolicy(f.ctx, "v2", clock, "acc_op"))
		p, err = f.PolicyInForce(f.ctx, clock)
		require.NoError(f.t, err)
		require.Equal(f.t, "a: v2", p.Document)
		p, err = f.PolicyInForce(f.ctx, "")
		require.NoError(f.t, err)
		require.Equal(f.t, "v1", p.Version)
		require.ErrorIs(f.t, f.PublishPolicy(f.ctx, "v3", "", "acc_op"), ErrNotFound)
		_, err = f.Policy(f.ctx, "v3")
		require.ErrorIs(f.t, err, ErrNotFound)
		var n int64
		require.NoError(f.t, f.db.Model(&publicationRow{}).Count(&n).Error)
		require.Equal(f.t, int64(2), n)
	})
}
