package detect

import "strconv"

// plan is how telephone numbers are written inside a country.
type plan struct {
	code     string // the country's calling code, "" for none
	trunk    bool   // a national number begins with a 0 that isn't dialled from abroad
	min, max int    // digits as written nationally, with that 0
	first    string // the digits that a number may begin with as written
	threes   bool   // groups of two and three are the usual way to write one, not an amount
	nanp     bool   // 3-3-4, as in North America
	loose    bool   // nothing is known of its shape: only behind a header or context, always confirmed
}

// plans are the countries whose numbers are recognised by their shape. Sources:
// the national numbering plans as published by the ITU (E.164 notifications).
var plans = map[string]plan{
	"IT": {code: "39", min: 6, max: 11, first: "038"}, "SM": {code: "378", min: 6, max: 10, first: "0356789"},
	"GB": {code: "44", trunk: true, min: 10, max: 11, first: "0"}, "FR": {code: "33", trunk: true, min: 10, max: 10, first: "0"},
	"DE": {code: "49", trunk: true, min: 7, max: 12, first: "0"}, "AT": {code: "43", trunk: true, min: 7, max: 12, first: "0"},
	"CH": {code: "41", trunk: true, min: 10, max: 10, first: "0"}, "NL": {code: "31", trunk: true, min: 10, max: 10, first: "0"},
	"BE": {code: "32", trunk: true, min: 9, max: 10, first: "0"}, "IE": {code: "353", trunk: true, min: 8, max: 10, first: "0"},
	"SE": {code: "46", trunk: true, min: 8, max: 11, first: "0"}, "FI": {code: "358", trunk: true, min: 7, max: 12, first: "0"},
	"AU": {code: "61", trunk: true, min: 10, max: 10, first: "0"}, "RO": {code: "40", trunk: true, min: 10, max: 10, first: "0"},
	"HR": {code: "385", trunk: true, min: 8, max: 10, first: "0"}, "SI": {code: "386", trunk: true, min: 9, max: 9, first: "0"},
	"ES": {code: "34", min: 9, max: 9, first: "6789", threes: true}, "PT": {code: "351", min: 9, max: 9, first: "2379", threes: true},
	"PL": {code: "48", min: 9, max: 9, first: "123456789", threes: true}, "GR": {code: "30", min: 10, max: 10, first: "26"},
	"DK": {code: "45", min: 8, max: 8, first: "23456789"}, "NO": {code: "47", min: 8, max: 8, first: "2345679"},
	"US": {code: "1", min: 10, max: 10, first: "23456789", nanp: true}, "CA": {code: "1", min: 10, max: 10, first: "23456789", nanp: true},
}

// otherPlan is for a country of which only the calling code is known, or, if
// code is 0, not even that.
func otherPlan(code int) plan {
	p := plan{min: 7, max: 12, first: "0123456789", loose: true}
	if code != 0 {
		p.code = strconv.Itoa(code)
	}
	return p
}

// digitsRange is how many digits a national number has, without a leading 0
// that isn't dialled from abroad.
type digitsRange struct{ min, max uint8 }

