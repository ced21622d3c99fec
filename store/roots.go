package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
)

// Root is the root of the tree over all cases as they stood on one UTC day, soon after it began.
type Root struct {
	Day    string
	Size   int64
	Root   casefile.Hash
	MadeAt time.Time
}

type rootRow struct {
	Day    string `gorm:"primaryKey"`
	Size   int64
	Root   string
	MadeAt instant
}

// TableName is where the rows are.
func (rootRow) TableName() string { return "roots" }

func (r rootRow) root() (Root, error) {
	hash, err := casefile.ParseHash(r.Root)
	return Root{Day: r.Day, Size: r.Size, Root: hash, MadeAt: r.MadeAt.Time}, err
}

type rootLeafRow struct {
	CaseID   string `gorm:"primaryKey"`
	Day      string `gorm:"primaryKey"`
	Sequence int64
	Head     string
}

// TableName is where the rows are.
func (rootLeafRow) TableName() string { return "root_leaves" }

func (r rootLeafRow) leaf() (merkle.Leaf, casefile.Hash, error) {
	leaf := merkle.Leaf{Case: r.CaseID, Sequence: r.Sequence}
	var err error
	if leaf.Head, err = casefile.ParseHash(r.Head); err != nil {
		return leaf, casefile.Hash{}, fmt.Errorf("leaf of %s: %w", r.CaseID, err)
	}
	hash, err := leaf.Hash()
	return leaf, hash, err
}

type rootChunkRow struct {
	Day   string `gorm:"primaryKey"`
	Chunk int64  `gorm:"primaryKey;autoIncrement:false"`
	First string
	Root  string
}

// TableName is where the rows are.
func (rootChunkRow) TableName() string { return "root_chunks" }

// MakeRoot makes the root of today, by the database's clock, unless it is there, and says which day that is. Whoever comes
// second finds it made: the row of the day is inserted first, and waited for.
func (s *Store) MakeRoot(ctx context.Context) (day string, err error) {
	const what = "make the root of the day"
	now, err := s.realNow(s.from(ctx))
	if err != nil {
		return "", doing(what, err)
	}
	day = now.UTC().Format(time.DateOnly)
	var there int64
	if err := s.from(ctx).Model(&rootRow{}).Where("day = ?", day).Count(&there).Error; err != nil || there > 0 {
		return day, doing(what, err)
	}
	return day, s.write(ctx, what, func(tx *gorm.DB) error {
		claim := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rootRow{Day: day, MadeAt: now})
		if claim.Error != nil || claim.RowsAffected == 0 {
			return claim.Error
		}
		err := tx.Exec(`INSERT INTO root_leaves (case_id, day, sequence, head)
			SELECT id, ?, recorded, head FROM cases WHERE recorded > 0
				AND NOT EXISTS (SELECT 1 FROM root_leaves WHERE root_leaves.case_id = cases.id AND root_leaves.head = cases.head)`, day).Error
		if err != nil {
			return err
		}
		return plant(tx, day)
	})
}

// plant reads the leaves of a day in their order and keeps the roots of their chunks, and the root.
func plant(tx *gorm.DB, day string) error {
	var roots []casefile.Hash
	var size int64
	after := ""
	for full := true; full; {
		leaves, err := leavesOf(tx, day, "case_id > ?", after)
		if err != nil {
			return err
		}
		if full = len(leaves) == merkle.Chunk; len(leaves) == 0 {
			break
		}
		hashes := make([]casefile.Hash, len(leaves))
		for i, l := range leaves {
			if _, hashes[i], err = l.leaf(); err != nil {
				return err
			}
			after = l.CaseID
		}
		root := merkle.Root(hashes)
		chunk := rootChunkRow{Day: day, Chunk: int64(len(roots)), First: leaves[0].CaseID, Root: root.String()}
		if err := tx.Create(&chunk).Error; err != nil {
			return err
		}
		roots, size = append(roots, root), size+int64(len(leaves))
	}
	return tx.Model(&rootRow{}).Where("day = ? AND root = ''", day).Updates(map[string]any{"size": size, "root": merkle.Root(roots).String()}).Error
}

