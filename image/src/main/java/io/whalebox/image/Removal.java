package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Removes names and images by Docker's rules, with its messages. Given a name, that name goes, and with the last one the
 * image; given an id, the image goes with its only name. A running container always keeps its image; a stopped one, or a
 * second name, until force is used.
 *
 * <p>Content is left to the {@link Collector}. The caller holds the store's lock.
 */
final class Removal {
    private final References references;
    private final ImageRecords records;
    private final Digest id;
    private final List<ImageUsers.User> users;
    private final Supplier<List<Digest>> chains;
    private final List<Removed> done = new ArrayList<>();

    /**
     * @param users all containers
     * @param chains of the layers that nothing else has, the top one first; asked for only if the image goes
     */
    Removal(
            References references,
            ImageRecords records,
            Digest id,
            List<ImageUsers.User> users,
            Supplier<List<Digest>> chains) {
        this.references = references;
        this.records = records;
        this.id = id;
        this.chains = chains;
        this.users = users.stream().filter(user -> user.image().equals(id)).toList();
    }

    /** Removes what was asked for, or refuses and changes nothing. */
    List<Removed> remove(String nameOrId, boolean force) {
        if (ImageRecords.isPrefix(nameOrId, id)) {
            removeById(force);
        } else {
            removeByName(Reference.parse(nameOrId), force);
        }
        return done;
    }

    /** Removes the image with all its names, whatever uses it: the caller has looked. */
    List<Removed> removeWhole() {
        names().forEach(this::untag);
        deleteImage();
        return done;
    }

    private void removeByName(Reference name, boolean force) {
        Optional<ImageUsers.User> user = users.stream().findFirst();
        List<Reference> going = withDigests(name);
        if (!force && going.containsAll(names()) && user.isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "conflict: unable to remove repository reference \"" + name + "\" (must force) - container "
                            + user.get().shortId() + " is using its referenced image " + id.shortId());
        }
        going.forEach(this::untag);
        // By force a running container loses its image's name, but not the image.
        if (names().isEmpty() && users.stream().noneMatch(ImageUsers.User::running)) {
            deleteImage();
        }
    }

    /** A name, and if it is the last tag of its repository, the digests by which the image was pulled from there too. */
    private List<Reference> withDigests(Reference name) {
        List<Reference> others = names().stream()
                .filter(other -> other.repository().equals(name.repository()) && !other.equals(name))
                .toList();
        List<Reference> going = new ArrayList<>(names().contains(name) ? List.of(name) : List.of());
        if (name.digest().isPresent()
                || others.stream().allMatch(other -> other.tag().isEmpty())) {
            going.addAll(others);
        }
        return going;
    }

    /** Whether it is known by one tag only; digests of the same repository come with that. */
    private boolean hasOneName() {
        List<Reference> names = names();
        return names.stream().filter(name -> name.tag().isPresent()).count() <= 1
                && names.stream().map(Reference::repository).distinct().count() <= 1;
    }

    private void removeById(boolean force) {
        refuseIfUsed(true, "cannot be forced", "image is being used by running container ");
        if (!force) {
            if (!hasOneName()) {
                throw conflict("must be forced", "image is referenced in multiple repositories");
            }
            refuseIfUsed(false, "must be forced", "image is being used by stopped container ");
        }
        names().forEach(this::untag);
        deleteImage();
    }

    private void refuseIfUsed(boolean running, String force, String why) {
        users.stream().filter(user -> user.running() == running).findFirst().ifPresent(user -> {
            throw conflict(force, why + user.shortId());
        });
    }

    private WhaleboxException conflict(String force, String why) {
        return new WhaleboxException(
                ErrorKind.CONFLICT, "conflict: unable to delete " + id.shortId() + " (" + force + ") - " + why);
    }

    private List<Reference> names() {
        return references.list().entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void untag(Reference name) {
        references.remove(name);
        done.add(new Removed.Untagged(name));
    }

    /** Docker tells the layers that go with the image as well, the top one first. */
    private void deleteImage() {
        List<Digest> orphans = chains.get();
        records.remove(id);
        done.add(new Removed.Deleted(id));
        orphans.forEach(chain -> done.add(new Removed.Deleted(chain)));
    }
}
