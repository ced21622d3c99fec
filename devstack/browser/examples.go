package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"recourse/api/client"
	"recourse/console"
	"recourse/devstack/seed"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// Places finds the examples of the pages among what is seeded.
type Places struct {
	Seeded   *seed.Seeded
	Scenes   Scenes
	Platform *client.Client
}

// Seed fills a system with the stories, and welcomes their people.
func Seed(ctx context.Context, s *stack.Stack) (Places, error) {
	token, err := s.Token("platform", casefile.Platform, time.Hour)
	if err != nil {
		return Places{}, err
	}
	platform, err := client.New(s.URL(), client.Bearer(token))
	if err != nil {
		return Places{}, err
	}
	seeded, err := seed.Run(ctx, platform)
	if err != nil {
		return Places{}, err
	}
	s.Welcome(seeded.Personas())
	return Places{Seeded: &seeded, Platform: platform}, nil
}

// Unseen are the patterns of the pages that no example leads to: nobody would look at them.
func Unseen(pages []console.Page) []string {
	var patterns []string
	for _, p := range pages {
		if !p.Step && len(p.Examples) == 0 {
			patterns = append(patterns, p.Pattern)
		}
	}
	return patterns
}

// Account is that of the person of the name.
func (p Places) Account(name string) (string, error) {
	for _, person := range p.Seeded.People {
		if person.Name == name {
			return person.Account, nil
		}
	}
	return "", fmt.Errorf("nobody is called %s", name)
}

// Path is where the example is: its path with the identifiers of its story.
func (p Places) Path(ctx context.Context, e console.Example) (_ string, err error) {
	if at := slices.IndexFunc(p.Scenes.All, func(s Scene) bool { return s.Story == e.Story && s.Story != "" }); at >= 0 {
		return p.inScene(ctx, e.Path, p.Scenes.All[at])
	}
	path := strings.ReplaceAll(e.Path, "{clock}", p.Seeded.Clock)
	if !strings.Contains(path, "{") {
		return path, nil
	}
	for _, c := range p.Seeded.Cases {
		if c.Story != e.Story {
			continue
		}
		path = strings.NewReplacer("{order}", c.Order, "{dispute}", c.Dispute).Replace(path)
		if path, err = p.beside(ctx, path, c.Order); err != nil {
			return "", err
		}
		if strings.Contains(path, "/evidence/{") {
			dispute, err := client.Result[client.Dispute](p.Platform.GetDispute(ctx, c.Dispute, nil))
			if err == nil { // who has it sees all of it
				dispute, err = client.Result[client.Dispute](p.Platform.GetDispute(ctx, c.Dispute, nil, client.ActAs(dispute.Reviewer)))
			}
			if err != nil {
				return "", err
			}
			if len(dispute.Evidence) == 0 {
				return "", fmt.Errorf("there is no evidence of %s", e.Story)
			}
			path = strings.NewReplacer("{first}", dispute.Evidence[0].ID, "{last}", dispute.Evidence[len(dispute.Evidence)-1].ID).Replace(path)
		}
		if strings.Contains(path, "{offer}") {
			offer, err := p.standing(ctx, c.Dispute)
			if err != nil {
				return "", err
			}
			path = strings.ReplaceAll(path, "{offer}", offer)
		}
		if strings.Contains(path, "{") {
			return "", fmt.Errorf("nothing stands for what %s names", path)
		}
		return path, nil
	}
	return "", fmt.Errorf("there is no story %q for %s", e.Story, e.Path)
}

// inScene is the path with the identifiers of a scene.
func (p Places) inScene(ctx context.Context, path string, s Scene) (string, error) {
	slots := []string{"{clock}", p.Scenes.Clock}
	for slot, id := range map[string]string{"{order}": s.Order, "{dispute}": s.Dispute, "{report}": s.Report, "{review}": s.Review, "{incident}": s.Incident} {
		if id != "" {
			slots = append(slots, slot, id)
		}
	}
	path = strings.NewReplacer(slots...).Replace(path)
	if strings.Contains(path, "{") && s.Order != "" {
		var err error
		if path, err = p.beside(ctx, path, s.Order); err != nil {
			return "", err
		}
	}
	if strings.Contains(path, "{") {
		return "", fmt.Errorf("nothing stands for what %s names in %s", path, s.Story)
	}
	return path, nil
}

// beside puts in what belongs to the order of a story: its seller, its review, the report about it.
func (p Places) beside(ctx context.Context, path, order string) (string, error) {
	for slot, find := range map[string]func() (string, error){
		"{seller}": func() (string, error) {
			o, err := client.Result[client.Order](p.Platform.GetOrder(ctx, order, nil))
			return o.Seller, err
		},
		"{review}": func() (string, error) {
			page, err := client.Result[client.ReviewPage](p.Platform.ListReviews(ctx, &client.ListReviewsParams{Order: order}))
			if err != nil || len(page.Data) == 0 {
				return "", err
			}
			return page.Data[0].ID, nil
		},
		"{report}": func() (string, error) {
			page, err := client.Result[client.ReportPage](p.Platform.ListReports(ctx, &client.ListReportsParams{Order: order}, client.ActAs("operator")))
			if err != nil || len(page.Data) == 0 {
				return "", err
			}
			return page.Data[0].ID, nil
		},
	} {
		if !strings.Contains(path, slot) {
			continue
		}
		id, err := find()
		if err != nil {
			return "", err
		}
		if id == "" {
			return "", fmt.Errorf("there is no %s of %s", slot, order)
		}
		path = strings.ReplaceAll(path, slot, id)
	}
	return path, nil
}

// standing is the offer that stands in a dispute.
func (p Places) standing(ctx context.Context, dispute string) (string, error) {
	d, err := client.Result[client.Dispute](p.Platform.GetDispute(ctx, dispute, nil))
	if err != nil {
		return "", err
	}
	for _, offer := range d.Offers {
		if offer.State == client.OfferStateStanding {
			return offer.ID, nil
		}
	}
	return "", fmt.Errorf("no offer stands in %s", dispute)
}
