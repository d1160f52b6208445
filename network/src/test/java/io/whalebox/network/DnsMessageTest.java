package io.whalebox.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.network.DnsMessage.Question;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions as programs ask them, and whatever else may arrive. */
class DnsMessageTest {
    private static byte[] query(String name, int type) {
        ByteBuffer query = ByteBuffer.allocate(512);
        query.putShort((short) 0x1234)
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0);
        for (String label : name.split("\\.", -1)) {
            query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.put((byte) 0).putShort((short) type).putShort((short) 1);
        byte[] bytes = new byte[query.position()];
        query.get(0, bytes);
        return bytes;
    }

    @Test
    void aQuestionIsRead() {
        byte[] query = query("Web.Home", DnsMessage.TYPE_A);

        assertThat(DnsMessage.question(query))
                .contains(new Question(0x1234, 0x0100, "web.home", DnsMessage.TYPE_A, query.length));
    }

    @Test
    void whateverElseArrivesIsNoQuestion() {
        byte[] query = query("web", DnsMessage.TYPE_A);
        Random random = new Random(1);
        for (int length = 0; length < query.length; length++) {
            assertThat(DnsMessage.question(Arrays.copyOf(query, length))).isEmpty();
        }
        for (int i = 0; i < 10_000; i++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            // It ends, without an exception.
            var _ = DnsMessage.question(noise);
        }
        byte[] answer = query.clone();
        answer[2] |= (byte) 0x80;
        assertThat(DnsMessage.question(answer)).isEmpty();
    }

    @Test
    void addressesOfTheFamilyThatWasAskedForAreAnswered() {
        List<IpAddress> both = List.of(IpAddress.parse("10.1.0.2"), IpAddress.parse("fd00::2"));
        byte[] query = query("web", DnsMessage.TYPE_A);
        byte[] answer = DnsMessage.addresses(query, DnsMessage.question(query).orElseThrow(), both);

        assertThat(answer).hasSize(query.length + 16).endsWith(10, 1, 0, 2);
        assertThat(ByteBuffer.wrap(answer).getShort(2)).as("flags").isEqualTo((short) 0x8180);
        assertThat(ByteBuffer.wrap(answer).getShort(6)).as("answers").isEqualTo((short) 1);

        byte[] six = query("web", DnsMessage.TYPE_AAAA);
        assertThat(DnsMessage.addresses(six, DnsMessage.question(six).orElseThrow(), both))
                .hasSize(six.length + 28);
        assertThat(DnsMessage.addresses(six, DnsMessage.question(six).orElseThrow(), both.subList(0, 1)))
                .as("none of that kind, and no error")
                .hasSize(six.length);
    }

    @ParameterizedTest
    @CsvSource({
        "2.0.17.172.in-addr.arpa, 172.17.0.2",
        "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.7.d.f.ip6.arpa, fd77::2"
    })
    void aReversedNameIsAnAddress(String name, String address) {
        assertThat(DnsMessage.reversed(name)).contains(IpAddress.parse(address));
    }

    @Test
    void anAnswerThatIsTooLongSaysThatThereIsMore() {
        byte[] query = query("crowd", DnsMessage.TYPE_A);
        List<IpAddress> crowd = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> IpAddress.parse("10.1.0." + i))
                .toList();

        byte[] fitted = DnsMessage.fit(
                DnsMessage.addresses(query, DnsMessage.question(query).orElseThrow(), crowd), 512);

        assertThat(fitted).hasSize(query.length);
        assertThat(fitted[2] & 2).as("truncated").isEqualTo(2);
        assertThat(ByteBuffer.wrap(fitted).getShort(6)).isZero();
    }
}
