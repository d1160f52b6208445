package io.whalebox.cli;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.Registries;
import io.whalebox.image.registry.RemoteManifest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** {@code whalebox manifest inspect}: what a name means at its registry, without pulling it. */
final class ManifestInspectCommand implements Command {
    private static final Flag<Boolean> VERBOSE = Flag.toggle(
                    "verbose", "Print each image of an index with its platform and digest")
            .shorthand('v');
    private static final Flag<Boolean> INSECURE =
            Flag.toggle("insecure", "Accept plain HTTP, or a certificate that can't be verified");

    @Override
    public List<String> names() {
        return List.of("manifest inspect");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] MANIFEST";
    }

    @Override
    public String summary() {
        return "Show an image manifest or an index";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(INSECURE, VERBOSE);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Reference name = Reference.parse(line.arguments().getFirst());
        try (Registries registries = line.isOn(INSECURE)
                ? Registries.insecure(console.environment().variables(), name.domain())
                : Registries.of(console.environment().variables())) {
            if (line.isOn(VERBOSE)) {
                List<RemoteManifest> images = RemoteManifest.images(registries, name);
                String all =
                        images.stream().map(ManifestInspectCommand::verbose).collect(Collectors.joining(","));
                console.out().println(IndentedJson.of(images.size() == 1 ? all : "[" + all + "]"));
            } else {
                console.out()
                        .println(IndentedJson.of(
                                RemoteManifest.of(registries, name).json()));
            }
        }
        return 0;
    }

    private static String verbose(RemoteManifest manifest) {
        String type = manifest.descriptor().mediaType();
        String platform = manifest.descriptor()
                .platform()
                .map(known -> ",\"platform\":{\"architecture\":" + quoted(known.architecture()) + ",\"os\":"
                        + quoted(known.os())
                        + known.variant()
                                .map(variant -> ",\"variant\":" + quoted(variant))
                                .orElse("") + "}")
                .orElse("");
        return "{\"Ref\":" + quoted(manifest.name().toString()) + ",\"Descriptor\":{\"mediaType\":" + quoted(type)
                + ",\"digest\":" + quoted(manifest.descriptor().digest().toString()) + ",\"size\":"
                + manifest.descriptor().size() + platform + "},\"Raw\":"
                + quoted(Base64.getEncoder().encodeToString(manifest.json().getBytes(StandardCharsets.UTF_8)))
                + ",\"" + (type.contains("oci") ? "OCIManifest" : "SchemaV2Manifest") + "\":" + manifest.json() + "}";
    }

    private static String quoted(String text) {
        return Strconv.quote(text);
    }
}
