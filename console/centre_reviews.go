package console

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"recourse/api/client"
)

// reviewsData are the reviews that the reader has to do with.
type reviewsData struct {
	Rows []client.ReviewSummary
	Next string
	Mine bool // the reader's own; otherwise those about the reader
}

func showReviews(v *Visit) error {
	params := &client.ListReviewsParams{Limit: new(client.Limit(perPage)), After: v.R.URL.Query().Get("after")}
	buyer := v.Is(client.RoleBuyer)
	if buyer {
		params.Buyer = v.Session.Subject
	} else {
		params.Seller = v.Session.Subject
	}
	page, err := client.Result[client.ReviewPage](v.API.ListReviews(v.R.Context(), params))
	if err != nil {
		return err
	}
	return v.Show(v.T("reviews.title"), reviewsData{Rows: page.Data, Next: next("/reviews", "all", page.Next, page.HasMore), Mine: buyer})
}

// reviewData is the page of a review.
type reviewData struct {
	Case   *Case
	Review *client.Review
	Marks  []mark
	Moves  []Move
	Author bool
	Run    string // of its run in the Temporal UI; empty: no link
}

// mark is how many stars there are for one thing.
type mark struct {
	Name  string
	Stars int
	Shown string // the stars as people draw them
}

func markOf(name string, stars int) mark {
	const most = 5
	return mark{name, stars, strings.Repeat("★", stars) + strings.Repeat("☆", max(0, most-stars))}
}

func showReview(v *Visit) error {
	c, err := v.Case("review", v.R.PathValue("review"))
	if err != nil {
		return err
	}
	r := c.Review
	data := reviewData{Case: c, Review: r, Moves: v.Moves(c), Author: r.Buyer != "" && r.Buyer == v.Session.Subject, Run: v.runPath(r.Run)}
	for _, m := range []struct {
		name  string
		stars int
	}{{"stars", r.Marks.Stars}, {"as_described", r.Marks.AsDescribed}, {"quality", r.Marks.Quality}, {"communication", r.Marks.Communication},
		{"shipping_speed", r.Marks.ShippingSpeed}} {
		if m.stars > 0 {
			data.Marks = append(data.Marks, markOf(m.name, m.stars))
		}
	}
	v.Follow(c.Kind, c.ID, c.Revision)
	return v.Show(v.T("review.title"), data)
}

// reviewOf is the review of an order that the reader may know of, if there is one.
func (v *Visit) reviewOf(o *client.Order) (*client.ReviewSummary, error) {
	params := &client.ListReviewsParams{Limit: new(client.Limit(1)), Order: o.ID}
	switch o.YourRole {
	case client.RoleBuyer:
		params.Buyer = o.Buyer
	case client.RoleSeller:
		params.Seller = o.Seller
	default:
		return nil, nil //nolint:nilnil // there is none for this reader
	}
	page, err := client.Result[client.ReviewPage](v.API.ListReviews(v.R.Context(), params))
	if err != nil || len(page.Data) == 0 {
		return nil, err
	}
	return &page.Data[0], nil
}

// arrivedOrOver says that there is something to review: goods that came, or a dispute that is over.
func arrivedOrOver(o *client.Order) bool {
	return slices.ContainsFunc(o.Lines, func(l client.OrderLine) bool { return !l.DeliveredAt.IsZero() }) ||
		slices.ContainsFunc(o.Disputes, func(d client.DisputeReference) bool { return !d.Open })
}

// rated are what a review gives stars for; the first is needed.
var rated = []string{"stars", "as_described", "quality", "communication", "shipping_speed"}

// rateData is the page on which a review is written.
type rateData struct {
	Order  *client.Order
	Rated  []ratedView
	Text   fieldView
	Key    string
	Notes  []string
	Closed string // why it cannot be written, where it cannot
	Path   string
}

type ratedView struct {
	Name   string
	Needed bool
	Given  int
	Wrong  string
	Stars  []int
}

func askReview(v *Visit) error { return v.rate(http.StatusOK, nil, nil) }

// rate shows the form with what was answered and what is wrong with it.
func (v *Visit) rate(status int, wrong map[string]string, notes []string) error {
	c, err := v.Case("order", v.R.PathValue("order"))
	if err != nil {
		return err
	}
	before, err := v.reviewOf(c.Order)
	if err != nil {
		return err
	}
	data := rateData{Order: c.Order, Key: rand.Text(), Notes: notes, Path: v.R.URL.Path,
		Text: fieldView{Field: text(), ID: "f-text", Words: v.T("rate.text"), Help: v.T("rate.text.help"), Typed: v.R.PostFormValue("f.text"), Wrong: wrong["text"]}}
	switch {
	case c.Role != client.RoleBuyer:
		return errForbidden
	case before != nil && len(notes) == 0:
		return v.Go("/reviews/" + before.ID)
	case !arrivedOrOver(c.Order):
		data.Closed = v.T("rate.early")
	}
	for i, name := range rated {
		given, err := strconv.Atoi(v.R.PostFormValue("f." + name))
		if err != nil {
			given = 0
		}
		data.Rated = append(data.Rated, ratedView{Name: name, Needed: i == 0, Given: given, Wrong: wrong[name], Stars: []int{5, 4, 3, 2, 1}})
	}
	return v.show(status, "rate", v.T("rate.title"), data)
}

// sendReview submits a review, and leads to its page.
func sendReview(v *Visit) error {
	body, wrong := map[string]any{}, map[string]string{}
	for i, name := range rated {
		typed := v.R.PostFormValue("f." + name)
		stars, err := strconv.Atoi(typed)
		switch {
		case typed == "" && i > 0:
		case err != nil || stars < 1 || stars > 5:
			wrong[name] = v.T("wrong.missing")
		default:
			body[name] = stars
		}
	}
	if said := strings.TrimSpace(strings.ReplaceAll(v.R.PostFormValue("f.text"), "\r\n", "\n")); said != "" {
		body["text"] = said
	}
	if len(wrong) > 0 {
		return v.rate(http.StatusUnprocessableEntity, wrong, nil)
	}
	made, err := client.Result[client.Review](v.API.Do(v.R.Context(), http.MethodPost, "/v1/orders/"+v.R.PathValue("order")+"/reviews", body, client.Key(v.R.PostFormValue("key"))))
	return v.began(err, "/reviews/"+made.ID, "review", "/orders/"+v.R.PathValue("order"), func(status int, wrong map[string]string, notes []string) error {
		return v.rate(status, wrong, notes)
	})
}

// began leads to the page of a case that was just begun, or back to its form with what the API said.
func (v *Visit) began(err error, path, done, back string, again func(status int, wrong map[string]string, notes []string) error) error {
	if _, waits := errors.AsType[*client.PendingError](err); waits {
		return v.Go(back + "?done=" + done + ".waits")
	}
	problem, refused := errors.AsType[*client.ProblemError](err)
	switch {
	case refused && problem.Code != client.ProblemCodeUnauthenticated && problem.Code != client.ProblemCodeNotFound:
		wrong := map[string]string{}
		notes := v.place(problem.Problem, Form{Fields: []Field{text(), ask("stars", Count), ask("against", Line), ask("behaviour", Choice)}}, wrong)
		return again(problem.Problem.Status, wrong, append([]string{v.problemWords(problem.Problem)}, notes...))
	case err != nil:
		return err
	}
	return v.Go(path + "?done=" + done)
}
