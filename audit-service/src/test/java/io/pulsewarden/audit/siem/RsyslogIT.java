package io.pulsewarden.audit.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** On a real syslog server. */
class RsyslogIT {

  private static final int SHARE = 2000;
  private static final int ENTRIES = 3 * SHARE;
  private static final int FEW = 10;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    // The driver for OpenSSL lets in whoever its CA vouches for, whatever the name.
    "GTLS, stranger, false",
    "GTLS, audit-service, true",
    "OSSL, audit-service, true"
  })
  void shouldConfirmNothingToAServerThatRefusesTheClient(
      Rsyslog.Driver driver, String name, boolean forged) throws Exception {
    installed(driver);
    MemoryTail tail = MemoryTail.of(FEW);
    try (Rsyslog server = Rsyslog.start(folder, driver, "audit-service")) {
      PemTls refused = forged ? server.forger(name) : server.client(name);
      try (StreamBed bed = new StreamBed(tail, () -> receiver(server, refused))) {
        // Given a server that answers: one that isn't up yet refuses everybody
        await().atMost(StreamBed.SOON).until(server::listens);
        double before = bed.failures();

        // When it was tried again and again
        await().atMost(StreamBed.SOON).until(() -> bed.failures() >= before + 4);

        // Then nothing counts as delivered, and nothing was
        assertThat(tail.cursor()).isZero();
        assertThat(server.received()).isEmpty();
      }

      // And whom it knows, it hears
      PemTls known = server.client("audit-service");
      try (StreamBed bed = new StreamBed(tail, () -> receiver(server, known))) {
        await()
            .atMost(StreamBed.SOON)
            .until(
                () ->
                    tail.cursor() == FEW && bed.stream.standing() == SiemStream.Standing.STREAMING);
        await()
            .atMost(StreamBed.SOON)
            .untilAsserted(() -> assertThat(server.received()).containsAll(expected(tail)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLoseNothingWhenTheServerIsKilledInTheMiddle(Rsyslog.Driver driver) throws Exception {
    installed(driver);
    MemoryTail tail = MemoryTail.of(SHARE);
    try (Rsyslog server = Rsyslog.start(folder, driver, "audit-service")) {
      PemTls tls = server.client("audit-service");
      try (StreamBed bed = new StreamBed(tail, () -> receiver(server, tls))) {
        // Given a server that is killed twice as soon as it has some of what is new
        for (int kills = 1; kills <= 2; kills++) {
          int before = server.received().size();
          await()
              .pollInterval(Duration.ofMillis(5))
              .atMost(StreamBed.SOON)
              .until(() -> server.received().size() > before);
          double failures = bed.failures();
          server.kill();
          tail.addMore(SHARE);
          await().atMost(StreamBed.SOON).until(() -> bed.failures() > failures);
          assertThat(bed.stream.standing()).isEqualTo(SiemStream.Standing.DEGRADED);
          server.run();
        }

        // When, then
        await().atMost(StreamBed.SOON).until(() -> tail.cursor() == ENTRIES);
        await()
            .atMost(StreamBed.SOON)
            .untilAsserted(() -> assertThat(server.received()).containsAll(expected(tail)));
        await()
            .atMost(StreamBed.SOON)
            .until(() -> bed.stream.standing() == SiemStream.Standing.STREAMING);
      }
    }
  }

  private static void installed(Rsyslog.Driver driver) {
    assumeTrue(
        Rsyslog.isInstalled(driver), "skipped: rsyslog with its driver " + driver + " is missing");
  }

  private static Receiver receiver(Rsyslog server, PemTls tls) {
    return new SyslogReceiver(
        "localhost",
        server.port(),
        tls,
        new SyslogMessage(StreamBed.ORIGIN),
        Duration.ofSeconds(10),
        Duration.ofMillis(300),
        Duration.ofMillis(500));
  }

  private static Set<String> expected(MemoryTail tail) throws Exception {
    OcsfMapping mapping = new OcsfMapping(StreamBed.ORIGIN);
    SyslogMessage message = new SyslogMessage(StreamBed.ORIGIN);
    Set<String> expected = new HashSet<>();
    for (TailEntry entry : tail.read(0, ENTRIES)) {
      String hash = HexFormat.of().formatHex(MerkleHash.leaf(entry.value().toByteArray()));
      OcsfEvent event =
          mapping
              .event(entry.index(), hash, Optional.of(AuditRecord.parseFrom(entry.value())))
              .orElseThrow();
      String frame = new String(message.frame(event), StandardCharsets.US_ASCII);
      expected.add(frame.substring(frame.indexOf(' ') + 1));
    }
    return expected;
  }
}
