package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.User;
import io.whalebox.storage.LayerStack;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The users and groups of an image (passwd(5), group(5)), read as data: no code of the image takes part
 * (CVE-2019-14271).
 */
final class Accounts {
    private static final int LARGEST_FILE = 1 << 20;

    private final List<Account> accounts;
    private final List<Group> groups;

    private record Account(String name, int uid, int gid, String home) {}

    private record Group(String name, int gid, List<String> members) {}

    /** Who a program runs as, and where that user lives. */
    record Identity(User user, String home) {}

    private Accounts(List<Account> accounts, List<Group> groups) {
        this.accounts = accounts;
        this.groups = groups;
    }

    static Accounts of(LayerStack layers) {
        List<Account> accounts = new ArrayList<>();
        for (List<String> fields : lines(layers, "/etc/passwd", 6)) {
            OptionalInt uid = number(fields.get(2));
            OptionalInt gid = number(fields.get(3));
            if (uid.isPresent() && gid.isPresent()) {
                accounts.add(new Account(fields.get(0), uid.getAsInt(), gid.getAsInt(), fields.get(5)));
            }
        }
        List<Group> groups = new ArrayList<>();
        for (List<String> fields : lines(layers, "/etc/group", 3)) {
            OptionalInt gid = number(fields.get(2));
            if (gid.isPresent()) {
                List<String> members = fields.size() > 3 ? List.of(fields.get(3).split(",", -1)) : List.of();
                groups.add(new Group(fields.get(0), gid.getAsInt(), members));
            }
        }
        return new Accounts(accounts, groups);
    }

    private static List<List<String>> lines(LayerStack layers, String path, int atLeast) {
        String text = layers.readFile(path, LARGEST_FILE)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        return text.lines()
                .map(line -> List.of(line.strip().split(":", -1)))
                .filter(fields -> fields.size() >= atLeast)
                .toList();
    }

    /** How many users and groups there are. */
    int size() {
        return accounts.size() + groups.size();
    }

    /**
     * Looks up a user as {@code --user} and images write it: {@code user}, {@code uid}, {@code user:group} and so on;
     * empty is root. A number need not be listed.
     *
     * @param further more groups, by name or number
     * @throws WhaleboxException INVALID for a name that is not listed, in Docker's words
     */
    Identity identity(String user, List<String> further) {
        int colon = user.indexOf(':');
        String userPart = colon < 0 ? user : user.substring(0, colon);
        String groupPart = colon < 0 ? "" : user.substring(colon + 1);
        Optional<Account> account = account(userPart.isEmpty() ? "0" : userPart);
        int uid = account.map(Account::uid)
                .orElseGet(() -> number(userPart.isEmpty() ? "0" : userPart)
                        .orElseThrow(() ->
                                invalid("unable to find user " + userPart + ": no matching entries in passwd file")));
        int gid = groupPart.isEmpty() ? account.map(Account::gid).orElse(0) : gid(groupPart);
        Set<Integer> all = new LinkedHashSet<>();
        all.add(gid);
        // A group that the user asks for replaces those that the user is listed in, as in Docker.
        if (groupPart.isEmpty()) {
            account.ifPresent(it -> groups.stream()
                    .filter(group -> group.members().contains(it.name()))
                    .forEach(group -> all.add(group.gid())));
        }
        further.forEach(group -> all.add(gid(group)));
        String home = account.map(Account::home).filter(it -> !it.isEmpty()).orElse("/");
        return new Identity(new User(uid, gid, List.copyOf(all)), home);
    }

    /** By name first: a user may be called by a number. */
    private Optional<Account> account(String nameOrUid) {
        Optional<Account> named =
                accounts.stream().filter(it -> it.name().equals(nameOrUid)).findFirst();
        OptionalInt uid = number(nameOrUid);
        return named.isPresent() || uid.isEmpty()
                ? named
                : accounts.stream().filter(it -> it.uid() == uid.getAsInt()).findFirst();
    }

    private int gid(String nameOrGid) {
        return groups.stream()
                .filter(group -> group.name().equals(nameOrGid))
                .findFirst()
                .map(Group::gid)
                .orElseGet(() -> number(nameOrGid)
                        .orElseThrow(() ->
                                invalid("unable to find group " + nameOrGid + ": no matching entries in group file")));
    }

    private static OptionalInt number(String text) {
        try {
            int value = Integer.parseInt(text);
            return value < 0 ? OptionalInt.empty() : OptionalInt.of(value);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }
}
