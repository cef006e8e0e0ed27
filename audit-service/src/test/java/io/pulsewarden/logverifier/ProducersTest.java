package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import io.pulsewarden.platform.certificates.LocalCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducersTest {

  @TempDir private Path folder;
  private final LocalCa ca = LocalCa.create("services");

  @Test
  void shouldFollowChainsThatAreWholeAndSigned() throws Exception {
    List<byte[]> chain =
        chain("telemetry-service").opened(1).events(3).heartbeat().closed().values();

    Producers producers = take(chain, ca);

    assertThat(producers.problems()).isEmpty();
    assertThat(producers.chains()).isEqualTo(1);
    assertThat(producers.open()).isZero();
    assertThat(producers.unsigned()).isZero();
  }

  @Test
  void shouldSayHowMuchNoHeadCoversYet() throws Exception {
    Producers producers = take(chain("telemetry-service").opened(1).events(7).values(), ca);

    assertThat(producers.problems()).isEmpty();
    assertThat(producers.unsigned()).isEqualTo(7);
    assertThat(producers.open()).isEqualTo(1);
  }

  @Test
  void shouldConvictAKeeperWhoDropsAnEventAndComputesTheChainAnew() throws Exception {
    // Given a chain with a signed head behind the event
    List<byte[]> honest = chain("telemetry-service").opened(1).events(5).heartbeat().values();

    // When the keeper drops record 3 before anybody saw a checkpoint
    List<byte[]> forged = new ArrayList<>(honest.subList(0, 3));
    for (byte[] value : honest.subList(4, honest.size())) {
      AuditRecord record = AuditRecord.parseFrom(value);
      forged.add(
          record.toBuilder()
              .setSequence(record.getSequence() - 1)
              .setPreviousHash(ByteString.copyFrom(Hashes.sha256(forged.getLast())))
              .build()
              .toByteArray());
    }

    // Then sequences and hashes fit, and the head does not
    assertThat(take(forged, ca).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.index()).isEqualTo(5);
              assertThat(problem.message()).contains("did not sign");
            });
  }

  @Test
  void shouldConvictAKeeperWhoSignsWithACertificateOfItsOwn() throws Exception {
    List<byte[]> forged =
        new TestChain(LocalCa.create("services"), folder, "telemetry-service", "telemetry-service")
            .opened(1)
            .events(2)
            .closed()
            .values();

    assertThat(take(forged, ca).problems())
        .first()
        .extracting(Problem::message)
        .asString()
        .contains("does not vouch");
  }

  @Test
  void shouldNotTakeOneServicesCertificateForAnothers() throws Exception {
    List<byte[]> forged =
        new TestChain(ca, folder, "telemetry-service", "device-registry-service")
            .opened(1)
            .values();

    assertThat(take(forged, ca).problems())
        .first()
        .extracting(Problem::message)
        .asString()
        .contains("not that service's");
  }

  @Test
  void shouldCountWhatBelongsToNoChain() throws Exception {
    Producers producers = take(List.of(new byte[0], new byte[] {(byte) 0xff}), ca);

    assertThat(producers.unchained()).isEqualTo(2);
    assertThat(producers.problems()).isEmpty();
  }

  @Test
  void shouldFollowAChainOverWhatStandsForALargeValue() throws Exception {
    // Given the keeper's stand-in for record 1, and a chain whose producer signed that hash
    byte[] hash = new byte[32];
    hash[0] = 7;
    List<byte[]> honest = chain("telemetry-service").opened(1).events(2).values();
    AuditRecord replaced = AuditRecord.parseFrom(honest.get(1));
    byte[] standIn =
        derived(
            Finding.newBuilder()
                .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                .setService("telemetry-service")
                .setIncarnation(replaced.getIncarnation())
                .setSequence(1)
                .setLeafIndex(1)
                .setValueHash(ByteString.copyFrom(hash)));
    byte[] next =
        AuditRecord.parseFrom(honest.get(2)).toBuilder()
            .setPreviousHash(ByteString.copyFrom(hash))
            .build()
            .toByteArray();

    Producers producers = take(List.of(honest.get(0), standIn, next), ca);

    assertThat(producers.problems()).isEmpty();
    assertThat(producers.oversized()).containsOnlyKeys(1L);
    assertThat(producers.findings()).hasSize(1);
  }

  @Test
  void shouldNotTakeAProducersBytesForTheKeepers() throws Exception {
    byte[] forged =
        derived(Finding.newBuilder().setKind(FindingKind.FINDING_KIND_OVERSIZED).setLeafIndex(0));
    byte[] found =
        derived(Finding.newBuilder().setKind(FindingKind.FINDING_KIND_UNREADABLE).setLeafIndex(0));

    Producers producers = take(List.of(forged, found), ca);

    assertThat(producers.oversized()).isEmpty();
    assertThat(producers.unchained()).isEqualTo(1);
    assertThat(producers.findings()).hasSize(1);
  }

  private static byte[] derived(Finding.Builder finding) {
    return AuditRecord.newBuilder()
        .setService("audit-service")
        .setFinding(finding)
        .build()
        .toByteArray();
  }

  private TestChain chain(String service) throws Exception {
    return new TestChain(ca, folder, service, service);
  }

  private Producers take(List<byte[]> log, LocalCa trusted) throws Exception {
    Path pem = folder.resolve("ca.crt");
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n"
            + java.util.Base64.getMimeEncoder().encodeToString(trusted.certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    Producers producers = new Producers(Optional.of(ServiceCa.read(pem)));
    for (int i = 0; i < log.size(); i++) {
      producers.take(i, log.get(i));
    }
    producers.end();
    return producers;
  }
}
