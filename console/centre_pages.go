package console

// centrePages are the pages of the parties beside the cases themselves: what leads to a dispute, its evidence and its letter,
// reviews, reports, and how an account stands.
var centrePages = []Page{
	{Name: "guide", Pattern: "GET /orders/{order}/do/open_dispute", Serve: showGuide, Examples: []Example{
		{As: "Ada", Path: "/orders/{order}/do/open_dispute", Story: "inspection"},
		{As: "Ada", Path: "/orders/{order}/do/open_dispute?what=wrong", Story: "inspection"},
		{As: "Ada", Path: "/orders/{order}/do/open_dispute?what=wrong&f.reason=not_as_described.damaged", Story: "inspection"},
		{As: "Ada", Path: "/orders/{order}/do/open_dispute?what=wrong&f.reason=not_as_described.damaged&f.remedy=refund_full", Story: "inspection"},
		{As: "Ada", Path: "/orders/{order}/do/open_dispute", Story: "funded"}}},
	{Name: "letter", Pattern: "GET /disputes/{dispute}/letter", Serve: showLetter, Examples: []Example{
		{As: "Ada", Path: "/disputes/{dispute}/letter", Story: "appeal_window"}, {As: "Bolt", Path: "/disputes/{dispute}/letter", Story: "appeal_window"}}},
	{Name: "content", Pattern: "GET /disputes/{dispute}/evidence/{evidence}", Step: true, Serve: sendContent},
	{Name: "upload", Pattern: "POST /disputes/{dispute}/uploads", Roles: parties, Step: true, Serve: announceUpload},
	{Name: "bundle", Pattern: "GET /disputes/{dispute}/bundle", Step: true, Serve: sendBundle},
	{Name: "receipt", Pattern: "GET /receipts/{command}", Step: true, Serve: sendReceipt},

	{Name: "reviews", Pattern: "GET /reviews", Roles: parties, Serve: showReviews, Examples: []Example{{As: "Ada", Path: "/reviews"}, {As: "Bolt", Path: "/reviews"}}},
	{Name: "review", Pattern: "GET /reviews/{review}", Serve: showReview, Examples: []Example{
		{As: "Iris", Path: "/reviews/{review}", Story: "closed"}, {As: "Bolt", Path: "/reviews/{review}", Story: "closed"}}},
	{Name: "rate", Pattern: "GET /orders/{order}/review", Roles: parties, Serve: askReview, Examples: []Example{
		{As: "Ada", Path: "/orders/{order}/review", Story: "settled"}, {As: "Ada", Path: "/orders/{order}/review", Story: "funded"}}},
	{Name: "rate", Pattern: "POST /orders/{order}/review", Roles: parties, Step: true, Serve: sendReview},

	{Name: "reports", Pattern: "GET /reports", Roles: parties, Serve: showReports, Examples: []Example{{As: "Ada", Path: "/reports"}}},
	{Name: "report", Pattern: "GET /reports/{report}", Serve: showReport, Examples: []Example{{As: "Ada", Path: "/reports/{report}", Story: "waiting_evidence"}, {As: "Otto", Path: "/reports/{report}", Story: "report_referred"}}},
	{Name: "accuse", Pattern: "GET /reports/new", Roles: parties, Serve: askReport, Examples: []Example{
		{As: "Ada", Path: "/reports/new?order={order}", Story: "waiting_evidence"}, {As: "Bolt", Path: "/reports/new?dispute={dispute}", Story: "waiting_buyer"}}},
	{Name: "accuse", Pattern: "POST /reports/new", Roles: parties, Step: true, Serve: sendReport},

	{Name: "standing", Pattern: "GET /standing", Roles: parties, Serve: showOwnStanding, Examples: []Example{
		{As: "Volt", Path: "/standing"}, {As: "Gilt", Path: "/standing"}, {As: "Bolt", Path: "/standing"}, {As: "Ada", Path: "/standing"}}},
	{Name: "standing", Pattern: "GET /standing/{account}", Serve: showStanding, Examples: []Example{{As: "Otto", Path: "/standing/{seller}", Story: "return_arrived"}}},
	{Name: "figures", Pattern: "GET /sellers/{account}", Serve: showFigures, Examples: []Example{
		{As: "Ada", Path: "/sellers/{seller}", Story: "performing"}, {As: "Volt", Path: "/sellers/{seller}", Story: "performing"}}},
}
