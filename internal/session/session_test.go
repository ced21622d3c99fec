package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/session"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type clock struct{ now time.Time }

func book() (*session.Book, *session.Memory, *clock) {
	c := &clock{noon}
	memory := &session.Memory{}
	return &session.Book{Keeper: memory, Idle: time.Hour, Length: 8 * time.Hour, Now: func() time.Time { return c.now }}, memory, c
}

func ada() session.Session {
	return session.Session{Subject: "acc_ada", Role: "buyer", Name: "Ada", Token: "a.b.c"}
}

func TestASessionIsFoundByItsIdentifierAlone(t *testing.T) {
	b, _, _ := book()
	id, err := b.Begin(t.Context(), ada())
	require.NoError(t, err)
	found, err := b.Find(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "a.b.c", found.Token)
	require.Equal(t, noon.Add(8*time.Hour), found.EndsAt)
	for _, other := range []string{"", id + "A", id[1:]} {
		_, err = b.Find(t.Context(), other)
		require.ErrorIs(t, err, session.ErrNone)
	}
}

func TestASessionThatIsNotUsedEnds(t *testing.T) {
	b, _, c := book()
	id, err := b.Begin(t.Context(), ada())
	require.NoError(t, err)
	c.now = noon.Add(59 * time.Minute)
	_, err = b.Find(t.Context(), id)
	require.NoError(t, err)
	c.now = noon.Add(118 * time.Minute) // the use in between counts
	_, err = b.Find(t.Context(), id)
	require.NoError(t, err)
	c.now = c.now.Add(time.Hour)
	_, err = b.Find(t.Context(), id)
	require.ErrorIs(t, err, session.ErrNone)
	c.now = noon
	_, err = b.Find(t.Context(), id)
	require.ErrorIs(t, err, session.ErrNone, "it is gone, not only hidden")
}

func TestNoUseMakesASessionLonger(t *testing.T) {
	b, _, c := book()
	long, err := b.Begin(t.Context(), ada())
	require.NoError(t, err)
	ends := ada()
	ends.TokenEnds = noon.Add(2 * time.Hour) // its token ends first
	short, err := b.Begin(t.Context(), ends)
	require.NoError(t, err)
	for c.now.Before(noon.Add(8*time.Hour - time.Minute)) {
		c.now = c.now.Add(30 * time.Minute)
		_, err = b.Find(t.Context(), short)
		require.Equal(t, !c.now.Before(noon.Add(2*time.Hour)), err != nil, c.now)
		_, err = b.Find(t.Context(), long)
		require.Equal(t, !c.now.Before(noon.Add(8*time.Hour)), err != nil, c.now)
	}
}

func TestEndingAllEndsSomebodysAndNobodyElses(t *testing.T) {
	b, _, _ := book()
	one, err := b.Begin(t.Context(), ada())
	require.NoError(t, err)
	two, err := b.Begin(t.Context(), ada())
	require.NoError(t, err)
	other, err := b.Begin(t.Context(), session.Session{Subject: "acc_bolt"})
	require.NoError(t, err)
	require.NoError(t, b.EndAll(t.Context(), "acc_ada"))
	for _, ended := range []string{one, two} {
		_, err = b.Find(t.Context(), ended)
		require.ErrorIs(t, err, session.ErrNone)
	}
	require.NoError(t, b.End(t.Context(), one), "twice is no error")
	_, err = b.Find(t.Context(), other)
	require.NoError(t, err)
}

// spy sees what is kept.
type spy struct {
	session.Memory
	kept session.Record
}

func (s *spy) AddSession(ctx context.Context, r session.Record) error {
	s.kept = r
	return s.Memory.AddSession(ctx, r)
}

func TestWhatIsKeptGivesNeitherTheIdentifierNorTheToken(t *testing.T) {
	b, _, _ := book()
	s := &spy{}
	b.Keeper = s
	id, err := b.Begin(t.Context(), ada())
	require.NoError(t, err)
	require.NotContains(t, s.kept.Hash, id)
	require.NotContains(t, string(s.kept.Sealed), "a.b.c")
	_, err = b.Find(t.Context(), s.kept.Hash)
	require.ErrorIs(t, err, session.ErrNone, "the hash opens nothing")
	s.kept.Sealed[len(s.kept.Sealed)-1] ^= 1
	_, err = b.Find(t.Context(), id)
	require.ErrorIs(t, err, session.ErrNone, "a seal that was touched opens nothing")
}

func TestAFormsTokenIsOfOneSession(t *testing.T) {
	require.True(t, session.IsToken("one", session.Token("one")))
	require.False(t, session.IsToken("two", session.Token("one")))
	require.False(t, session.IsToken("", session.Token("")))
	require.False(t, session.IsToken("one", ""))
}

func TestASessionOutlivesATokenThatHasASuccessor(t *testing.T) {
	b, memory, c := book()
	s := ada()
	s.TokenEnds, s.Refresh = noon.Add(5*time.Minute), "r.1"
	id, err := b.Begin(t.Context(), s)
	require.NoError(t, err)
	c.now = noon.Add(30 * time.Minute)
	found, err := b.Find(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "r.1", found.Refresh)
	require.Equal(t, noon.Add(8*time.Hour), found.EndsAt)
	found.Token, found.Refresh, found.TokenEnds = "d.e.f", "r.2", noon.Add(35*time.Minute)
	require.NoError(t, b.Renew(t.Context(), id, found))
	again, err := b.Find(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, found, again)
	require.NoError(t, b.End(t.Context(), id))
	require.NoError(t, b.Renew(t.Context(), id, found))
	_, err = b.Find(t.Context(), id)
	require.ErrorIs(t, err, session.ErrNone, "what has ended is not begun again")
	require.NotNil(t, memory)
}
