package io.pulsewarden.telemetry.vitals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A page of docs/formats, as tests read it. */
record FormatPage(String text) {

  static FormatPage named(String name) {
    Path page = Path.of(System.getProperty("pulsewarden.root"), "docs", "formats", name);
    try {
      return new FormatPage(Files.readString(page));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The rows below the table's head whose first cell is {@code firstHead}. */
  List<String> table(String firstHead) {
    return text.lines()
        .dropWhile(line -> !line.startsWith("| " + firstHead + " |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  /** The fenced block that follows {@code lead}, white space taken out. */
  String hexAfter(String lead) {
    int from = text.indexOf("```\n", text.indexOf(lead)) + 4;
    return text.substring(from, text.indexOf("```", from)).replaceAll("\\s", "");
  }
}
