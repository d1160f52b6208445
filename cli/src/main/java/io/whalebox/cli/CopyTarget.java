package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;

/**
 * Where a copy goes, by Docker's rules of what exists, what is a directory, and what ends with a slash.
 *
 * @param directory that it is put into, which exists
 * @param name what it is called there; {@code .} for the content of a directory alone
 */
record CopyTarget(String directory, String name) {

    /**
     * What is known of one end of a copy.
     *
     * @param path clean, and what its link leads to where it was one
     */
    record Info(String path, boolean exists, boolean isDirectory) {}

    /**
     * Decides it.
     *
     * @param sourceName what the source is called when it is put into a directory
     * @param written the target as the user wrote it
     */
    static CopyTarget of(boolean sourceIsDirectory, String sourceName, Info target, String written) {
        if (target.exists() && target.isDirectory()) {
            return new CopyTarget(target.path(), sourceName);
        }
        if (target.exists() && sourceIsDirectory) {
            throw new WhaleboxException(ErrorKind.INVALID, "cannot copy directory");
        }
        if (!target.exists() && !sourceIsDirectory && CopySide.claimsDirectory(written)) {
            throw new WhaleboxException(ErrorKind.NOT_FOUND, "no such directory");
        }
        String path = CopySide.meansContent(target.path())
                ? target.path().substring(0, target.path().length() - 2)
                : target.path();
        return new CopyTarget(CopySide.parent(path), CopySide.base(path));
    }
}
