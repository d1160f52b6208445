package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.User;
import io.whalebox.storage.LayerStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsTest {
    @TempDir
    Path layer;

    @BeforeEach
    void anImageWithUsers() throws IOException {
        Files.createDirectories(layer.resolve("etc"));
        Files.writeString(layer.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                alice:x:1000:1000::/home/alice:/bin/sh
                1234:x:77:78::/home/number:/bin/sh
                broken line
                """);
        Files.writeString(layer.resolve("etc/group"), """
                root:x:0:
                wheel:x:10:root,alice
                users:x:100:
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "'',            0,    0,    '0,10',     /root",
        "alice,         1000, 1000, '1000,10',  /home/alice",
        "1000,          1000, 1000, '1000,10',  /home/alice",
        "alice:users,   1000, 100,  '100',      /home/alice",
        "alice:55,      1000, 55,   '55',       /home/alice",
        "4242,          4242, 0,    '0',        /",
        "4242:users,    4242, 100,  '100',      /",
        "1234,          77,   78,   '78',       /home/number",
        ":users,        0,    100,  '100',      /root",
    })
    void aUserIsFoundByNameOrNumber(String user, int uid, int gid, String groups, String home) {
        Accounts.Identity identity = accounts().identity(user, List.of());

        List<Integer> all =
                List.of(groups.split(",", -1)).stream().map(Integer::valueOf).toList();
        assertThat(identity).isEqualTo(new Accounts.Identity(new User(uid, gid, all), home));
    }

    @Test
    void furtherGroupsJoinTheOthers() {
        assertThat(accounts().identity("alice", List.of("users", "500")).user().groups())
                .containsExactly(1000, 10, 100, 500);
    }

    @ParameterizedTest
    @CsvSource({
        "bob,         unable to find user bob: no matching entries in passwd file",
        "-1,          unable to find user -1: no matching entries in passwd file",
        "alice:staff, unable to find group staff: no matching entries in group file",
    })
    void aNameThatIsNotListedIsRefusedInDockersWords(String user, String message) {
        assertThatThrownBy(() -> accounts().identity(user, List.of()))
                .isInstanceOf(WhaleboxException.class)
                .hasMessage(message);
    }

    @Test
    void anImageWithoutFilesHasRootAndNumbers() throws IOException {
        Files.delete(layer.resolve("etc/passwd"));
        Files.delete(layer.resolve("etc/group"));

        assertThat(accounts().identity("", List.of()).user()).isEqualTo(new User(0, 0, List.of(0)));
        assertThat(accounts().identity("7:8", List.of()).user()).isEqualTo(new User(7, 8, List.of(8)));
    }

    private Accounts accounts() {
        return Accounts.of(new LayerStack(List.of(layer)));
    }
}
