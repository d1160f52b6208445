package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that reads ahead shares its stream with whoever goes on with it afterwards. */
@Timeout(30)
class ReadAheadTest {
    /** Says of the read that was under way when the reader was closed whether it was interrupted. */
    private static final class SlowStream extends InputStream {
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        private final CompletableFuture<Thread> reader = new CompletableFuture<>();

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            reader.complete(Thread.currentThread());
            reading.countDown();
            try {
                goOn.await();
                interrupted.complete(Thread.interrupted());
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return length;
        }
    }

    @Test
    void closingLetsTheReadThatIsUnderWayEndAndNoOtherBegins() throws Exception {
        SlowStream stream = new SlowStream();
        ReadAhead ahead = new ReadAhead(stream);
        stream.reading.await();

        ahead.close();

        stream.goOn.countDown();
        assertThat(stream.interrupted.get()).isFalse();
        assertThat(stream.reader.get().join(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void closingEndsAThreadThatWaitsForABuffer() throws Exception {
        SlowStream stream = new SlowStream();
        stream.goOn.countDown();
        ReadAhead ahead = new ReadAhead(stream);
        Thread reader = stream.reader.get();
        while (reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        ahead.close();

        assertThat(reader.join(Duration.ofSeconds(20))).isTrue();
    }
}
