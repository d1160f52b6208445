package io.whalebox.engine;

import io.whalebox.network.EndpointSpec;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes to the networks that a container is on whenever it runs. */
record StandingNetworks(Engine engine, ContainerRecord container) {
    /**
     * Makes a change, and writes it down.
     *
     * @param change what was wanted until now becomes what is wanted from now on; throws when that cannot be
     * @param atOnce what has to be done if the container runs
     */
    void change(UnaryOperator<List<EndpointSpec>> change, Runnable atOnce) {
        Optional<ContainerHold.Held> held = new ContainerHold(engine, container.id()).take();
        if (held.isPresent()) {
            try (Ownership.Mark _ = held.get().mark()) {
                engine.containerStore().save(changed(held.get().record(), change));
            }
        } else {
            ContainerConfig changed = changed(engine.find(container.id()), change);
            atOnce.run();
            engine.containerStore().save(changed);
        }
    }

    private static ContainerConfig changed(ContainerRecord record, UnaryOperator<List<EndpointSpec>> change) {
        NetworkSpec network = record.spec().isolation().network();
        NetworkMode.Attached attached = (NetworkMode.Attached) network.mode();
        NetworkMode.Attached now = new NetworkMode.Attached(change.apply(attached.endpoints()));
        return record.config().with(record.spec().with(network.with(now)));
    }
}
