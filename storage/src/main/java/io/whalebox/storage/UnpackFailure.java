package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;

/** Says what the kernel's refusal means for one who unpacks an archive. */
final class UnpackFailure {
    private UnpackFailure() {}

    /**
     * An error for the user.
     *
     * @param attempt what could not be done, to follow "cannot"
     */
    static WhaleboxException of(LinuxException e, String attempt) {
        ErrorKind kind = switch (e.errno()) {
            case ENOSPC, EDQUOT, EROFS -> ErrorKind.PRECONDITION;
            case EPERM, EACCES -> ErrorKind.DENIED;
            // What an archive can bring about with the names that it holds.
            case EEXIST, EFBIG, EINVAL, EISDIR, ELOOP, EMLINK, ENAMETOOLONG, ENOENT, ENOTDIR, E2BIG, ERANGE ->
                ErrorKind.INVALID;
            default -> ErrorKind.INTERNAL;
        };
        return new WhaleboxException(kind, "cannot " + attempt + ": " + e.getMessage(), e);
    }
}
