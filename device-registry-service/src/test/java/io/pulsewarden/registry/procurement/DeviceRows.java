package io.pulsewarden.registry.procurement;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * CSV of so many devices, made as it is read; every {@link #BAD}th is wrong. Stops after some rows
 * until it is told to go on.
 */
final class DeviceRows extends InputStream {

  static final int BAD = 1_000;

  private static final long PATIENCE_SECONDS = 60;

  private final int rows;
  private final int pauseAfter;
  private final CountDownLatch goOn;
  private byte[] line = "serialNumber,model,manufacturer,kind\n".getBytes(StandardCharsets.UTF_8);
  private int read;
  private int row;

  DeviceRows(int rows, int pauseAfter, CountDownLatch goOn) {
    this.rows = rows;
    this.pauseAfter = pauseAfter;
    this.goOn = goOn;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int filled = 0;
    while (filled < length) {
      // What was made is handed over before the pause, not after it.
      if (read == line.length && ((filled > 0 && row == pauseAfter) || !nextLine())) {
        break;
      }
      int some = Math.min(length - filled, line.length - read);
      System.arraycopy(line, read, buffer, offset + filled, some);
      read += some;
      filled += some;
    }
    return filled == 0 ? -1 : filled;
  }

  private boolean nextLine() throws IOException {
    if (row == rows) {
      return false;
    }
    if (row == pauseAfter) {
      await();
    }
    String kind = row % BAD == 0 ? "toaster" : "sensor";
    line = ("SN-" + row + ",PX-1,Acme," + kind + "\n").getBytes(StandardCharsets.UTF_8);
    read = 0;
    row++;
    return true;
  }

  private void await() throws IOException {
    try {
      if (!goOn.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("nobody said go on");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }
}
