package console

import (
	"crypto/rand"
	"errors"
	"io"
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
	shown.Source, shown.Picture = shown.Path+"/content", item.File.Thumbnail != ""
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
	Keys     bool
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
	data := viewerData{Case: c, Items: []itemView{all[at]}, Place: at + 1, Of: len(all), Zoom: zooms[0], Key: rand.Text(), Keys: keysOn(v.R)}
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
		data.Others = append(data.Others, Option{Value: other.ID, Words: v.itemWords(other.Evidence), Chosen: other.ID == beside})
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

// sendItem hands on what the API shows in place of a file: the reader's browser has no token for the API.
func sendItem(v *Visit) error {
	params := &client.GetEvidenceContentParams{}
	if v.R.URL.Query().Get("small") != "" {
		params.Thumbnail = true
	}
	resp, err := v.API.GetEvidenceContent(v.R.Context(), v.R.PathValue("dispute"), v.R.PathValue("evidence"), params) //nolint:bodyclose // relay closes it
	return v.relay(resp, err, "image/jpeg", "image/gif")
}

// sendOriginal opens a file as it was handed in. The API records who has done it; here it is never shown in a page.
func sendOriginal(v *Visit) error {
	resp, err := v.API.OpenOriginal(v.R.Context(), v.R.PathValue("dispute"), v.R.PathValue("evidence"), nil, client.Revisioned{}, //nolint:bodyclose // relay closes it
		client.Key(v.R.PostFormValue("key")))
	return v.relay(resp, err)
}

// relay hands on a file. What is not of a shown type is a download, and nothing in it can act as a page of ours.
func (v *Visit) relay(resp *http.Response, err error, shown ...string) error {
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		_, err := client.Result[struct{}](resp, nil)
		return err
	}
	h, kind := v.W.Header(), resp.Header.Get("Content-Type")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment")
	if slices.Contains(shown, kind) {
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", "inline")
	} else if name := resp.Header.Get("Content-Disposition"); name != "" && name[0] == 'a' {
		h.Set("Content-Disposition", name)
	}
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_, err = io.Copy(v.W, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		v.console.log.InfoContext(v.R.Context(), "A file was not sent whole.", "error", err)
	}
	return nil
}
