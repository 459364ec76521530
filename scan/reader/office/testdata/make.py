"""Makes the variants of the fixtures that python's zipfile writes: run in testdata."""
import io, struct, zipfile

def parts(name):
    with zipfile.ZipFile(name) as z:
        return [(i.filename, z.read(i)) for i in z.infolist()]

def write(out, items, kind, **more):
    with zipfile.ZipFile(out, "w", kind) as z:
        for name, data in items:
            with z.open(zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6)), "w", **more) as f:
                f.write(data)

class Stream(io.RawIOBase):
    """A file that can't seek: zipfile then writes data descriptors."""
    def __init__(self, path): self.f = open(path, "wb")
    def writable(self): return True
    def write(self, b): return self.f.write(b)
    def close(self): self.f.close(); super().close()

book = parts("people.xlsx")
write("stored.xlsx", book, zipfile.ZIP_STORED)
write("zip64.xlsx", book, zipfile.ZIP_DEFLATED, force_zip64=True)
s = Stream("streamed.xlsx")
with zipfile.ZipFile(s, "w", zipfile.ZIP_DEFLATED) as z:
    for name, data in book:
        z.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6)), data, zipfile.ZIP_DEFLATED)
s.close()
flat = open("slides.fodp", "rb").read().replace(b"<office:document ", b"<office:document-content ").replace(b"</office:document>", b"</office:document-content>")
manifest = b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.presentation"/></manifest:manifest>'
write("slides.odp", [("mimetype", b"application/vnd.oasis.opendocument.presentation"), ("content.xml", flat), ("META-INF/manifest.xml", manifest)], zipfile.ZIP_DEFLATED)
