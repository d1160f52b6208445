package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PidFdTest {
    private static final int SIGKILL = 9;

    @Test
    void aProcessIsSignalledAndItsEndAwaited() throws IOException, InterruptedException {
        Process child = new ProcessBuilder("sleep", "1000").start();
        try (PidFd process = PidFd.find((int) child.pid()).orElseThrow()) {
            assertThat(Poll.await(List.of(process.descriptor()), Poll.POLLIN, Duration.ZERO))
                    .isFalse();
            process.signal(SIGKILL);
            assertThat(Poll.await(List.of(process.descriptor()), Poll.POLLIN, Duration.ofMinutes(1)))
                    .isTrue();
            assertThat(child.waitFor()).isEqualTo(128 + SIGKILL);
            process.signal(SIGKILL);
        }
    }

    @Test
    void aNumberThatNoProcessHasIsNothingToFind() {
        int beyondEveryLimit = 1 << 22;
        assertThat(PidFd.find(beyondEveryLimit + 1)).isEmpty();
    }
}
