package io.pulsewarden.registry.procurement;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** CSV of so many devices, made as it is read; every {@link #BAD}th is wrong. */
final class DeviceRows extends InputStream {

  static final int BAD = 1_000;

  private final int rows;
  private byte[] line = "serialNumber,model,manufacturer,kind\n".getBytes(StandardCharsets.UTF_8);
  private int read;
  private int row;

  DeviceRows(int rows) {
    this.rows = rows;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    int filled = 0;
    while (filled < length && (read < line.length || nextLine())) {
      int some = Math.min(length - filled, line.length - read);
      System.arraycopy(line, read, buffer, offset + filled, some);
      read += some;
      filled += some;
    }
    return filled == 0 ? -1 : filled;
  }

  private boolean nextLine() {
    if (row == rows) {
      return false;
    }
    String kind = row % BAD == 0 ? "toaster" : "sensor";
    line = ("SN-" + row + ",PX-1,Acme," + kind + "\n").getBytes(StandardCharsets.UTF_8);
    read = 0;
    row++;
    return true;
  }
}
