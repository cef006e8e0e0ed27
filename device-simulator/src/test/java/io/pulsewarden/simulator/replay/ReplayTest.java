package io.pulsewarden.simulator.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.simulator.SimulatorException;
import io.pulsewarden.simulator.mqtt.MessageSource;
import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final String HEADING =
      "minute,HR,ABPSys,ABPDias,ABPMean,PULSE,RESP,SpO2,NBPSys,NBPDias,NBPMean\n";

  @TempDir private Path folder;

  @Test
  void shouldSendZerosAsTheyAreAndLeaveEmptyFieldsOut() throws Exception {
    List<OutgoingMessage> monitor = messages("0,62.8,0,0,0,,23,0,,,\n", Role.MONITOR, 1);

    assertThat(monitor).hasSize(1);
    assertThat(monitor.getFirst().records()).isEqualTo(6);
    assertThat(payload(monitor.getFirst()))
        .contains("\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62.8}")
        .contains("\"n\":\"59408-5\",\"u\":\"%\",\"v\":0}")
        .contains("\"n\":\"8480-6\",\"u\":\"mm[Hg]\",\"v\":0}")
        .doesNotContain("8889-8");
  }

  @Test
  void shouldGiveTheCuffOnlyItsOwnMinutes() throws Exception {
    List<OutgoingMessage> cuff =
        messages("0,60,,,,,,,,,\n1,61,,,,,,,134,63,85\n2,60,,,,,,,,,\n", Role.CUFF, 1);

    assertThat(cuff).hasSize(1);
    assertThat(cuff.getFirst().label()).isEqualTo("1");
    assertThat(payload(cuff.getFirst())).contains("\"bt\":" + (START.getEpochSecond() + 60) + ",");
  }

  @Test
  void shouldPutMinutesTogetherWithTheirOwnTimes() throws Exception {
    List<OutgoingMessage> monitor =
        messages("0,60,,,,,,,,,\n1,61,,,,,,,,,\n2,62,,,,,,,,,\n", Role.MONITOR, 2);

    assertThat(monitor).extracting(OutgoingMessage::label).containsExactly("0-1", "2");
    assertThat(payload(monitor.getFirst())).contains("\"v\":61,\"t\":60}");
  }

  @Test
  void shouldKeepToTheRecordsPace() throws Exception {
    ReplaySource source =
        new ReplaySource(
            record("0,60,,,,,,,,,\n1,61,,,,,,,,,\n"), Role.MONITOR, DEVICE, START, 1, 2);
    assertThat(source.nanosUntilNext()).isLessThanOrEqualTo(0);

    source.next();

    assertThat(source.nanosUntilNext())
        .isBetween(Duration.ofSeconds(25).toNanos(), Duration.ofSeconds(30).toNanos());
  }

  @Test
  void shouldNameTheLineThatIsWrong() {
    assertThatThrownBy(() -> record("0,x,,,,,,,,,\n"))
        .isInstanceOf(SimulatorException.class)
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> record("0,1\n"))
        .isInstanceOf(SimulatorException.class)
        .hasMessageContaining("2 fields, not 11");
    assertThatThrownBy(() -> record("1,1,,,,,,,,,\n1,1,,,,,,,,,\n"))
        .isInstanceOf(SimulatorException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void shouldWriteALineForEachAnswer() throws Exception {
    Path file = folder.resolve("ledger.csv");
    OutgoingMessage message = messages("7,60,,,,,,,,,\n", Role.MONITOR, 1).getFirst();
    try (Ledger ledger = Ledger.create(file)) {
      ledger.answered(DEVICE, message, 12, 0x99);

      assertThat(Files.readString(file))
          .isEqualTo("device,minute,packet,reason,records\n" + DEVICE + ",7,12,0x99,1\n");
    }
  }

  private RecordFile record(String rows) throws IOException {
    Path file = folder.resolve("record.csv");
    Files.writeString(file, HEADING + rows);
    return RecordFile.read(file);
  }

  private List<OutgoingMessage> messages(String rows, Role role, int batch) throws IOException {
    ReplaySource source =
        new ReplaySource(record(rows), role, DEVICE, START, batch, Double.POSITIVE_INFINITY);
    List<OutgoingMessage> all = new ArrayList<>();
    while (source.nanosUntilNext() != MessageSource.NEVER) {
      assertThat(source.nanosUntilNext()).isLessThanOrEqualTo(0);
      all.add(source.next());
    }
    assertThat(all).hasSize(source.messages());
    return all;
  }

  private static String payload(OutgoingMessage message) {
    return new String(message.payload(), UTF_8);
  }
}
