package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When containers are started again. */
class RestartPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "'',NO,0",
        "no,NO,0",
        "no:0,NO,0",
        "always,ALWAYS,0",
        "unless-stopped,UNLESS_STOPPED,0",
        "on-failure,ON_FAILURE,0",
        "on-failure:3,ON_FAILURE,3"
    })
    void aPolicyIsReadAsUsersWriteIt(String text, RestartPolicy.Mode mode, int retries) {
        assertThat(RestartPolicy.parse(text)).isEqualTo(new RestartPolicy(mode, retries));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ":3 | invalid restart policy format: no policy provided before colon",
                "on-failure:x | invalid restart policy format: maximum retry count must be an integer",
                "on-failure:-1 | invalid restart policy: maximum retry count cannot be negative",
                "always:3 | invalid restart policy: maximum retry count can only be used with 'on-failure'",
                "sometimes | invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure',"
                        + " or 'unless-stopped'"
            })
    void aPolicyThatThereIsNoneOfIsRefusedInDockersWords(String text, String message) {
        assertThatThrownBy(() -> RestartPolicy.parse(text))
                .isInstanceOf(WhaleboxException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "no,1,0,false",
        "always,0,99,true",
        "unless-stopped,0,0,true",
        "on-failure,0,0,false",
        "on-failure,1,1000,true",
        "on-failure:2,1,1,true",
        "on-failure:2,1,2,false"
    })
    void whatItWantsFollowsFromTheEnd(String policy, int exitStatus, int restarts, boolean again) {
        assertThat(RestartPolicy.parse(policy).wants(exitStatus, restarts)).isEqualTo(again);
    }

    @Test
    void oneThatIsRemovedAtItsEndCanNotComeAgain() {
        assertThatThrownBy(() -> ContainerSpec.of("busybox")
                        .autoRemove(true)
                        .restart(RestartPolicy.parse("always"))
                        .build())
                .hasMessage("conflicting options: cannot specify both --restart and --rm");
    }
}
