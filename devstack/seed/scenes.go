package seed

import (
	"image/color"
	"math"
)

// What is to be seen on the photographs of the stories.

// crackedLamp is a desk lamp whose shade has a crack along its side.
func crackedLamp(c canvas) error {
	c.ground(rgb(0xd9d2c5), rgb(0xb8ab97))
	c.rectangle(rgb(0x8b6a4a), 0, 700, pictureWidth, 200)
	c.rectangle(rgb(0x7b5c3f), 0, 700, pictureWidth, 10)
	c.disc(rgb(0x5f4630), point{630, 778}, 240, 42)
	c.disc(rgb(0x2f3338), point{600, 765}, 190, 44)
	c.disc(rgb(0x43484f), point{600, 752}, 186, 40)
	c.line(rgb(0x3a3f45), 26, point{600, 750}, point{600, 430})
	c.shape(rgb(0xe8c56a), point{440, 140}, point{760, 140}, point{900, 470}, point{300, 470})
	c.shape(rgb(0xf2d88f), point{470, 140}, point{610, 140}, point{610, 470}, point{380, 470})
	c.disc(rgb(0xcfa94c), point{600, 470}, 300, 26)
	crack := []point{{742, 140}, {728, 190}, {752, 236}, {731, 290}, {764, 338}, {742, 392}, {772, 440}, {760, 492}}
	c.line(rgb(0x5d4717), 11, crack...)
	c.line(rgb(0x241a05), 5, crack...)
	c.line(rgb(0x5d4717), 5, point{731, 290}, point{684, 322}, point{690, 352})
	return nil
}

// carpet is a rug on planks, seen from above.
func carpet(c canvas) error {
	planks(c)
	stripes := []color.RGBA{rgb(0x7a2e2b), rgb(0xb9573f), rgb(0xe3c08a), rgb(0x34495a), rgb(0xb9573f), rgb(0xe3c08a), rgb(0x7a2e2b)}
	const left, top, wide, high = 170, 130, 860, 640
	c.rectangle(rgb(0x4b3524), left+14, top+18, wide, high)
	for i, colour := range stripes {
		c.rectangle(colour, left, top+float64(i)*high/float64(len(stripes)), wide, high/float64(len(stripes))+1)
	}
	for i := range 11 {
		x := left + 42 + float64(i)*78
		c.shape(rgb(0xf0e2c4), point{x, 450}, point{x + 32, 412}, point{x + 64, 450}, point{x + 32, 488})
		c.shape(rgb(0x7a2e2b), point{x + 18, 450}, point{x + 32, 432}, point{x + 46, 450}, point{x + 32, 468})
	}
	for y := top + 4.0; y < top+high; y += 13 {
		c.line(rgb(0xefe3cc), 4, point{left - 34, y + 5}, point{left, y})
		c.line(rgb(0xefe3cc), 4, point{left + wide, y}, point{left + wide + 34, y - 5})
	}
	return nil
}

// carpetLabel is the label on the back of the rug, from near.
func carpetLabel(c canvas) error {
	c.ground(rgb(0xb89c77), rgb(0xa3865f))
	for y := 0.0; y < pictureHeight; y += 14 {
		c.line(rgb(0x94784f), 3, point{0, y}, point{pictureWidth, y + 24})
	}
	for x := -40.0; x < pictureWidth; x += 22 {
		c.line(rgb(0xc6ac88), 2, point{x, 0}, point{x + 40, pictureHeight})
	}
	c.shape(rgb(0x6d5636), point{262, 250}, point{968, 218}, point{990, 668}, point{284, 700})
	c.shape(rgb(0xf6f3ea), point{250, 236}, point{956, 204}, point{978, 654}, point{272, 686})
	for x := 270.0; x < 940; x += 34 {
		c.line(rgb(0xb9b09a), 5, point{x, 258 - (x-250)*0.045}, point{x + 18, 257 - (x-250)*0.045})
		c.line(rgb(0xb9b09a), 5, point{x + 20, 664 - (x-250)*0.045}, point{x + 38, 663 - (x-250)*0.045})
	}
	ink := rgb(0x2b2b33)
	for _, line := range []struct {
		words string
		size  float64
		at    point
	}{{"RUG-2  140 × 200 cm", 54, point{320, 356}}, {"100 % POLYESTER", 62, point{320, 466}}, {"Wash at 30°. Do not iron.", 44, point{320, 556}}, {"Lot 4711-08", 36, point{320, 620}}} {
		if err := c.write(line.words, ink, line.size, line.at); err != nil {
			return err
		}
	}
	return nil
}

