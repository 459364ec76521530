// Package archive looks into archives: ZIP, TAR, GZIP and BZIP2, whatever made
// them and whatever they want of the one who opens them.
//
// Nothing is written, nothing is held whole. [Zip] reads a source of known size
// at random, by its directory and then by what lies between the members that the
// directory names, so that nothing hides; [Tar], [Gzip] and [Bzip2] read a
// stream. Each calls a [Handler] for one file after the other. The content of a
// member is inflated as the handler reads it: how much of it is enough, how deep
// archives may lie in each other and when a bomb is one, the caller decides, told
// of every inflated block by [Options.Spend].
//
// A ZIP that lies deflated in another archive is read at random through a
// [Rewinder], with neither a temporary file nor the whole of it in memory.
// [Looks] tells kinds of archives apart, and [Locked] says of the kinds for which
// there is no reader whether a password closes them.
//
// Each reader keeps less than 1 MiB, besides what the decoders of compress/flate
// (about 0.1 MiB) and compress/bzip2 (at most 4 MiB) hold. Numbers found in an
// archive are never trusted: they bound what is read, they never allocate.
package archive

import (
	"errors"
	"io"
)

// What a reading may end with. None of them holds anything of the content, and
// each may come wrapped.
var (
	// ErrDamaged says that the structure is broken: what could be read before was
	// handed over.
	ErrDamaged = errors.New("archive: damaged")
	// ErrOnce says that the content of a stream was opened a second time.
	ErrOnce = errors.New("archive: content of a stream can be opened only once")
	// ErrEncrypted says that the content needs a password.
	ErrEncrypted = errors.New("archive: member is encrypted")
	// ErrMethod says that there is no decoder for the member's method.
	ErrMethod = errors.New("archive: no decoder for the member's method")
)

// Options bound a reading.
type Options struct {
	// Spend, when not nil, is told of every n bytes that were produced by
	// inflating, before they are handed over; an error from it ends the reading
	// and is returned wrapped. Bytes of stored members and of a tar stream are not
	// inflated and not told.
	Spend func(n int64) error
}

// maxName is the longest name of a member, in bytes of UTF-8.
const maxName = 4096

// Member is one file in an archive, as the archive describes it.
type Member struct {
	// Name is a label in UTF-8, at most 4096 bytes, control characters and all.
	// It may be empty, absolute, lead upwards, or come twice.
	Name string
	// Size is what the archive says the content's bytes are, Packed what they take
	// in the archive; -1 where it does not say. Neither is to be trusted.
	Size, Packed int64
	// Encrypted says that the content needs a password.
	Encrypted bool
	// Method is empty when there is a decoder, else the name of the method of
	// compression ("lzma", "zstd", "ppmd", "deflate64", ..., "method-77").
	Method string
	// Link says that the member is a link or a device. In a ZIP its content is the
	// target's name, in a tar there is none.
	Link bool
}

// Handler is called for each file of an archive.
type Handler interface {
	// Member is one file in the archive; directories are left out unless they have
	// content. c is valid only during the call. An error ends the reading and is
	// returned as it is.
	Member(m Member, c Content) error
}

// Content is what is in a member.
type Content interface {
	// Open gives the content from its start; again for another pass, unless the
	// archive is a stream (ErrOnce). Reading ends with an error that wraps
	// ErrDamaged where the content could not be inflated to its end, or where its
	// checksum or one of its sizes does not fit; what was read before stands.
	// A member that cannot be read gives ErrEncrypted, ErrMethod or ErrDamaged.
	Open() (io.ReadCloser, error)
	// At gives the content for random access, with its size in bytes, when it is
	// stored as it is in a random-access source. No checksum is looked at.
	At() (io.ReaderAt, int64, bool)
}

// Info says what an archive was.
type Info struct {
	// Members counts the members handed over.
	Members int64
	// Damaged counts members that could not be read to their end, whose checksum
	// or sizes did not fit, or that lie over other members. Most of it is found
	// out only when the handler reads to the end.
	Damaged int64
	// Hidden counts the bytes of the archive that belong to no member and not to
	// its structure, other than zeros: more than 0 means that not everything was
	// looked at. The program of a self-extracting ZIP is among them.
	Hidden int64
	// Stub is the part of Hidden that stands before a ZIP's first member.
	Stub int64
	// Comments counts the bytes of comments, of the archive and of its members,
	// which are not handed over (of a gzip's, at most 4096).
	Comments int64
}
