package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Pipe;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.WindowSize;
import io.whalebox.runtime.MonitorConnection.Detached;
import io.whalebox.runtime.MonitorConnection.Exited;
import io.whalebox.runtime.MonitorConnection.Lost;
import io.whalebox.runtime.MonitorConnection.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' streams and a monitored container's: needs root and a static busybox. */
class MonitorAttachTest {
    private static final Exited WELL = new Exited(new WaitStatus(0));
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final String CTRL_P = "\020";
    private static final String CTRL_Q = "\021";

    @TempDir
    Path directory;

    private MonitoredBox box;

    @BeforeEach
    void makeBox() throws IOException {
        box = new MonitoredBox(directory);
    }

    @AfterEach
    void endBox() {
        if (box != null) {
            box.close();
        }
    }

    @Test
    void whoeverIsAttachedFromTheStartMissesNothingOfAContainerThatEndsAtOnce() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (MonitorUser user = new MonitorUser()) {
                MonitoredProcess process = box.start("echo hello", user.watching());
                user.sent();

                assertThat(process.await()).isEqualTo(WELL);
                assertThat(user.connection.await()).isEqualTo(WELL);
                assertThat(user.screen.text()).isEqualTo("hello\n");
                process.close();
            }
        }
    }

    @Test
    void standardErrorGoesWhereItIsSent() throws IOException {
        try (Pipe output = Pipe.open();
                Pipe error = Pipe.open()) {
            MonitoredProcess process = box.start(
                    "echo one; echo two >&2",
                    Attachment.of().output(output.write()).error(error.write()));
            output.write().close();
            error.write().close();

            assertThat(process.await()).isEqualTo(WELL);
            assertThat(new Reader(output.read()).text()).isEqualTo("one\n");
            assertThat(new Reader(error.read()).text()).isEqualTo("two\n");
        }
    }

    @Test
    void whoeverIsAttachedLaterGetsNothingThatWasWrittenBefore() throws IOException {
        MonitoredProcess process = box.startAndGetReady("trap 'echo late; exit' TERM; echo ready; while :; do :; done");
        try (MonitorUser user = new MonitorUser()) {
            assertThat(process.connection().attach(user.watching())).isTrue();
            user.sent();
            process.connection().signal(SIGTERM);

            assertThat(user.screen.text()).isEqualTo("late\n");
        }
    }

    @Test
    void allWhoAreAttachedGetAll() throws IOException {
        try (MonitorUser first = new MonitorUser();
                MonitorUser second = new MonitorUser()) {
            MonitoredProcess process = box.input().start("exec cat", first.attachment(), second.attachment());
            first.sent();
            second.sent();

            first.type("one\n");
            assertThat(second.screen.line()).isEqualTo("one");
            second.type("two\n");
            assertThat(second.screen.line()).isEqualTo("two");
            process.connection().closeInput();

            assertThat(first.screen.text()).isEqualTo("one\ntwo\n");
            assertThat(process.await()).isEqualTo(WELL);
        }
    }

    @Test
    void whoeverStopsReadingIsForgotten() throws IOException {
        try (MonitorUser gone = new MonitorUser();
                MonitorUser other = new MonitorUser()) {
            MonitoredProcess process =
                    box.input().start("read line; busybox yes | head -c 1000000", gone.watching(), other.attachment());
            gone.sent();
            gone.output.read().close();
            other.sent();
            other.type("go on\n");

            assertThat(other.screen.all()).hasSize(1_000_000);
            assertThat(gone.connection.await()).isEqualTo(WELL);
            assertThat(process.await()).isEqualTo(WELL);
        }
    }

    @Test
    void whoeverIsSlowHoldsBackTheContainerButNeitherSignalsNorTheEnd() throws IOException {
        try (MonitorUser slow = new MonitorUser()) {
            MonitoredProcess process = box.input().start("echo begin; exec busybox yes", slow.watching());
            slow.sent();
            assertThat(slow.screen.line()).isEqualTo("begin");

            process.connection().signal(SIGKILL);

            assertThat(process.await()).isEqualTo(new Exited(new WaitStatus(SIGKILL)));
            assertThat(box.locked()).isFalse();
            assertThat(box.exit()).isPresent();
            // The rest is still delivered, to the byte.
            byte[] recorded = LogEntry.bytes(box.entries(), "stdout");
            assertThat("begin\n" + slow.screen.text()).isEqualTo(new String(recorded, StandardCharsets.US_ASCII));
            assertThat(slow.connection.await()).isEqualTo(new Exited(new WaitStatus(SIGKILL)));
        }
    }

    /** Without a log, output goes from pipe to pipe within the kernel, as long as nobody else wants it. */
    @Test
    void unrecordedOutputIsWholeForTheSlowToo() throws IOException {
        String script = "i=0; while [ $i -lt 40000 ]; do echo $i; i=$((i + 1)); done; read line; echo end";
        try (MonitorUser slow = new MonitorUser();
                MonitorUser second = new MonitorUser()) {
            MonitoredProcess process = box.log(new Monitored.Log.None()).input().start(script, slow.watching());
            slow.sent();
            assertThat(slow.screen.line()).isEqualTo("0");

            // More than the pipes hold is on its way when another one comes, who gets what is not yet gone.
            assertThat(process.connection().attach(second.attachment())).isTrue();
            second.sent();
            AtomicReference<String> rest = new AtomicReference<>("");
            Thread reading = Thread.ofPlatform().start(() -> rest.set(second.screen.text()));
            second.type("\n");

            String expected = IntStream.range(1, 40000).mapToObj(i -> i + "\n").collect(Collectors.joining());
            assertThat(slow.screen.text()).isEqualTo(expected + "end\n");
            reading.join();
            assertThat(rest.get()).endsWith("end\n");
            assertThat(expected + "end\n").endsWith(rest.get());
            assertThat(process.await()).isEqualTo(WELL);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void inputEndsWithTheAttachmentThatWasToBeItsOnlyOne() throws IOException {
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process =
                    box.input().start("exec cat", user.watching().inputOnce(user.input.read()));
            user.sent();
            user.type("last words");
            user.input.write().close();

            assertThat(user.screen.text()).isEqualTo("last words");
            assertThat(process.await()).isEqualTo(WELL);
        }
    }

    @Test
    void inputEndsAlsoWithTheConnectionOfThatAttachment() throws IOException {
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process =
                    box.input().start("exec cat", user.watching().inputOnce(user.input.read()));
            user.sent();
            user.connection.close();

            assertThat(process.await()).isEqualTo(WELL);
        }
    }

    @Test
    void inputOtherwiseStaysOpenForTheNext() throws IOException {
        MonitoredProcess process = box.input().start("exec cat");
        for (String words : new String[] {"one\n", "two\n"}) {
            try (MonitorUser user = new MonitorUser()) {
                assertThat(process.connection().attach(user.attachment())).isTrue();
                user.sent();
                user.type(words);
                assertThat(user.screen.until("\n")).isEqualTo(words);
            }
        }
        process.connection().closeInput();

        assertThat(process.await()).isEqualTo(WELL);
        assertThat(LogEntry.bytes(box.entries(), "stdout")).asString().isEqualTo("one\ntwo\n");
    }

    @Test
    void muchGoesThroughUnchanged() throws Exception {
        byte[] much = new byte[20_000_000];
        new Random(1).nextBytes(much);
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process = box.log(new Monitored.Log.None())
                    .input()
                    .start("exec cat", user.watching().inputOnce(user.input.read()));
            user.sent();
            Thread typing = Thread.ofPlatform().start(() -> {
                user.input.write().write(much);
                user.input.write().close();
            });

            assertThat(user.screen.all()).isEqualTo(much);
            typing.join();
            assertThat(process.await()).isEqualTo(WELL);
        }
    }

    @Test
    void aUsersDescriptorsStayAsTheyAre() throws IOException {
        try (MonitorUser user = new MonitorUser();
                Fd terminalOfUser = user.output.write().duplicate(3)) {
            MonitoredProcess process = box.input().start("exec cat", user.attachment());
            user.type("hello\n");
            assertThat(user.screen.line()).isEqualTo("hello");

            for (Fd descriptor : new Fd[] {user.input.read(), terminalOfUser}) {
                String about = Files.readString(Path.of("/proc/self/fdinfo/" + descriptor.number()));
                int nonblocking = 04000;
                String flags = about.lines()
                        .filter(line -> line.startsWith("flags:"))
                        .findFirst()
                        .orElseThrow();
                assertThat(Integer.parseInt(flags.replaceAll("[^0-7]", ""), 8) & nonblocking)
                        .isZero();
            }
            assertThat(process.connection().status()).isInstanceOf(Running.class);
        }
    }

    @Test
    void aSocketIsAStreamToo() throws IOException {
        ControlSocket.Pair socket = ControlSocket.pair();
        try (ControlSocket ours = socket.ours();
                Fd theirs = socket.theirs()) {
            MonitoredProcess process = box.start("echo hello", Attachment.of().output(theirs));

            assertThat(process.await()).isEqualTo(WELL);
            byte[] packet = new byte[6];
            ours.receive().bytes().get(packet);
            assertThat(packet).asString().isEqualTo("hello\n");
        }
    }

    @Test
    void aProgramThatIsNotRootOpensItsStreamsByName() throws IOException {
        var _ = box.user(1000).start("echo hello >/proc/self/fd/1").await();

        assertThat(box.entries()).extracting(LogEntry::text).containsExactly("hello");
    }

    @Test
    void keysDetachAlsoWhenTheyComeOneByOne() throws IOException {
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process =
                    box.input().start("exec cat", user.attachment().keys(DetachKeys.DEFAULT));
            user.sent();
            user.type("a" + CTRL_P);
            assertThat(user.screen.some(1)).asString().isEqualTo("a");
            user.type(CTRL_Q);

            assertThat(user.connection.await()).isEqualTo(new Detached());
            assertThat(process.connection().status()).isInstanceOf(Running.class);
            process.connection().closeInput();
            assertThat(process.await()).isEqualTo(WELL);
            assertThat(LogEntry.bytes(box.entries(), "stdout")).asString().isEqualTo("a");
        }
    }

    @Test
    void keysThatWereNotTheSequenceArePassedOn() throws IOException {
        String keys = "aab";
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process =
                    box.input().start("exec cat", user.attachment().keys(DetachKeys.of("a,a,b")));
            user.sent();
            user.type("axaa");
            assertThat(user.screen.until("x")).isEqualTo("ax");
            user.type("a");
            assertThat(user.screen.some(1)).asString().isEqualTo("a");
            user.type(keys.substring(2) + "never seen");

            assertThat(user.connection.await()).isEqualTo(new Detached());
            process.connection().closeInput();
            assertThat(process.await()).isEqualTo(WELL);
            assertThat(LogEntry.bytes(box.entries(), "stdout")).asString().isEqualTo("axa");
        }
    }

    @Test
    void aTerminalIsTheContainersOwnAndHasTheSizeThatItIsGiven() throws IOException {
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process =
                    box.terminal().start("stty size; read line; stty size; echo got $line", user.attachment());
            user.sent();
            assertThat(user.screen.until("\r\n")).isEqualTo("24 80\r\n");
            user.connection.resize(new WindowSize(30, 100));
            assertThat(user.connection.status()).isInstanceOf(Running.class);
            user.type("it\n");

            assertThat(user.screen.text()).isEqualTo("it\r\n30 100\r\ngot it\r\n");
            assertThat(process.await()).isEqualTo(WELL);
            assertThat(LogEntry.bytes(box.entries(), "stdout")).asString().endsWith("got it\r\n");
        }
    }

    @Test
    void aTerminalOutlivesAProgramThatClosesIt() throws IOException {
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process = box.terminal()
                    .start("exec <&- >&- 2>&-; exec </dev/pts/0 >/dev/pts/0; echo back; exit 3", user.attachment());
            user.sent();

            assertThat(user.screen.text()).isEqualTo("back\r\n");
            assertThat(process.await()).isEqualTo(new Exited(new WaitStatus(3 << 8)));
        }
    }

    @Test
    void detachingFromATerminalLeavesItToTheNext() throws IOException {
        try (MonitorUser first = new MonitorUser();
                MonitorUser second = new MonitorUser()) {
            MonitoredProcess process = box.terminal()
                    .start(
                            "echo here; read line; echo $line",
                            first.attachment().keys(DetachKeys.DEFAULT));
            first.sent();
            assertThat(first.screen.line()).startsWith("here");
            first.type(CTRL_P + CTRL_Q);
            assertThat(first.connection.await()).isEqualTo(new Detached());

            assertThat(process.connection().attach(second.attachment())).isTrue();
            second.sent();
            second.type("later\n");

            assertThat(second.screen.text()).isEqualTo("later\r\nlater\r\n");
            assertThat(first.screen.text()).isEmpty();
        }
    }

    @Test
    void aUserWithAConnectionNeedsNoEngine() throws IOException {
        try (MonitorUser user = new MonitorUser()) {
            MonitoredProcess process =
                    box.start("trap 'echo bye; exit 9' TERM; echo ready; while :; do :; done", user.watching());
            user.sent();
            process.close();
            assertThat(user.screen.line()).isEqualTo("ready");
            user.connection.signal(SIGTERM);

            assertThat(user.screen.text()).isEqualTo("bye\n");
            assertThat(user.connection.await()).isEqualTo(new Exited(new WaitStatus(9 << 8)));
            var _ = Processes.await(process.monitor());
        }
    }

    @Test
    void aConnectionHasOneAttachment() throws IOException {
        MonitoredProcess process = box.input().start("exec cat");
        try (Pipe output = Pipe.open()) {
            assertThat(process.connection().attach(Attachment.of().output(output.write())))
                    .isTrue();

            assertThatThrownBy(() -> process.connection().attach(Attachment.of().output(output.write())))
                    .isInstanceOf(WhaleboxException.class)
                    .hasMessage("could not attach to the container: device or resource busy");
        }
    }

    @Test
    void aContainerMayCloseItsStreams() throws IOException {
        assertThat(box.start("exec >&- 2>&-; exit 4").await()).isEqualTo(new Exited(new WaitStatus(4 << 8)));
    }

    @Test
    void theEndDoesNotWaitForThoseWhoKeepTheStreamsOpen() throws IOException {
        MonitoredProcess process = box.hostPids().start("sleep 1000 & echo $!; exit 2");

        assertThat(process.await()).isEqualTo(new Exited(new WaitStatus(2 << 8)));

        String orphan = box.entries().getFirst().text();
        Processes.kill(Integer.parseInt(orphan), SIGKILL);
        assertThat(process.connection().await()).isNotEqualTo(new Lost());
    }
}
