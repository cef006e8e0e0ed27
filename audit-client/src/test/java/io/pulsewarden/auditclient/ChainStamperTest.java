package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.ChainStamper.Stamped;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChainStamperTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_764_000_000_000L), ZoneOffset.UTC);
  private static final ByteString INCARNATION =
      ByteString.copyFrom(HEX.parseHex("000102030405060708090a0b0c0d0e0f"));

  private static final Pattern HEX_BLOCK = Pattern.compile("```\n([0-9a-f\n]+)```");

  private final TestHeads heads = new TestHeads();
  private final ProducerIdentity identity = new ProducerIdentity("telemetry-service", heads);
  private final ChainStamper stamper = new ChainStamper(identity, CLOCK);

  ChainStamperTest() throws Exception {}

  @Test
  void shouldWriteTheGoldenBytesOfTheFormat() throws Exception {
    // Given
    String page =
        Files.readString(
            Path.of(System.getProperty("pulsewarden.root", ".."), "docs/formats/audit-leaf.md"));
    ChainState after0 =
        new ChainState(
            INCARNATION, 1, ByteString.copyFrom(HEX.parseHex("aa".repeat(32))), ByteString.EMPTY);

    // When
    Stamped record = stamper.event(after0, goldenEvent());

    // Then
    assertThat(golden(page))
        .containsExactly(
            HEX.formatHex(record.value().toByteArray()),
            HEX.formatHex(sha256(ByteString.fromHex("00").concat(record.value()))),
            HEX.formatHex(SignedHeads.message(identity, record.next())));
  }

  @Test
  void shouldChainFromSequenceZeroByTheHashOfTheExactValueBefore() throws Exception {
    // When
    Stamped opened = stamper.opened(INCARNATION, ChainKind.CHAIN_KIND_PROCESS);
    Stamped event = stamper.event(opened.next(), goldenEvent());
    Stamped closed = stamper.closed(event.next());

    // Then
    assertThat(AuditRecord.parseFrom(opened.value()).getSequence()).isZero();
    assertThat(AuditRecord.parseFrom(opened.value()).getPreviousHash())
        .isEqualTo(ByteString.copyFrom(new byte[32]));
    assertThat(AuditRecord.parseFrom(event.value()).getSequence()).isEqualTo(1);
    assertThat(AuditRecord.parseFrom(event.value()).getPreviousHash())
        .isEqualTo(ByteString.copyFrom(sha256(opened.value())));
    assertThat(AuditRecord.parseFrom(closed.value()).getPreviousHash())
        .isEqualTo(ByteString.copyFrom(sha256(event.value())));
  }

  @Test
  void shouldSignTheHeadOfTheRecordThatCarriesIt() throws Exception {
    // Given
    Stamped opened = stamper.opened(INCARNATION, ChainKind.CHAIN_KIND_PROCESS);

    // When
    AuditRecord beat = AuditRecord.parseFrom(stamper.heartbeat(opened.next()).value());

    // Then
    ByteString signature = beat.getHeartbeat().getHead().getSignature();
    assertThat(heads.verifies(SignedHeads.message(identity, opened.next()), signature)).isTrue();
    assertThat(
            heads.verifies(
                SignedHeads.message(identity, ChainState.beforeFirst(INCARNATION)), signature))
        .isFalse();
  }

  @Test
  void shouldShowACertificateOnceAndAgainWhenItWasRenewed() throws Exception {
    // Given
    Stamped opened = stamper.opened(INCARNATION, ChainKind.CHAIN_KIND_PROCESS);
    Stamped second = stamper.heartbeat(opened.next());

    // When
    heads.renewCertificate("renewed");
    Stamped third = stamper.heartbeat(second.next());
    Stamped last = stamper.closed(third.next());

    // Then
    assertThat(AuditRecord.parseFrom(opened.value()).getOpened().getCertificateChainList())
        .containsExactly(ByteString.copyFromUtf8("der of first"));
    assertThat(AuditRecord.parseFrom(second.value()).getHeartbeat().getCertificateChainList())
        .isEmpty();
    assertThat(AuditRecord.parseFrom(third.value()).getHeartbeat().getCertificateChainList())
        .containsExactly(ByteString.copyFromUtf8("der of renewed"));
    assertThat(AuditRecord.parseFrom(last.value()).getClosed().getCertificateChainList()).isEmpty();
  }

  @Test
  void shouldRefuseARecordThatCouldNotBeALeaf() {
    AuditEvent huge =
        goldenEvent().toBuilder().setReasonCode("x".repeat(ChainStamper.MAX_RECORD_BYTES)).build();

    assertThatThrownBy(() -> stamper.event(ChainState.beforeFirst(INCARNATION), huge))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static AuditEvent goldenEvent() {
    return AuditEvent.newBuilder()
        .setEventId("019ab6f1-2400-7000-8000-000000000001")
        .setOccurredAtMs(1_763_999_999_999L)
        .setAction(AuditAction.AUDIT_ACTION_OBSERVATION_SEARCHED)
        .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)
        .setOrganisationId("5b1cf0f2-6e65-4d7b-9be0-0d6f0a8b7c11")
        .setAgent(AuditEvents.user("nurse-1", List.of("clinician")))
        .addPatientId("c4a7d2f0-1f7e-4c55-8a39-64a3a5cfe001")
        .setReasonCode("not-in-care-team")
        .build();
  }

  private static List<String> golden(String page) {
    return HEX_BLOCK
        .matcher(page.substring(page.indexOf("## Golden bytes")))
        .results()
        .map(block -> block.group(1).replaceAll("\\s", ""))
        .toList();
  }

  private static byte[] sha256(ByteString bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
  }

  @Test
  void shouldSeparateTheFieldsOfAHead() {
    // A service's name has no zero byte, so that no two heads can have the same bytes.
    byte[] message = SignedHeads.message(identity, ChainState.beforeFirst(INCARNATION));

    assertThat(new String(message, StandardCharsets.ISO_8859_1))
        .startsWith("pulsewarden-audit-head-v1\0telemetry-service\0");
    assertThat(message).hasSize(25 + 1 + 17 + 1 + 16 + 8 + 32);
    assertThatThrownBy(() -> new ProducerIdentity("a\0b", heads))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
