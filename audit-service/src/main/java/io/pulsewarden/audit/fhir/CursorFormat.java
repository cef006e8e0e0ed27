package io.pulsewarden.audit.fhir;

import io.pulsewarden.audit.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A search and where its last page ended, as opaque text. It says nothing that the first page's URL
 * did not, and grants nothing: who asks for the next page is asked anew what may be seen.
 */
final class CursorFormat {

  private static final int VERSION = 1;

  private CursorFormat() {}

  /** A search that goes on. */
  record Place(SearchParameters parameters, long before) {}

  static String write(Place place) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(place.before());
      for (var parameter : new TreeMap<>(place.parameters().values()).entrySet()) {
        for (String value : parameter.getValue()) {
          out.writeUTF(parameter.getKey());
          out.writeUTF(value);
        }
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * @throws ProblemException 400, for any other text
   */
  static Place read(String cursor) {
    Map<String, List<String>> values = new TreeMap<>();
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(cursor)))) {
      if (in.readByte() != VERSION) {
        throw ProblemException.invalid("_cursor");
      }
      long before = in.readLong();
      while (in.available() > 0) {
        values.computeIfAbsent(in.readUTF(), name -> new ArrayList<>()).add(in.readUTF());
      }
      return new Place(new SearchParameters(values), before);
    } catch (IOException | IllegalArgumentException notACursor) {
      throw ProblemException.invalid("_cursor");
    }
  }
}
