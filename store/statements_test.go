package store

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatGormSaysOfItselfIsSaidWhole(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	log := statementLog{slog.New(slog.NewTextHandler(&said, nil))}
	log.Error(t.Context(), "failed to initialize database, got error %v", errors.New("no route"))
	log.Info(t.Context(), "removing callback `%s`\n", "begin")
	log.Warn(t.Context(), "100 % dry")
	require.Contains(t, said.String(), "failed to initialize database, got error no route")
	require.Contains(t, said.String(), "removing callback `begin`\"")
	require.Contains(t, said.String(), "100 % dry")
}
