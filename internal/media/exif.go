package media

import "encoding/binary"

// tagOrientation says how a camera was held.
const tagOrientation = 0x0112

// orientation reads how an image is turned from its EXIF data: 1 to 8, and 1 where it does not say.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	count := int64(order.Uint16(tiff[at:]))
	for i := range count {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) != tagOrientation {
			continue
		}
		if v := order.Uint16(tiff[entry+8:]); v >= 1 && v <= 8 {
			return int(v)
		}
		return 1
	}
	return 1
}
