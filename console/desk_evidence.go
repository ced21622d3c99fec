package console

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"

	"recourse/api/client"
)

// itemView is an item of evidence as the desk shows it.
type itemView struct {
	client.Evidence
	Path     string // of the viewer
	Source   string // of the picture, or of the file as a download; empty: there is none to see
	Picture  bool
	Original string // where the file is opened as it was handed in, which is recorded
}

// itemViews are the items of a dispute, of one party or of both.
func itemViews(d *client.Dispute, of client.Party) []itemView {
	var views []itemView
	for _, item := range d.Evidence {
		if of == "" || string(item.By.Role) == string(of) {
			views = append(views, viewItem(d, item))
		}
	}
	return views
}

func viewItem(d *client.Dispute, item client.Evidence) itemView {
	shown := itemView{Evidence: item, Path: deskRoots["dispute"] + d.ID + "/evidence/" + item.ID}
	if item.File == nil || item.File.Href == "" {
		return shown
	}
	shown.Source, shown.Picture = "/disputes/"+d.ID+"/evidence/"+item.ID, item.File.Thumbnail != ""
	for _, a := range d.Actions {
		if a.Name == "open_original" && a.Href == "/v1/disputes/"+d.ID+"/evidence/"+item.ID+"/original" {
			shown.Original = shown.Path + "/original"
		}
	}
	return shown
}

// viewerData is the page on which evidence is looked at: one item, or two beside each other.
type viewerData struct {
	Case     *Case
	Items    []itemView // one or two
	Others   []Option   // with which it can be compared
	Place    int
	Of       int
	Previous string
	Next     string
	Zoom     int
	Turn     int
	Ways     viewerWays
	Key      string
}

// viewerWays are the addresses under which the same is seen larger, smaller, or turned.
type viewerWays struct{ Larger, Smaller, Left, Right, Alone string }

// zooms are how large a picture can be looked at, in hundredths of the room it has.
var zooms = []int{100, 150, 200, 300, 400}

const quarter, circle = 90, 360

func showItem(v *Visit) error {
	c, err := v.Case("dispute", v.R.PathValue("dispute"))
	if err != nil {
		return err
	}
	all := itemViews(c.Dispute, "")
	id := v.R.PathValue("evidence")
	at := slices.IndexFunc(all, func(i itemView) bool { return i.ID == id })
	if id == "first" && len(all) > 0 {
		at = 0
	}
	if at < 0 {
		return errNotFound
	}
	query := v.R.URL.Query()
	data := viewerData{Case: c, Items: []itemView{all[at]}, Place: at + 1, Of: len(all), Zoom: zooms[0], Key: rand.Text()}
	if zoom, err := strconv.Atoi(query.Get("zoom")); err == nil && slices.Contains(zooms, zoom) {
		data.Zoom = zoom
	}
	if turn, err := strconv.Atoi(query.Get("turn")); err == nil && turn%quarter == 0 {
		data.Turn = ((turn % circle) + circle) % circle
	}
	beside := query.Get("with")
	for i, other := range all {
		if i == at {
			continue
		}
		data.Others = append(data.Others, Option{Value: other.ID, Words: v.deskItemWords(other.Evidence), Chosen: other.ID == beside})
		if other.ID == beside {
			data.Items = append(data.Items, other)
		}
	}
	data.turn(all, at, beside)
	return v.Show(v.T("viewer.title", "Kind", v.Word("evidence", all[at].Type)), data)
}

// turn works out where the viewer leads.
func (d *viewerData) turn(all []itemView, at int, beside string) {
	way := func(zoom, turn int, with string) string {
		query := "?zoom=" + strconv.Itoa(zoom) + "&turn=" + strconv.Itoa((turn+circle)%circle)
		if with != "" && len(d.Items) > 1 {
			query += "&with=" + with
		}
		return all[at].Path + query
	}
	if i := slices.Index(zooms, d.Zoom); i+1 < len(zooms) {
		d.Ways.Larger = way(zooms[i+1], d.Turn, beside)
	}
	if i := slices.Index(zooms, d.Zoom); i > 0 {
		d.Ways.Smaller = way(zooms[i-1], d.Turn, beside)
	}
	d.Ways.Left, d.Ways.Right = way(d.Zoom, d.Turn-quarter, beside), way(d.Zoom, d.Turn+quarter, beside)
	if len(d.Items) > 1 {
		d.Ways.Alone = way(d.Zoom, d.Turn, "")
	}
	if at > 0 {
		d.Previous = all[at-1].Path
	}
	if at+1 < len(all) {
		d.Next = all[at+1].Path
	}
}

// sendOriginal opens a file as it was handed in. The API records who has done it; here it is never shown in a page.
func sendOriginal(v *Visit) error {
	return v.handOn(v.R.PathValue("evidence"), func(ctx context.Context) (*http.Response, error) {
		return v.API.OpenOriginal(ctx, v.R.PathValue("dispute"), v.R.PathValue("evidence"), nil, client.Revisioned{}, client.Key(v.R.PostFormValue("key")))
	})
}
