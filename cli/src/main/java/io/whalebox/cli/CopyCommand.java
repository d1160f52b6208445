package io.whalebox.cli;

import io.whalebox.engine.ContainerTree;
import io.whalebox.engine.Engine;
import io.whalebox.image.Compression;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Owners;
import io.whalebox.storage.TarPipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** {@code whalebox cp}: files between the host and a container, running or not. */
final class CopyCommand implements Command {
    private static final Flag<Boolean> ARCHIVE = Flag.toggle(
                    "archive", "Keep the numbers of users and groups as they are where the files come from")
            .shorthand('a');
    private static final Flag<Boolean> FOLLOW = Flag.toggle(
                    "follow-link", "Copy what a link leads to, where the source is one")
            .shorthand('L');
    private static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Do not say how much was copied").shorthand('q');
    private static final String STREAM = "-";

    @Override
    public List<String> names() {
        return List.of("cp", "container cp");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|- | SRC_PATH|- CONTAINER:DEST_PATH";
    }

    @Override
    public String summary() {
        return "Copy files between a container and the host";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ARCHIVE, FOLLOW, QUIET);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(2, 2);
    }

    @Override
    public int run(CommandLine line, Console console) {
        if (line.arguments().get(0).isEmpty()) {
            throw Strconv.invalid("source can not be empty");
        }
        if (line.arguments().get(1).isEmpty()) {
            throw Strconv.invalid("destination can not be empty");
        }
        CopySide source = CopySide.parse(line.arguments().get(0));
        CopySide target = CopySide.parse(line.arguments().get(1));
        if (source.container().isPresent() && target.container().isPresent()) {
            throw Strconv.invalid("copying between containers is not supported");
        }
        String container = source.container()
                .or(target::container)
                .orElseThrow(() -> Strconv.invalid("must specify at least one container source"));
        try (Engine engine = Store.open(console)) {
            return engine.container(engine.find(container)).withTree(container, tree -> {
                if (source.container().isPresent()) {
                    copyOut(tree, source.path(), target.path(), line, console);
                } else {
                    copyIn(tree, source.path(), new CopySide(Optional.of(container), target.path()), line, console);
                }
                return 0;
            });
        }
    }

    private static void copyOut(ContainerTree tree, String from, String to, CommandLine line, Console console) {
        if (to.equals(STREAM) && Terminal.of(console.caller().output()).isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "cowardly refusing to copy to a terminal: redirect the output");
        }
        HostTree host = HostTree.of(console.files());
        String path = CopySide.clean(from)
                + (from.endsWith("/") && !CopySide.clean(from).equals("/") ? "/" : "");
        String name = sourceName(from);
        ContainerTree.Found found = tree.find(path).orElseThrow(() -> missing(from, line));
        if (line.isOn(FOLLOW) && !found.link().isEmpty()) {
            path = linkTarget(path, found.link());
            found = tree.find(path).orElseThrow(() -> missing(from, line));
        }
        String source = path;
        if (to.equals(STREAM)) {
            try {
                tree.archive(source, name, console.out());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            console.out().flush();
            return;
        }
        String written = host.resolve(to);
        CopyTarget target = CopyTarget.of(found.isDirectory(), name, host.target(written), written);
        Owners owners = line.isOn(ARCHIVE) ? Owners.AS_THEY_ARE : host.caller();
        long bytes = TarPipe.flow(
                out -> tree.archive(source, target.name(), out), in -> host.extract(target.directory(), in, owners));
        say(bytes, CopySide.clean(written), line, console);
    }

    /** What Docker calls the source in the archive: its last step, whatever a link makes of it. */
    private static String sourceName(String path) {
        String base = CopySide.base(CopySide.clean(path));
        return base.equals("/") ? "." : base;
    }

    private static String linkTarget(String link, String target) {
        return CopySide.clean(target.startsWith("/") ? target : CopySide.parent(CopySide.clean(link)) + "/" + target);
    }

    private static WhaleboxException missing(String path, CommandLine line) {
        String container =
                CopySide.parse(line.arguments().getFirst()).container().orElse("");
        return new WhaleboxException(
                ErrorKind.NOT_FOUND, "Could not find the file " + path + " in container " + container);
    }

    private static void copyIn(ContainerTree tree, String from, CopySide to, CommandLine line, Console console) {
        CopyTarget.Info info = target(tree, to.path());
        // As the documentation of Docker has it: they become root's, unless their numbers are to be kept.
        Owners owners = line.isOn(ARCHIVE) ? Owners.AS_THEY_ARE : Owners.all(0, 0);
        String shown = to.container().orElse("") + ":" + info.path();
        if (from.equals(STREAM)) {
            if (!info.isDirectory()) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "destination \"" + to.container().orElse("") + ":" + to.path() + "\" must be a directory");
            }
            // An archive says itself whose its files are.
            tree.extract(info.path(), plain(console.in()), Owners.AS_THEY_ARE);
            return;
        }
        HostTree host = HostTree.of(console.files());
        HostTree.Source source = host.source(from, line.isOn(FOLLOW));
        CopyTarget target = CopyTarget.of(source.isDirectory(), source.name(), info, to.path());
        long bytes = TarPipe.flow(
                out -> host.archive(source, target.name(), out), in -> tree.extract(target.directory(), in, owners));
        say(bytes, shown, line, console);
    }

    private static InputStream plain(InputStream in) {
        try {
            return Compression.decompress(in);
        } catch (IOException e) {
            throw new WhaleboxException(ErrorKind.INVALID, "cannot read the archive: " + e.getMessage(), e);
        }
    }

    private static CopyTarget.Info target(ContainerTree tree, String written) {
        String path = CopySide.clean(written);
        Optional<ContainerTree.Found> found = tree.find(path);
        if (found.isPresent() && !found.get().link().isEmpty()) {
            path = linkTarget(path, found.get().link());
            found = tree.find(path + "/").or(() -> Optional.empty());
            if (found.isEmpty()) {
                found = tree.find(path);
            }
        }
        if (found.isPresent() && !found.get().isDirectory() && !found.get().isRegular()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "destination \"" + written + "\" must be a directory or a regular file");
        }
        return new CopyTarget.Info(
                path,
                found.isPresent(),
                found.filter(ContainerTree.Found::isDirectory).isPresent());
    }

    private static void say(long bytes, String where, CommandLine line, Console console) {
        if (!line.isOn(QUIET)) {
            console.out().flush();
            console.err().println("Successfully copied " + ByteSize.decimal(bytes) + " to " + Printable.of(where));
        }
    }
}
