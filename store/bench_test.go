package store

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
)

// BenchmarkCommandAtRest is a command at a case on which nothing else happens: stored, applied and answered.
func BenchmarkCommandAtRest(b *testing.B) {
	for name, dsn := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "store.db") },
		"postgres": func() string { return postgrestest.Require(b) },
	} {
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			s, err := Open(ctx, dsn(), Options{Kinds: toyKinds()})
			require.NoError(b, err)
			defer func() { require.NoError(b, s.Close()) }()
			require.NoError(b, s.Migrate(ctx))
			order := fresh("ord")
			knock := Knock{ID: identifier.New("cmd"), Name: "begin", By: buyer(), Data: []byte(`{"Buyer":"acc_buyer","Seller":"acc_seller"}`)}
			_, err = s.Begin(ctx, NewCase{ID: order, Kind: casefile.KindOrder, Command: knock})
			require.NoError(b, err)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if n++; n%200 == 0 { // the toy's state grows with its log; begin anew
					order = fresh("ord")
					knock.ID = identifier.New("cmd")
					_, err = s.Begin(ctx, NewCase{ID: order, Kind: casefile.KindOrder, Command: knock})
					require.NoError(b, err)
				}
				r, err := s.Knock(ctx, Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: identifier.New("key")})
				require.NoError(b, err)
				_, err = s.Step(ctx, order)
				require.NoError(b, err)
				_, err = s.Command(ctx, r.ID)
				require.NoError(b, err)
			}
		})
	}
}
