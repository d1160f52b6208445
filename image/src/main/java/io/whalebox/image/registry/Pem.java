package io.whalebox.image.registry;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys from PEM files (RFC 7468), as OpenSSL writes them. */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

    // What a PKCS #8 key (RFC 5958) begins with: its version 0, and which algorithm the rest is for.
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };
    private static final byte[] EC_PUBLIC_KEY = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;
    private static final byte OBJECT_IDENTIFIER = 6;
    /** Of a key by SEC 1 (RFC 5915): the field with the curve. */
    private static final byte PARAMETERS = (byte) 0xa0;

    private Pem() {}

    /** All certificates of a file. */
    static Collection<? extends Certificate> certificates(Path file) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        } catch (IOException | CertificateException e) {
            throw unusable(file, e);
        }
    }

    /** The private key of a file: unencrypted, of any kind that TLS knows. */
    static PrivateKey key(Path file) {
        try {
            Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (!matcher.find()) {
                throw new InvalidKeySpecException("it has no unencrypted private key");
            }
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            byte[] pkcs8 = switch (matcher.group(1)) {
                case "RSA " -> tagged(SEQUENCE, VERSION, RSA, tagged(OCTETS, der));
                case "EC " ->
                    tagged(SEQUENCE, VERSION, tagged(SEQUENCE, EC_PUBLIC_KEY, curve(der)), tagged(OCTETS, der));
                default -> der;
            };
            return key(pkcs8);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(file, e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // It is of another kind, then.
                Loggers.named("io.whalebox.image.registry")
                        .log(System.Logger.Level.TRACE, "not a key for {0}: {1}", algorithm, e.getMessage());
            }
        }
        throw new InvalidKeySpecException("it is of an unknown kind");
    }

    /** The curve's identifier, which SEC 1 keeps at the end and PKCS #8 at the beginning. */
    private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
        for (int i = 0; i + 3 < sec1.length; i++) {
            int length = sec1[i + 1];
            if (sec1[i] == PARAMETERS
                    && sec1[i + 2] == OBJECT_IDENTIFIER
                    && length == sec1[i + 3] + 2
                    && i + 2 + length <= sec1.length) {
                return Arrays.copyOfRange(sec1, i + 2, i + 2 + length);
            }
        }
        throw new InvalidKeySpecException("it doesn't say its curve");
    }

    /** One element of DER (X.690): a tag, a length, the parts one after another. */
    private static byte[] tagged(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static WhaleboxException unusable(Path file, Exception why) {
        return new WhaleboxException(
                ErrorKind.PRECONDITION, "cannot use " + file + ": " + why.getMessage() + ": check the file", why);
    }
}
