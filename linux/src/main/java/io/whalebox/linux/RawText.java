package io.whalebox.linux;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text that came from the kernel and goes back to it: arguments, variables, paths. The kernel takes any bytes but
 * zero; most are UTF-8, and those that are not must come through as they are. Each byte that is no part of UTF-8
 * becomes a lone surrogate, U+DC80 to U+DCFF, which no UTF-8 can stand for, and becomes that byte again.
 */
public final class RawText {
    /** What the byte 0x00 would become. */
    private static final char FOREIGN = '\udc00';

    private RawText() {}

    /** The text of these bytes. */
    public static String of(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        try {
            return decoder.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return withForeignBytes(bytes, decoder);
        }
    }

    private static String withForeignBytes(byte[] bytes, CharsetDecoder decoder) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        decoder.reset();
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (FOREIGN + (in.get() & 0xff)));
            }
            decoder.reset();
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    /** The bytes of this text. */
    public static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isForeign(text.charAt(i))) {
                return encode(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encode(String text) {
        byte[] bytes = new byte[3 * text.length()];
        int length = 0;
        int at = 0;
        while (at < text.length()) {
            // The lower half of a pair is part of a character, and read with the upper one.
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (isForeign(character)) {
                bytes[length++] = (byte) (character - FOREIGN);
            } else {
                byte[] encoded = Character.toString(character).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(encoded, 0, bytes, length, encoded.length);
                length += encoded.length;
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    /** The same with {@code \xNN} for each byte that is no part of UTF-8, for places that take characters only. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (isForeign(character)) {
                shown.append("\\x").append(Integer.toHexString(character - FOREIGN));
            } else {
                shown.appendCodePoint(character);
            }
        });
        return shown.toString();
    }

    /** Whether this stands for a byte that is no part of UTF-8; the byte is its lowest eight bits. */
    public static boolean isForeign(int character) {
        return character >= FOREIGN + 0x80 && character <= FOREIGN + 0xff;
    }
}
