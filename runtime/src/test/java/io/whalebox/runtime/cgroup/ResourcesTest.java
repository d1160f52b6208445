package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.whalebox.runtime.cgroup.Resources.ThrottleDevice;
import io.whalebox.runtime.cgroup.Resources.WeightDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shape is that of {@code linux.resources} in the OCI runtime specification. */
class ResourcesTest {
    private static final JsonType<Resources> JSON = Jsonb.builder().build().type(Resources.class);

    @Test
    void theSpecificationsJsonIsRead() {
        Resources resources = JSON.fromJson("""
                {
                  "devices": [
                    {"allow": false, "access": "rwm"},
                    {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rw"},
                    {"allow": true, "type": "b", "major": -1, "access": "m"}
                  ],
                  "memory": {"limit": 536870912, "swap": -1, "disableOOMKiller": false, "kernel": 1},
                  "cpu": {"shares": 1024, "cpus": "2-3", "mems": ""},
                  "pids": {"limit": 32771},
                  "blockIO": {
                    "weight": 10, "leafWeight": 10,
                    "weightDevice": [{"major": 8, "minor": 0, "weight": 500, "leafWeight": 300}],
                    "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 600}]
                  },
                  "hugepageLimits": [],
                  "unified": {"memory.high": "1M"}
                }
                """);
        assertThat(resources)
                .isEqualTo(Resources.builder()
                        .devices(List.of(
                                DeviceRule.DENY_ALL,
                                DeviceRule.allow("c", 1, 3, "rw"),
                                DeviceRule.CONTAINER_DEFAULTS.get(2)))
                        .memoryLimit(536870912)
                        .memorySwap(-1)
                        .cpuShares(1024)
                        .cpusetCpus("2-3")
                        .pidsLimit(32771)
                        .blockIoWeight(10)
                        .weightDevice(new WeightDevice(8, 0, 500))
                        .throttleReadBps(new ThrottleDevice(8, 0, 600))
                        .unified("memory.high", "1M")
                        .build());
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Resources resources = Resources.builder()
                .memoryLimit(1 << 30)
                .cpuIdle(true)
                .devices(DeviceRule.CONTAINER_DEFAULTS)
                .build();
        assertThat(JSON.fromJson(JSON.toJson(resources))).isEqualTo(resources);
        assertThat(JSON.fromJson("{}")).isEqualTo(Resources.NONE);
    }

    @Test
    void aBuilderGoesOnFromWhatIsThere() {
        Resources resources = Resources.builder()
                .memoryLimit(1)
                .memoryReservation(2)
                .memorySwap(3)
                .memorySwappiness(4)
                .disableOomKiller(true)
                .cpuShares(5)
                .cpuQuota(6)
                .cpuPeriod(7)
                .cpuBurst(8)
                .cpuIdle(true)
                .cpusetCpus("0")
                .cpusetMems("0")
                .pidsLimit(9)
                .blockIoWeight(10)
                .weightDevice(new WeightDevice(1, 1, 1))
                .throttleReadBps(new ThrottleDevice(1, 1, 1))
                .throttleWriteBps(new ThrottleDevice(1, 1, 2))
                .throttleReadIops(new ThrottleDevice(1, 1, 3))
                .throttleWriteIops(new ThrottleDevice(1, 1, 4))
                .unified("cpu.max", "max")
                .devices(List.of(DeviceRule.ALLOW_ALL))
                .build();
        assertThat(resources.toBuilder().build()).isEqualTo(resources);
    }
}
