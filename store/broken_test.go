package store

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// A step that dies at any of its statements leaves nothing behind, and the next one does all of it.
func TestStepThatDiesAnywhereIsDoneByTheNext(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		broken := errors.New("the process died")
		for at := 1; ; at++ {
			order := f.order("")
			dispute := f.dispute(order)
			f.knock(dispute, "tell", toyData{To: order})
			f.knock(order, "refund", toyData{})
			f.step(dispute)
			f.knock(order, "open", toyData{To: fresh("dsp")})
			before := f.everything(order)
			n := 0
			fail := func(tx *gorm.DB) {
				if n++; n == at {
					_ = tx.AddError(broken)
				}
			}
			f.breakBefore(fail)
			_, err := f.Step(f.ctx, order)
			f.mend()
			if err == nil {
				require.Greater(f.t, at, 8, "every statement of a full step was broken once")
				return
			}
			require.ErrorIs(f.t, err, broken)
			require.Equalf(f.t, before, f.everything(order), "after statement %d", at)
			f.step(order)
			require.Equal(f.t, int64(5), f.step(order).Applied)
			position, err := f.EscrowOf(f.ctx, order)
			require.NoError(f.t, err)
			require.Equal(f.t, f.toy(order).Held, position.Held)
			f.verify(order)
		}
	}, func(o *Options) { o.Logger = nil })
}

func (f *fixture) breakBefore(fail func(*gorm.DB)) {
	f.t.Helper()
	require.NoError(f.t, f.db.Callback().Create().Before("gorm:create").Register("break", fail))
	require.NoError(f.t, f.db.Callback().Query().Before("gorm:query").Register("break", fail))
	require.NoError(f.t, f.db.Callback().Update().Before("gorm:update").Register("break", fail))
	require.NoError(f.t, f.db.Callback().Raw().Before("gorm:raw").Register("break", fail))
	require.NoError(f.t, f.db.Callback().Row().Before("gorm:row").Register("break", fail))
}

func (f *fixture) mend() {
	f.t.Helper()
	require.NoError(f.t, f.db.Callback().Create().Remove("break"))
	require.NoError(f.t, f.db.Callback().Query().Remove("break"))
	require.NoError(f.t, f.db.Callback().Update().Remove("break"))
	require.NoError(f.t, f.db.Callback().Raw().Remove("break"))
	require.NoError(f.t, f.db.Callback().Row().Remove("break"))
}
