package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The files of an archive, which is a tar or a directory. Names come from documents in it and are hostile; none reaches
 * a file outside.
 */
sealed interface Archive extends AutoCloseable permits TarArchive, DirectoryArchive {
    /** A regular file by its name, through links that stay inside. */
    Optional<Member> find(String name);

    /** The same for one that has to be there. */
    default Member get(String name) {
        return find(name)
                .orElseThrow(
                        () -> new WhaleboxException(ErrorKind.INVALID, "the archive lacks the file " + quoted(name)));
    }

    /** Reads a small file, such as a manifest. */
    default byte[] read(String name) throws IOException {
        Member member = get(name);
        if (member.size() > Documents.LARGEST) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, quoted(name) + " in the archive is larger than " + Documents.LARGEST + " bytes");
        }
        try (InputStream in = member.open()) {
            return in.readNBytes(Documents.LARGEST);
        }
    }

    /** A name from outside, fit for a message. */
    static String quoted(String name) {
        int longest = 200;
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return '"' + (printable.length() <= longest ? printable : printable.substring(0, longest) + "…") + '"';
    }

    @Override
    void close() throws IOException;
}