// leavesOf is the next chunk of the leaves of a day: of each case the last up to then.
func leavesOf(tx *gorm.DB, day, from, id string) ([]rootLeafRow, error) {
	var rows []rootLeafRow
	err := tx.Raw(`SELECT root_leaves.* FROM root_leaves JOIN (
			SELECT case_id, max(day) AS day FROM root_leaves WHERE day <= ? AND `+from+` GROUP BY case_id ORDER BY case_id LIMIT ?
		) AS last ON last.case_id = root_leaves.case_id AND last.day = root_leaves.day ORDER BY root_leaves.case_id`, day, id, merkle.Chunk).Scan(&rows).Error
	return rows, err
}

// Roots is a page of the published roots, the newest first. After is the day that the page before it ended with.
func (s *Store) Roots(ctx context.Context, after string, limit int) (Page[Root], error) {
	const what = "list roots"
	tx := s.from(ctx).Where("root <> ''")
	if after != "" {
		if _, err := time.Parse(time.DateOnly, after); err != nil {
			return Page[Root]{}, doing(what, ErrCursor)
		}
		tx = tx.Where("day < ?", after)
	}
	limit = pageLimit(limit)
	var rows []rootRow
	if err := tx.Order("day DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return Page[Root]{}, doing(what, err)
	}
	page := Page[Root]{Data: []Root{}, HasMore: len(rows) > limit}
	for _, row := range rows[:min(limit, len(rows))] {
		root, err := row.root()
		if err != nil {
			return page, doing(what, err)
		}
		page.Data = append(page.Data, root)
	}
	if page.HasMore {
		page.Next = rows[limit-1].Day
	}
	return page, nil
}

// Proof shows that the last root covers a case as it stood then. There is none of a case that is younger.
func (v View) Proof(caseID string) (merkle.Proof, bool, error) {
	proof, found, err := v.proof(caseID)
	return proof, found, doing("prove "+caseID, err)
}

func (v View) proof(caseID string) (merkle.Proof, bool, error) {
	var root []rootRow
	if err := v.tx.Where("root <> ''").Order("day DESC").Limit(1).Find(&root).Error; err != nil || len(root) == 0 {
		return merkle.Proof{}, false, err
	}
	day := root[0].Day
	var chunks []rootChunkRow
	if err := v.tx.Where("day = ?", day).Order("chunk").Find(&chunks).Error; err != nil {
		return merkle.Proof{}, false, err
	}
	var within []rootChunkRow
	if err := v.tx.Where("day = ? AND first <= ?", day, caseID).Order("first DESC").Limit(1).Find(&within).Error; err != nil || len(within) == 0 {
		return merkle.Proof{}, false, err
	}
	leaves, err := leavesOf(v.tx, day, "case_id >= ?", within[0].First)
	if err != nil {
		return merkle.Proof{}, false, err
	}
	return prove(root[0], chunks, within[0].Chunk, leaves, caseID)
}

// prove puts the path of a leaf together: up to the root of its chunk, and from there to the root of all.
func prove(root rootRow, chunks []rootChunkRow, chunk int64, leaves []rootLeafRow, caseID string) (merkle.Proof, bool, error) {
	p := merkle.Proof{Day: root.Day, Size: root.Size, Index: -1}
	var err error
	if p.Root, err = casefile.ParseHash(root.Root); err != nil {
		return p, false, err
	}
	hashes := make([]casefile.Hash, len(leaves))
	for i, l := range leaves {
		var leaf merkle.Leaf
		if leaf, hashes[i], err = l.leaf(); err != nil {
			return p, false, err
		}
		if l.CaseID == caseID {
			p.Leaf, p.Index = leaf, int64(i)
		}
	}
	if p.Index < 0 {
		return p, false, nil
	}
	roots := make([]casefile.Hash, len(chunks))
	for i, c := range chunks {
		if roots[i], err = casefile.ParseHash(c.Root); err != nil {
			return p, false, err
		}
	}
	p.Path = append(merkle.Path(hashes, int(p.Index)), merkle.Path(roots, int(chunk))...)
	p.Index += chunk * merkle.Chunk
	if err := p.Verify(); err != nil {
		return p, false, fmt.Errorf("%w: the leaves of %s are not those of its root: %w", ErrForked, root.Day, err)
	}
	return p, true, nil
}
