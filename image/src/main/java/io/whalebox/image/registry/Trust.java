package io.whalebox.image.registry;

import io.whalebox.image.registry.HostSettings.ClientKey;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who is believed to be a registry: whoever one of several lists of authorities vouches for. The JVM's own list comes
 * first, since it is loaded fast; the distribution's, where a company's authority may have been added, only if that
 * one doesn't do.
 */
final class Trust extends X509ExtendedTrustManager {
    private static final List<Path> DISTRIBUTIONS =
            List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

    private final List<Supplier<X509ExtendedTrustManager>> lists;

    private Trust(List<Supplier<X509ExtendedTrustManager>> lists) {
        this.lists = List.copyOf(lists);
    }

    /** How TLS is to be spoken with a registry. */
    static SSLContext context(HostSettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings.client()), new TrustManager[] {manager(settings)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustManager manager(HostSettings settings) {
        if (settings.insecure()) {
            return new Anyone();
        }
        List<Supplier<X509ExtendedTrustManager>> lists = new ArrayList<>();
        if (!settings.authorities().isEmpty()) {
            lists.add(() ->
                    of(settings.authorities().stream().<Certificate>flatMap(file -> Pem.certificates(file).stream())));
        }
        lists.add(() -> of((KeyStore) null));
        DISTRIBUTIONS.stream()
                .filter(Files::exists)
                .findFirst()
                .ifPresent(file ->
                        lists.add(() -> of(Pem.certificates(file).stream().map(Certificate.class::cast))));
        return new Trust(lists);
    }

    private static X509ExtendedTrustManager of(Stream<Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            List<Certificate> all = certificates.toList();
            for (int i = 0; i < all.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), all.get(i));
            }
            return of(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509ExtendedTrustManager of(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Stream.of(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyManager[] keys(Optional<ClientKey> client) throws GeneralSecurityException {
        if (client.isEmpty()) {
            return new KeyManager[0];
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry(
                    "client",
                    Pem.key(client.get().key()),
                    new char[0],
                    Pem.certificates(client.get().certificate()).toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Check {
        void by(X509ExtendedTrustManager list) throws CertificateException;
    }

    private void anyOf(Check check) throws CertificateException {
        CertificateException last = new CertificateException("there are no authorities");
        for (Supplier<X509ExtendedTrustManager> list : lists) {
            try {
                check.by(list.get());
                return;
            } catch (CertificateException e) {
                last = e;
            }
        }
        throw last;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        anyOf(list -> list.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        anyOf(list -> list.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        anyOf(list -> list.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    /** For registries that somebody has declared insecure: whoever answers is taken for them. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
