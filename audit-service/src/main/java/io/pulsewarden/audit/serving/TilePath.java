package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.merkle.Tile;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a tile's path, {@code <N>[.p/<W>]} (C2SP tlog-tiles), in its one canonical spelling.
 *
 * @param width 256 for a full tile
 */
record TilePath(long index, int width) {

  private static final Pattern FORM =
      Pattern.compile("((?:x\\d{3}/)*)(\\d{3})(?:\\.p/([1-9]\\d{0,2}))?");
  private static final int MAX_GROUPS = 5;
  private static final int BASE = 1000;

  static Optional<TilePath> parse(String path) {
    Matcher match = FORM.matcher(path);
    if (!match.matches() || match.group(1).length() > MAX_GROUPS * "x000/".length()) {
      return Optional.empty();
    }
    long index = Long.parseLong(match.group(1).replaceAll("[x/]", "") + match.group(2));
    String partial = match.group(3);
    int width = partial == null ? Tile.WIDTH : Integer.parseInt(partial);
    TilePath read = new TilePath(index, width);
    return read.toString().equals(path) ? Optional.of(read) : Optional.empty();
  }

  @Override
  public String toString() {
    StringBuilder path = new StringBuilder("%03d".formatted(index % BASE));
    for (long rest = index / BASE; rest > 0; rest /= BASE) {
      path.insert(0, "x%03d/".formatted(rest % BASE));
    }
    return width < Tile.WIDTH ? path + ".p/" + width : path.toString();
  }
}
