package io.whalebox.examples;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import io.whalebox.engine.RunningContainer;
import io.whalebox.engine.Streams;
import io.whalebox.image.Image;
import io.whalebox.image.Reference;
import io.whalebox.image.RootFsImport;
import io.whalebox.storage.UnpackLimits;
import java.nio.file.Path;
import java.util.Optional;

/** A container from nothing but a tar of a root file system, plain or compressed. */
public final class FromTar {
    private FromTar() {}

    public static void main(String[] args) {
        Path tar = Path.of(args[0]);
        try (Engine engine = Engine.open(Home.of(System.getenv()))) {
            Image image = new RootFsImport(engine.images(), UnpackLimits.DEFAULT)
                    .importFrom(tar, RootFsImport.Options.of(Optional.of(Reference.parse("from-tar"))));
            System.out.println("imported " + image.layers().size() + " layer");
            ContainerSpec spec = ContainerSpec.of("from-tar")
                    .command("sh", "-c", "echo \"hello from $(cat /etc/greeting)\"")
                    .autoRemove(true)
                    .build();
            try (Streams streams = Streams.inherited();
                    RunningContainer container = engine.run(spec, streams)) {
                System.out.println("exit status " + container.await().exitStatus());
            }
        }
    }
}
