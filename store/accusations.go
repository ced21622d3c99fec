package store

import "context"

// ReportQuery says which reports a list shows. Empty fields do not filter.
type ReportQuery struct {
	CaseQuery
	Side               string // an account that sees those of its own, and those about it that have a finding
	Reporter, Reported string
}

// ReportRecord is a report with its sides, for a list.
type ReportRecord struct {
	CaseRecord
	Reporter, Reported string
}

// Reports is one page of reports, the newest first.
func (s *Store) Reports(ctx context.Context, q ReportQuery) (Page[ReportRecord], error) {
	sided := s.from(ctx).Model(&reportRow{}).Select("id")
	if q.Side != "" {
		sided = sided.Where("reporter = ? OR reported = ? AND id IN (SELECT id FROM cases WHERE kind = 'report' AND outcome <> '')", q.Side, q.Side)
	}
	if q.Reporter != "" {
		sided = sided.Where("reporter = ?", q.Reporter)
	}
	if q.Reported != "" {
		sided = sided.Where("reported = ?", q.Reported)
	}
	page, err := s.listed(q.CaseQuery, s.from(ctx).Where("id IN (?)", sided), false)
	if err != nil {
		return Page[ReportRecord]{}, err
	}
	ids := make([]string, len(page.Data))
	for i, r := range page.Data {
		ids[i] = r.ID
	}
	var rows []reportRow
	if err := s.from(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return Page[ReportRecord]{}, doing("list reports", err)
	}
	sides := map[string]reportRow{}
	for _, row := range rows {
		sides[row.ID] = row
	}
	out := Page[ReportRecord]{Data: make([]ReportRecord, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for i, r := range page.Data {
		out.Data[i] = ReportRecord{CaseRecord: r, Reporter: sides[r.ID].Reporter, Reported: sides[r.ID].Reported}
	}
	return out, nil
}

// States are the cases of a list with their states, all of them.
func (s *Store) States(ctx context.Context, q CaseQuery) ([]CaseRecord, error) {
	var all []CaseRecord
	q.Limit = MaxPage
	for {
		page, err := s.listed(q, s.from(ctx), true)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Data...)
		if !page.HasMore {
			return all, nil
		}
		q.After = page.Next
	}
}
