package io.pulsewarden.simulator.replay;

import io.pulsewarden.simulator.SimulatorException;
import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/**
 * A line for each answered message: device, minute (or first-last), packet id, reason code, number
 * of records. A line is in the file only after PUBACK came; a crash may lose the last lines, never
 * invent one. Thread-safe.
 */
public final class Ledger implements AutoCloseable {

  private final Path file;
  private final Writer writer;

  private Ledger(Path file, Writer writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Starts a new ledger; one that is there already is replaced. */
  public static Ledger create(Path file) {
    try {
      Ledger ledger = new Ledger(file, Files.newBufferedWriter(file));
      ledger.line("device,minute,packet,reason,records");
      return ledger;
    } catch (IOException e) {
      throw new SimulatorException("cannot write the ledger " + file, e);
    }
  }

  /** Writes down one answer. */
  public void answered(UUID device, OutgoingMessage message, int packetId, int reasonCode) {
    line(
        String.format(
            Locale.ROOT,
            "%s,%s,%d,0x%02X,%d",
            device,
            message.label(),
            packetId,
            reasonCode,
            message.records()));
  }

  private synchronized void line(String text) {
    try {
      writer.write(text + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new SimulatorException("cannot write the ledger " + file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new SimulatorException("cannot write the ledger " + file, e);
    }
  }
}
