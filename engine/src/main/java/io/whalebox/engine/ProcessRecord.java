package io.whalebox.engine;

import io.avaje.jsonb.Json;
import io.whalebox.linux.RawText;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.Namespace;
import io.whalebox.runtime.Spec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a container's program may do and where it is, as it was resolved when it started
 * ({@code containers/ID/process.json}): the frame for further programs of that container.
 *
 * @param user as the user or the image named it
 * @param groups further ones, by name or number
 * @param env in Base64, since variables may be any bytes: {@code NAME=value} each, without what depends on the user
 *     or the terminal
 * @param workingDirectory in Base64 too
 * @param capabilities the kernel's mask
 * @param oomScoreAdj one number, or none for what its engine had
 * @param namespaces its own ones, by {@link Namespace}'s names
 * @param filter the system call filter in Base64; empty for none
 */
@Json
record ProcessRecord(
        String user,
        List<String> groups,
        List<String> env,
        String workingDirectory,
        long capabilities,
        boolean noNewPrivileges,
        List<Limit> limits,
        List<Integer> oomScoreAdj,
        List<String> namespaces,
        List<Mapping> uids,
        List<Mapping> gids,
        String filter,
        long filterFlags) {

    /** A limit of setrlimit(2). */
    @Json
    record Limit(String resource, long soft, long hard) {}

    /** A line of a user namespace's map. */
    @Json
    record Mapping(long container, long host, long size) {}

    ProcessRecord {
        groups = List.copyOf(groups);
        env = List.copyOf(env);
        limits = List.copyOf(limits);
        oomScoreAdj = List.copyOf(oomScoreAdj);
        namespaces = List.copyOf(namespaces);
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** Of a container as it was resolved. */
    static ProcessRecord of(String user, List<String> groups, List<String> env, Spec spec) {
        Spec.Program program = spec.program();
        Optional<Spec.Filter> filter = spec.protection().seccomp();
        return new ProcessRecord(
                user,
                groups,
                env.stream().map(ProcessRecord::encode).toList(),
                encode(program.cwd()),
                program.capabilities().mask(),
                program.noNewPrivileges(),
                program.rlimits().stream()
                        .map(limit -> new Limit(limit.type().name(), limit.soft(), limit.hard()))
                        .toList(),
                program.oomScoreAdj().stream().boxed().toList(),
                spec.isolation().fresh().stream().map(Namespace::name).toList(),
                mappings(spec.isolation().uidMappings()),
                mappings(spec.isolation().gidMappings()),
                filter.map(it -> Base64.getEncoder().encodeToString(it.bytes())).orElse(""),
                filter.map(Spec.Filter::flags).orElse(0L));
    }

    private static List<Mapping> mappings(List<Spec.IdMapping> mappings) {
        return mappings.stream()
                .map(it -> new Mapping(it.container(), it.host(), it.size()))
                .toList();
    }

    private static List<Spec.IdMapping> idMappings(List<Mapping> mappings) {
        return mappings.stream()
                .map(it -> new Spec.IdMapping(it.container(), it.host(), it.size()))
                .toList();
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(RawText.bytes(text));
    }

    private static String decode(String text) {
        return RawText.of(Base64.getDecoder().decode(text));
    }

    /** A further program. */
    Spec.Program program(ExecSpec wanted, Accounts.Identity identity) {
        Environment environment = new Environment();
        environment.add(env.stream().map(ProcessRecord::decode).toList());
        if (wanted.terminal().isPresent()) {
            environment.setDefault("TERM", "xterm");
        }
        environment.add(wanted.env());
        environment.setDefault("HOME", identity.home());
        return new Spec.Program(
                wanted.command(),
                environment.list(),
                wanted.workingDirectory().orElseGet(() -> decode(workingDirectory)),
                identity.user(),
                wanted.privileged()
                        ? CapabilitySet.ALL.within(CapabilitySet.bounding()).given()
                        : new CapabilitySet(capabilities),
                limits.stream()
                        .map(it -> new Spec.Rlimit(Spec.Rlimit.Resource.valueOf(it.resource()), it.soft(), it.hard()))
                        .toList(),
                noNewPrivileges,
                oomScoreAdj.stream().mapToInt(Integer::intValue).findFirst(),
                wanted.terminal(),
                false);
    }

    Spec.Isolation isolation() {
        return new Spec.Isolation(
                namespaces.stream().map(Namespace::valueOf).toList(), idMappings(uids), idMappings(gids));
    }

    Optional<Spec.Filter> seccomp() {
        return filter.isEmpty()
                ? Optional.empty()
                : Optional.of(Spec.Filter.of(Base64.getDecoder().decode(filter), filterFlags));
    }
}
