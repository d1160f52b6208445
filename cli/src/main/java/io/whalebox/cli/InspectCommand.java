package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.image.ListedImage;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Optional;

/** {@code whalebox inspect}, which takes a name for a container's before it takes it for an image's, and its kin. */
final class InspectCommand implements Command {
    private static final Flag<String> TYPE =
            Flag.text("type", "Look only among these: \"container\", \"image\" or \"volume\"");

    private static final Flag<Boolean> SIZE =
            Flag.toggle("size", "Show how large the files of containers are").shorthand('s');

    private enum Kind {
        CONTAINER,
        IMAGE,
        VOLUME
    }

    /** Each place to look in with how it is called. */
    private enum Scope {
        ALL("inspect", "NAME|ID [NAME|ID...]", "Show all that is known of containers, images and volumes"),
        CONTAINERS("container inspect", "CONTAINER [CONTAINER...]", "Show all that is known of containers"),
        IMAGES("image inspect", "IMAGE [IMAGE...]", "Show all that is known of images"),
        VOLUMES("volume inspect", "VOLUME [VOLUME...]", "Show all that is known of volumes");

        private final String name;
        private final String arguments;
        private final String summary;

        Scope(String name, String arguments, String summary) {
            this.name = name;
            this.arguments = arguments;
            this.summary = summary;
        }
    }

    private final Scope scope;

    private InspectCommand(Scope scope) {
        this.scope = scope;
    }

    static InspectCommand ofAll() {
        return new InspectCommand(Scope.ALL);
    }

    static InspectCommand ofContainers() {
        return new InspectCommand(Scope.CONTAINERS);
    }

    static InspectCommand ofImages() {
        return new InspectCommand(Scope.IMAGES);
    }

    static InspectCommand ofVolumes() {
        return new InspectCommand(Scope.VOLUMES);
    }

    @Override
    public List<String> names() {
        return List.of(scope.name);
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] " + scope.arguments;
    }

    @Override
    public String summary() {
        return scope.summary;
    }

    @Override
    public List<Flag<?>> flags() {
        return switch (scope) {
            case ALL -> List.of(Inspection.FORMAT, TYPE, SIZE);
            case CONTAINERS -> List.of(Inspection.FORMAT, SIZE);
            case IMAGES, VOLUMES -> List.of(Inspection.FORMAT);
        };
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<Kind> kind = switch (scope) {
            case ALL -> line.value(TYPE).map(InspectCommand::kind);
            case CONTAINERS -> Optional.of(Kind.CONTAINER);
            case IMAGES -> Optional.of(Kind.IMAGE);
            case VOLUMES -> Optional.of(Kind.VOLUME);
        };
        boolean sizes = line.isOn(SIZE);
        try (Engine engine = Store.open(console)) {
            return Inspection.print(line, console, name -> document(engine, kind, sizes, name));
        }
    }

    private static Kind kind(String text) {
        return switch (text) {
            case "container" -> Kind.CONTAINER;
            case "image" -> Kind.IMAGE;
            case "volume" -> Kind.VOLUME;
            default ->
                throw Strconv.invalid("unknown type: " + Strconv.quote(text)
                        + ": must be one of \"container\", \"image\", \"volume\"");
        };
    }

    private static Value document(Engine engine, Optional<Kind> kind, boolean sizes, String name) {
        if (kind.isPresent()) {
            return switch (kind.get()) {
                case CONTAINER -> container(engine, sizes, name);
                case IMAGE -> image(engine, name);
                case VOLUME -> volume(engine, name);
            };
        }
        return found(() -> container(engine, sizes, name))
                .or(() -> found(() -> image(engine, name)))
                .or(() -> found(() -> volume(engine, name)))
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.NOT_FOUND,
                        "no such object: " + name
                                + " (whalebox ps -a, whalebox images and whalebox volume ls list what is here)"));
    }

    private interface Search {
        Value run();
    }

    /** A name that one kind can't have may be another's. */
    private static Optional<Value> found(Search search) {
        try {
            return Optional.of(search.run());
        } catch (WhaleboxException e) {
            if (e.kind() == ErrorKind.NOT_FOUND
                    || String.valueOf(e.getMessage()).contains("invalid reference format")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Value container(Engine engine, boolean sizes, String name) {
        ContainerRecord container = engine.find(name);
        return ContainerDocument.of(engine, container, sizes);
    }

    private static Value volume(Engine engine, String name) {
        return VolumeRows.document(engine.volumes().get(name), engine);
    }

    private static Value image(Engine engine, String name) {
        ListedImage listed = engine.images().listed(engine.images().resolve(name));
        return ImageDocument.of(listed, engine.images());
    }
}
