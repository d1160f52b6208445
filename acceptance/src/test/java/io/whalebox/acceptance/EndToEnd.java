package io.whalebox.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A class of tests that run the real command as root, in a network namespace that is their host. Its constructor and methods may ask for a {@link Whalebox}, whose
 * store all such classes share, so that the image is made once.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EndToEnd.Machine.class)
@interface EndToEnd {

    /** Skips the class where nothing of it could work, and hands out the shared store. */
    final class Machine implements BeforeAllCallback, ParameterResolver {
        @Override
        public void beforeAll(ExtensionContext context) {
            assumeTrue(isRoot(), "needs root, to make namespaces, mounts and control groups");
            assumeTrue(
                    System.getProperty("whalebox.test.network") != null,
                    "needs a network namespace of its own, as scripts/test-host/bin/java makes one for ./check");
        }

        private static boolean isRoot() {
            // Only root can search its own runtime directories of others, but asking the kernel is plainer.
            return Project.read(Path.of("/proc/self/status")).contains("\nUid:\t0\t0\t");
        }

        /** Making the image is said on standard error, which is no business of any test that runs first. */
        private static Whalebox withImage() {
            Whalebox whalebox = Whalebox.withStoreOfItsOwn();
            whalebox.run("busybox", "true").successful();
            return whalebox;
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Whalebox.class;
        }

        @Override
        public Whalebox resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Whalebox.class, _ -> withImage(), Whalebox.class);
        }
    }
}
