package io.whalebox.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every command there is. */
final class CommandTable {
    /** Groups and what their help says. */
    static final Map<String, String> GROUPS = new TreeMap<>(Map.of(
            "completion", "Teach shells to complete command lines",
            "container", "Manage containers",
            "engine", "Manage the engine",
            "image", "Manage images",
            "manifest", "Look at manifests",
            "network", "Manage networks",
            "system", "Manage the store as a whole",
            "volume", "Manage volumes"));

    private static final List<Command> ALL = List.of(
            new RunCommand(),
            new CreateCommand(),
            new StartCommand(),
            ContainersCommand.RESTART,
            new ExecCommand(),
            new PsCommand(),
            new RmCommand(),
            new CommitCommand(),
            new CopyCommand(),
            new ContainerPruneCommand(),
            new DiffCommand(),
            new DiskUsageCommand(),
            new EventsCommand(),
            new ExportCommand(),
            new HistoryCommand(),
            new ImagesCommand(),
            new ImagePruneCommand(),
            InspectCommand.ofAll(),
            InspectCommand.ofContainers(),
            InspectCommand.ofImages(),
            InspectCommand.ofVolumes(),
            new ImportCommand(),
            new LoadCommand(),
            new LoginCommand(),
            new LogoutCommand(),
            new ManifestInspectCommand(),
            new NetworkCreateCommand(),
            new NetworkListCommand(),
            NetworkCommands.INSPECT,
            NetworkCommands.CONNECT,
            NetworkCommands.DISCONNECT,
            NetworkCommands.REMOVE,
            NetworkCommands.PRUNE,
            new PortCommand(),
            new PullCommand(),
            new PushCommand(),
            new SearchCommand(),
            new RmiCommand(),
            new SaveCommand(),
            new SystemPruneCommand(),
            new StatsCommand(),
            new TagCommand(),
            new TopCommand(),
            new InfoCommand(),
            new VersionCommand(),
            new AttachCommand(),
            ContainersCommand.KILL,
            new LogsCommand(),
            ContainersCommand.PAUSE,
            new RenameCommand(),
            ContainersCommand.STOP,
            ContainersCommand.UNPAUSE,
            new UpdateCommand(),
            new VolumeCreateCommand(),
            new VolumeListCommand(),
            new VolumePruneCommand(),
            new VolumeRemoveCommand(),
            new WaitCommand(),
            EngineCommands.START,
            EngineCommands.STOP,
            EngineCommands.STATUS,
            new ServeCommand(),
            CompletionCommands.BASH,
            CompletionCommands.ZSH,
            CompletionCommands.FISH,
            new CompletionCommands.Words());

    private CommandTable() {}

    static List<Command> all() {
        return ALL;
    }

    static Optional<Command> find(String name) {
        return ALL.stream().filter(command -> command.names().contains(name)).findFirst();
    }
}