// callingCodes are the country calling codes of ITU-T E.164 in use, with the
// lengths of the national numbers behind them.
var callingCodes = [1000]digitsRange{
	1: {10, 10}, 7: {10, 10}, 20: {8, 10}, 27: {9, 9}, 30: {10, 10}, 31: {9, 11}, 32: {8, 9}, 33: {9, 9}, 34: {9, 9}, 36: {8, 9},
	39: {6, 11}, 40: {9, 9}, 41: {9, 9}, 43: {6, 13}, 44: {9, 10}, 45: {8, 8}, 46: {7, 10}, 47: {8, 8}, 48: {9, 9}, 49: {6, 12},
	51: {8, 9}, 52: {10, 10}, 53: {6, 10}, 54: {10, 11}, 55: {10, 11}, 56: {9, 9}, 57: {10, 10}, 58: {10, 10}, 60: {8, 10},
	61: {9, 9}, 62: {8, 12}, 63: {8, 10}, 64: {8, 10}, 65: {8, 8}, 66: {8, 9}, 81: {9, 10}, 82: {8, 10}, 84: {9, 10}, 86: {9, 11},
	90: {10, 10}, 91: {10, 10}, 92: {9, 10}, 93: {9, 9}, 94: {9, 9}, 95: {7, 10}, 98: {10, 10}, 211: {9, 9}, 212: {9, 9}, 213: {8, 9},
	216: {8, 8}, 218: {9, 9}, 220: {7, 7}, 221: {9, 9}, 222: {8, 8}, 223: {8, 8}, 224: {8, 9}, 225: {10, 10}, 226: {8, 8}, 227: {8, 8},
	228: {8, 8}, 229: {8, 10}, 230: {7, 8}, 231: {7, 9}, 232: {8, 8}, 233: {9, 9}, 234: {10, 10}, 235: {8, 8}, 236: {8, 8}, 237: {9, 9},
	238: {7, 7}, 239: {7, 7}, 240: {9, 9}, 241: {7, 8}, 242: {9, 9}, 243: {7, 10}, 244: {9, 9}, 245: {7, 9}, 246: {7, 7}, 247: {5, 6},
	248: {7, 7}, 249: {9, 9}, 250: {8, 9}, 251: {9, 9}, 252: {7, 9}, 253: {8, 8}, 254: {9, 10}, 255: {9, 9}, 256: {9, 9}, 257: {8, 8},
	258: {8, 9}, 260: {9, 9}, 261: {9, 9}, 262: {9, 9}, 263: {7, 10}, 264: {8, 9}, 265: {7, 9}, 266: {8, 8}, 267: {7, 8}, 268: {8, 9},
	269: {7, 7}, 290: {5, 5}, 291: {7, 7}, 297: {7, 7}, 298: {6, 6}, 299: {6, 6}, 350: {8, 8}, 351: {9, 9}, 352: {6, 11}, 353: {7, 9},
	354: {7, 9}, 355: {8, 9}, 356: {8, 8}, 357: {8, 8}, 358: {6, 11}, 359: {7, 9}, 370: {8, 8}, 371: {8, 8}, 372: {7, 8}, 373: {8, 8},
	374: {8, 8}, 375: {9, 9}, 376: {6, 9}, 377: {8, 9}, 378: {6, 10}, 380: {9, 9}, 381: {8, 10}, 382: {8, 9}, 383: {8, 9}, 385: {8, 9},
	386: {8, 8}, 387: {8, 9}, 389: {8, 8}, 420: {9, 9}, 421: {9, 9}, 423: {7, 9}, 500: {5, 5}, 501: {7, 7}, 502: {8, 8}, 503: {8, 8},
	504: {8, 8}, 505: {8, 8}, 506: {8, 8}, 507: {7, 8}, 508: {6, 9}, 509: {8, 8}, 590: {9, 9}, 591: {8, 8}, 592: {7, 7}, 593: {8, 9},
	594: {9, 9}, 595: {8, 9}, 596: {9, 9}, 597: {6, 7}, 598: {8, 8}, 599: {7, 8}, 670: {7, 8}, 672: {6, 6}, 673: {7, 7}, 674: {7, 7},
	675: {7, 8}, 676: {5, 7}, 677: {5, 7}, 678: {5, 7}, 679: {7, 7}, 680: {7, 7}, 681: {6, 6}, 682: {5, 5}, 683: {4, 7}, 685: {5, 7},
	686: {5, 8}, 687: {6, 6}, 688: {5, 7}, 689: {6, 8}, 690: {4, 7}, 691: {7, 7}, 692: {7, 7}, 800: {8, 8}, 850: {8, 10}, 852: {8, 8},
	853: {8, 8}, 855: {8, 9}, 856: {8, 10}, 870: {9, 9}, 880: {8, 10}, 881: {9, 10}, 882: {8, 12}, 883: {9, 12}, 886: {8, 10},
	960: {7, 7}, 961: {7, 8}, 962: {8, 9}, 963: {8, 9}, 964: {8, 10}, 965: {8, 8}, 966: {9, 9}, 967: {7, 9}, 968: {8, 8}, 970: {8, 9},
	971: {8, 9}, 972: {8, 9}, 973: {8, 8}, 974: {8, 8}, 975: {7, 8}, 976: {8, 8}, 977: {8, 10}, 992: {9, 9}, 993: {8, 8}, 994: {9, 9},
	995: {9, 9}, 996: {9, 9}, 998: {9, 9},
}

// callingCode returns how many digits of num are the country calling code, and
// the lengths of the national numbers behind it; 0 for none.
func callingCode(num []byte) (int, digitsRange) {
	code := 0
	for i := 0; i < 3 && i < len(num); i++ {
		if code = code*10 + int(num[i]-'0'); code == 0 {
			return 0, digitsRange{}
		}
		if r := callingCodes[code]; r.max > 0 {
			return i + 1, r
		}
	}
	return 0, digitsRange{}
}

// nationalShape says whether the digits behind a calling code can be a national
// number there: Italy's keep their 0 and mobile numbers begin with 3; in North
// America neither area nor exchange begins with 0 or 1; nowhere else but in
// a few plans is there a 0 in front.
func nationalShape(code string, num []byte) bool {
	switch code {
	case "39":
		return italian(num)
	case "1":
		return num[0] >= '2' && num[3] >= '2'
	case "7", "378", "379", "225", "229", "241", "242", "881":
		return true
	}
	return num[0] != '0'
}

// italian says whether num is a number of Italy's plan (AGCOM 8/15/CIR): 0 and
// five to ten more for a place, 3 and eight or nine more for a mobile, 800 and
// the like with six more for a service.
func italian(num []byte) bool {
	switch n := len(num); num[0] {
	case '0':
		return n >= 6 && n <= 11 && num[1] != '0'
	case '3':
		return n == 9 || n == 10
	case '8':
		return n == 9 && (num[1] == '0' || num[1] == '4' || num[1] == '9')
	}
	return false
}