// carpetRolled is the rug as it was packed, with the seller's tag.
func carpetRolled(c canvas) error {
	c.ground(rgb(0xcfd4d6), rgb(0xa7adb0))
	c.rectangle(rgb(0x8d9295), 0, 620, pictureWidth, 280)
	c.disc(rgb(0x6f7477), point{600, 700}, 520, 50)
	for i := range 60 {
		part := float64(i) / 60
		shade := uint8(70 + 130*math.Sin(part*math.Pi))
		c.rectangle(color.RGBA{shade, shade / 3, shade / 4, 0xff}, 130, 360+part*330, 900, 7)
	}
	c.disc(rgb(0x6a2724), point{1030, 525}, 62, 168)
	for r := 150.0; r > 20; r -= 26 {
		c.disc(rgb(0xd9b98a), point{1030, 525}, r*0.36, r)
		c.disc(rgb(0x7a2e2b), point{1030, 525}, (r-10)*0.36, r-10)
	}
	for _, x := range []float64{300, 820} {
		c.rectangle(rgb(0xe9e4d6), x, 352, 34, 346)
	}
	c.line(rgb(0x555a5c), 4, point{430, 420}, point{486, 470})
	c.shape(rgb(0xfdfaf0), point{470, 430}, point{770, 420}, point{776, 596}, point{476, 606})
	if err := c.write("RUG-2", rgb(0x24303a), 58, point{506, 506}); err != nil {
		return err
	}
	return c.write("wool blend", rgb(0x24303a), 40, point{506, 562})
}

// chainRing is the only one that the bicycle has in the front.
func chainRing(c canvas) error {
	c.ground(rgb(0xb7bdb2), rgb(0x8f968a))
	c.line(rgb(0x23415f), 60, point{40, 250}, point{600, 470})
	c.line(rgb(0x1d3650), 60, point{600, 470}, point{760, -40})
	c.line(rgb(0x3b3f42), 34, point{600, 470}, point{1180, 600})
	middle := point{600, 470}
	const teeth = 38
	for i := range teeth {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / teeth)
		c.disc(rgb(0x8c9094), point{middle.x + 268*cos, middle.y + 268*sin}, 15, 15)
	}
	c.disc(rgb(0x8c9094), middle, 262, 262)
	c.disc(rgb(0xb3b8bc), middle, 244, 244)
	c.disc(rgb(0x9aa196), middle, 196, 196)
	for i := range 5 {
		sin, cos := math.Sincos(2*math.Pi*float64(i)/5 + 0.3)
		c.line(rgb(0x6c7176), 40, middle, point{middle.x + 214*cos, middle.y + 214*sin})
		c.disc(rgb(0x3b3f42), point{middle.x + 212*cos, middle.y + 212*sin}, 16, 16)
	}
	c.disc(rgb(0x4a4e52), middle, 70, 70)
	c.disc(rgb(0xc9cdd0), middle, 34, 34)
	c.line(rgb(0x2b2e31), 46, middle, point{420, 860})
	c.disc(rgb(0xc9cdd0), middle, 22, 22)
	return nil
}

// falseBag is a bag whose maker's name is not written as the maker writes it.
func falseBag(c canvas) error {
	c.ground(rgb(0xe6e1da), rgb(0xc9c1b6))
	c.rectangle(rgb(0xb3a898), 0, 720, pictureWidth, 180)
	c.disc(rgb(0x91887b), point{610, 770}, 380, 40)
	c.line(rgb(0x5a321d), 30, point{400, 330}, point{440, 160}, point{540, 90}, point{660, 90}, point{760, 160}, point{800, 330})
	c.shape(rgb(0x6d3d23), point{290, 320}, point{910, 320}, point{960, 760}, point{240, 760})
	c.shape(rgb(0x7d4a2d), point{290, 320}, point{910, 320}, point{880, 480}, point{320, 480})
	for x := 310.0; x < 890; x += 24 {
		c.line(rgb(0xd9b48d), 4, point{x, 466}, point{x + 13, 466})
	}
	c.rectangle(rgb(0xcaa24a), 560, 440, 80, 74)
	c.rectangle(rgb(0x8a6a22), 586, 462, 28, 30)
	return c.write("MERRIDAN", rgb(0xd8b25a), 74, point{408, 660})
}

func planks(c canvas) {
	c.ground(rgb(0x9c7a55), rgb(0x856442))
	for i := range 8 {
		y := float64(i) * 118
		c.rectangle(rgb(0x6f5235), 0, y, pictureWidth, 5)
		x := float64((i*410 + 120) % pictureWidth)
		c.rectangle(rgb(0x6f5235), x, y, 5, 118)
	}
}
